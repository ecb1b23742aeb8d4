import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { afterAll, describe, expect, it } from 'vitest';
import config, { LAYERS, SOCKET_FILES } from '../.dependency-cruiser.mjs';

const ROOT = resolve(import.meta.dirname, '..');
const tsConfig = extractTSConfig(join(ROOT, 'tsconfig.json'));
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** Names of the rules that a tree of files breaks. */
async function broken(files: Readonly<Record<string, string>>): Promise<string[]> {
  const base = mkdtempSync(join(tmpdir(), 'inbound-check-layers-'));
  folders.push(base);
  symlinkSync(join(ROOT, 'node_modules'), join(base, 'node_modules'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(base, path)), { recursive: true });
    writeFileSync(join(base, path), text);
  }
  const roots = readdirSync(base).filter((name) => name !== 'node_modules');
  const { output } = await cruise(
    roots,
    { ...config.options, baseDir: base, validate: true, ruleSet: { forbidden: config.forbidden } },
    undefined,
    { tsConfig },
  );
  const { violations } = (output as ICruiseResult).summary;
  return [...new Set(violations.map(({ rule }) => rule.name))].sort();
}

const file = (...imports: string[]): string =>
  `${imports.map((from) => `import { a } from '${from}';\n`).join('')}export const a = 1;\n`;
const typeFile = (from: string): string => `import type { A } from '${from}';\nexport type B = A;\n`;

describe('the layers of lib', () => {
  it('are no more than sixteen folders, and all that are there', () => {
    const there = readdirSync(join(ROOT, 'lib'));
    expect(LAYERS.flat().sort()).toEqual(there.sort());
    expect(there.length).toBeLessThanOrEqual(16);
  });

  it('hold for imports downwards', async () => {
    expect(
      await broken({
        'lib/cli/a.ts': file('../service/a.ts', '../aws/a.ts'),
        'lib/aws/a.ts': file('../service/a.ts', '@aws-sdk/client-s3'),
        'lib/service/a.ts': file('../net/a.ts'),
        'lib/net/a.ts': file('node:net'),
        'functions/a.ts': file('../lib/aws/a.ts', '@aws-sdk/client-s3'),
        'bin/app.ts': file('aws-cdk-lib', '../lib/stacks/a.ts'),
        'lib/stacks/a.ts': file('constructs'),
      }),
    ).toEqual([]);
  });

  it.each<[string, Record<string, string>]>([
    ['layer-engine', { 'lib/engine/a.ts': file('../report/a.ts'), 'lib/report/a.ts': file() }],
    ['layer-model', { 'lib/model/a.ts': typeFile('../kinds/a.ts'), 'lib/kinds/a.ts': 'export type A = 1;' }],
    ['layer-aws', { 'lib/aws/a.ts': file('../local/a.ts'), 'lib/local/a.ts': file() }],
    ['layer-cli', { 'lib/cli/a.ts': file('../stacks/cost/a.ts'), 'lib/stacks/cost/a.ts': file() }],
    ['known-folder', { 'lib/utils/a.ts': file('../net/a.ts'), 'lib/net/a.ts': file() }],
    ['known-folder', { 'lib/a.ts': file('./net/a.ts'), 'lib/net/a.ts': file() }],
    ['nothing-below-imports-entry-points', { 'lib/cli/a.ts': file('../../bin/a.ts'), 'bin/a.ts': file() }],
    ['no-cdk-at-run-time', { 'functions/a.ts': file('../lib/stacks/a.ts'), 'lib/stacks/a.ts': file() }],
    ['no-cdk-at-run-time', { 'lib/service/a.ts': file('aws-cdk-lib') }],
    ['no-cdk-at-run-time', { 'bin/inbound-check.ts': typeFile('constructs') }],
    ['aws-sdk-in-its-place', { 'lib/cli/a.ts': file('@aws-sdk/client-s3') }],
    ['aws-sdk-in-its-place', { 'lib/service/a.ts': "export const a = () => import('@aws-sdk/client-s3');" }],
    ['sockets-in-lib-net', { 'lib/kinds/tcp/a.ts': file('node:net') }],
    ['sockets-in-lib-net', { 'lib/report/a.ts': file('dns/promises') }],
    ['sockets-in-lib-net', { 'functions/a.ts': "export const a = () => import('node:tls');" }],
    ['no-circle-of-files', { 'lib/net/a.ts': file('./b.ts'), 'lib/net/b.ts': file('./a.ts') }],
    ['no-circle-of-files', { 'lib/net/a.ts': typeFile('./b.ts'), 'lib/net/b.ts': typeFile('./a.ts') }],
    [
      'no-circle-of-folders',
      {
        'lib/service/x/a.ts': file('../y/a.ts'),
        'lib/service/y/a.ts': file(),
        'lib/service/y/b.ts': "import type { B } from '../x/b.ts';\nexport type C = B;",
        'lib/service/x/b.ts': 'export type B = 1;',
      },
    ],
    [
      'engine-steps-import-its-records',
      { 'lib/engine/a.ts': file('./run/a.ts'), 'lib/engine/run/a.ts': file() },
    ],
    ['nothing-from-the-folder-above', { 'lib/report/html/a.ts': file('../a.ts'), 'lib/report/a.ts': file() }],
  ])('%s is broken by %j', async (rule, files) => {
    expect(await broken(files)).toContain(rule);
  });

  it('let a type of Node through, which opens nothing', async () => {
    expect(await broken({ 'lib/kinds/tcp/a.ts': typeFile('node:net') })).toEqual([]);
  });

  it('except only files that are there', () => {
    const files = readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' }).map(
      (name) => `lib/${name}`,
    );
    for (const pattern of Object.keys(SOCKET_FILES))
      expect(
        files.filter((name) => new RegExp(`^${pattern}$`).test(name)),
        pattern,
      ).not.toEqual([]);
  });
});
