/** What is left out of the bundles, and that the rest is as it was. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { esbuildOptions } from '../../lib/stacks/bundling.ts';
import { withLiteralKeys, withoutUnusedCode } from '../../lib/stacks/unused-code.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Within the project, so that packages are found from there. */
const folder = mkdtempSync(join(root, 'node_modules', '.cache-unused-code-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let made = 0;
/** A module of that source, bundled as functions are, or without what is left out. */
async function bundled(source: string, { whole = false } = {}): Promise<Record<string, unknown>> {
  made += 1;
  const entry = join(folder, `${made}.ts`);
  const outfile = join(folder, `${made}.mjs`);
  writeFileSync(entry, source);
  await build({
    ...esbuildOptions(root, relative(root, entry), outfile),
    ...(whole && { plugins: [], alias: {} }),
  });
  return (await import(pathToFileURL(outfile).href)) as Record<string, unknown>;
}

/** A schema with those that it refers to, which stand in it as functions without arguments. */
function spelled(value: unknown, seen = new Map<unknown, number>()): unknown {
  if (typeof value !== 'function' && (typeof value !== 'object' || value === null)) return value;
  const known = seen.get(value);
  if (known !== undefined) return `seen ${known}`;
  seen.set(value, seen.size);
  if (Array.isArray(value)) return value.map((one) => spelled(one, seen));
  if (typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, spelled(one, seen)]));
  const call = value as () => unknown;
  return call.length === 0 && call.prototype === undefined ? spelled(call(), seen) : 'class';
}

describe('schemas of an SDK client', () => {
  it.each(['dynamodb', 'kms', 'lambda', 's3', 'scheduler', 'sfn', 'sns'])(
    '%s: say the same with literal keys',
    async (client) => {
      const source = `export * from '@aws-sdk/client-${client}/dist-es/schemas/schemas_0.js';`;
      const whole = await bundled(source, { whole: true });
      const literal = await bundled(source);
      const names = Object.keys(whole).filter((name) => name.endsWith('$'));
      expect(names.length).toBeGreaterThan(10);
      expect(Object.keys(literal).sort()).toEqual(Object.keys(whole).sort());
      for (const name of names) expect([name, spelled(literal[name])]).toEqual([name, spelled(whole[name])]);
    },
  );

  it('keep a computed key that is no constant text of their file', () => {
    const text =
      'const _a = "b";\nconst _c = other();\nexport const S = { [_a]: 1, [_c]: 2, [Symbol.iterator]: 3 };';
    expect(withLiteralKeys(text)).toBe(
      'const _a = "b";\nconst _c = other();\nexport const S = { "b": 1, [_c]: 2, [Symbol.iterator]: 3 };',
    );
  });
});

describe('zod', () => {
  it('reads as it did, and writes no JSON Schema', async () => {
    const { parsed, wrong, least, write } = await bundled(`
      import * as z from 'zod';
      const Port = z.object({ port: z.number().int().min(1).max(65535).default(443), name: z.string().min(2).optional() });
      export const parsed = Port.parse({});
      export const wrong = Port.safeParse({ port: 0, name: 'x' }).error.issues.map(({ path, code }) => [path.join('.'), code]);
      export const least = z.string().min(3).minLength;
      export const write = () => Port.toJSONSchema();`);
    expect(parsed).toEqual({ port: 443 });
    expect(wrong).toEqual([
      ['port', 'too_small'],
      ['name', 'too_small'],
    ]);
    expect(least).toBe(3);
    expect(write).toThrow('a bundled function writes no JSON Schema');
  });
});

it('of package.json only the version is kept', async () => {
  const { manifest } = await bundled("export { default as manifest } from '../../package.json';");
  expect(manifest).toEqual({ version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
});

describe('event streams', () => {
  it('are said to be left out when an operation has one', async () => {
    const { send } = await bundled(`
      import { S3Client, SelectObjectContentCommand } from '@aws-sdk/client-s3';
      const client = new S3Client({
        region: 'eu-central-1',
        credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
        maxAttempts: 1,
        requestHandler: { handle: async () => ({ response: { statusCode: 200, headers: {}, body: undefined } }) },
      });
      export const send = () => client.send(new SelectObjectContentCommand({
        Bucket: 'bucket', Key: 'key', Expression: 'select', ExpressionType: 'SQL',
        InputSerialization: { JSON: { Type: 'LINES' } }, OutputSerialization: { JSON: {} } }));`);
    await expect((send as () => Promise<unknown>)()).rejects.toThrow('event streams are not in this bundle');
  });
});

it('a package that has changed fails the build, and the message names the place to look at', async () => {
  const loads: { filter: RegExp; load: (args: { path: string }) => unknown }[] = [];
  const onLoad = ({ filter }: { filter: RegExp }, load: (args: { path: string }) => unknown) => {
    loads.push({ filter, load });
  };
  await withoutUnusedCode.setup({ onLoad } as never);
  expect(loads.length).toBe(4);
  const changed = join(folder, 'changed.js');
  writeFileSync(changed, 'export const nothing = 1;\n');
  for (const { load } of loads.slice(0, 3))
    expect(load({ path: changed })).toEqual({
      errors: [{ text: `${changed} is not as expected: see lib/stacks/unused-code.ts` }],
    });
});
