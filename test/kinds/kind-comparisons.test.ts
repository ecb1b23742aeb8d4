import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { type Found, kindComparisons, mayTellKinds } from './kind-comparisons.ts';

const root = resolve(import.meta.dirname, '../..');

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
};

const parse = (path: string, text: string): ts.SourceFile =>
  ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);

/** `extra`: the text of one more file, by its path. */
function search(files: readonly string[], extra?: { readonly path: string; readonly text: string }): Found[] {
  const host = ts.createCompilerHost(OPTIONS, true);
  const { readFile, fileExists } = host;
  if (extra !== undefined) {
    host.readFile = (path) => (path === extra.path ? extra.text : readFile(path));
    host.fileExists = (path) => path === extra.path || fileExists(path);
  }
  const program = ts.createProgram({ rootNames: files, options: OPTIONS, host });
  const checker = program.getTypeChecker();
  return files.flatMap((file) => {
    const source = program.getSourceFile(file);
    return source === undefined ? [] : kindComparisons(source, checker);
  });
}

describe('outside lib/kinds', () => {
  it('nobody distinguishes kinds by their names, or keeps a table of them', () => {
    const files = ['lib', 'functions', 'bin']
      .flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
          join(folder, name),
        ),
      )
      .filter((file) => file.endsWith('.ts'))
      .filter((file) => !file.startsWith('lib/kinds/'))
      .filter((file) => mayTellKinds(parse(file, readFileSync(join(root, file), 'utf8'))))
      .map((file) => resolve(root, file));
    const found = search(files);
    const places = found.map(({ file, line, what, text }) => ({
      file: relative(root, file),
      line,
      what,
      text,
    }));
    expect(places).toEqual([]);
  });

  it('each way to do it would be found', () => {
    const text = `
      import type { Kind } from '../model/vocabulary.ts';
      import type { Endpoint } from '../model/endpoint.ts';
      const MAIL: readonly Kind[] = ['smtp', 'smtps'];
      export const isMail = ({ kind }: Endpoint): boolean => MAIL.includes(kind);
      export const isWeb = (kind: Kind): boolean => new Set<Kind>(['http', 'https']).has(kind);
      export const isName = (endpoint: Endpoint): boolean => 'dns' === endpoint.kind;
      export const isLoose = (of: { kind: string }): boolean => of.kind !== 'ntp';
      export function port(kind: Kind): number {
        switch (kind) {
          case 'ssh':
            return 22;
          default:
            return 0;
        }
      }
      export const ports = { http: 80, https: 443 };
      export const titles: Partial<Record<Kind, string>> = {};
      export const budgets: { [K in Kind]?: number } = {};
      // None of these is about a kind.
      export const isUdp = (transport: 'tcp' | 'udp'): boolean => transport !== 'tcp';
      export const isSide = (side: 'dns' | 'network'): boolean => side === 'dns';
      export const timings = { dns: 1, tls: 2, total: 3 };
      export const control: Endpoint['kind'] = 'ntp';
    `;
    const path = resolve(root, 'lib/report/bad.ts');
    expect(mayTellKinds(parse(path, text))).toBe(true);
    const found = search([path], { path, text });
    expect(found.map(({ what, text }) => `${what}: ${text}`)).toEqual([
      'list: MAIL.includes(kind)',
      "list: new Set<Kind>(['http', 'https']).has(kind)",
      "comparison: 'dns' === endpoint.kind",
      "comparison: of.kind !== 'ntp'",
      "comparison: case 'ssh':",
      'table: { http: 80, https: 443 }',
      'table: Record<Kind, string>',
      'table: { [K in Kind]?: number }',
    ]);
  });
});
