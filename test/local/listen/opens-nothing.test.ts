import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const FOLDER = join(ROOT, 'lib/local/listen');
/** What watches packets is asked for separately, and sends none. */
const files = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join(FOLDER, name));

interface Import {
  readonly from: string;
  readonly names: readonly string[];
}

/** What a file imports when it runs; types are gone by then. */
function imports(file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  return source.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    if (statement.moduleSpecifier === undefined || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
    const from = statement.moduleSpecifier.text;
    if (ts.isExportDeclaration(statement)) {
      if (statement.isTypeOnly) return [];
      const exported = statement.exportClause;
      if (exported === undefined || !ts.isNamedExports(exported)) return [{ from, names: ['*'] }];
      return [{ from, names: exported.elements.map((one) => (one.propertyName ?? one.name).text) }];
    }
    const clause = statement.importClause;
    if (clause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return [];
    const bindings = clause?.namedBindings;
    if (bindings === undefined || !ts.isNamedImports(bindings)) return [{ from, names: ['*'] }];
    const names = bindings.elements
      .filter((one) => !one.isTypeOnly)
      .map((one) => (one.propertyName ?? one.name).text);
    return names.length === 0 ? [] : [{ from, names }];
  });
}

/** All files that are loaded with a listener, each with what it imports. */
function loaded(from: readonly string[]): Map<string, Import[]> {
  const all = new Map<string, Import[]>();
  const queue = [...from];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (all.has(file)) continue;
    const own = imports(file);
    all.set(file, own);
    for (const one of own) if (one.from.startsWith('.')) queue.push(resolve(dirname(file), one.from));
  }
  return all;
}

const SOCKETS =
  /^(?:node:)?(?:net|tls|dgram|dns|dns\/promises|http|https|http2|child_process|worker_threads|undici|koffi)$/;
/** Of those, what can't begin a connection. */
const HARMLESS = [
  'createServer',
  'isIP',
  'isIPv4',
  'isIPv6',
  'createSecureContext',
  'SocketAddress',
  'TLSSocket',
];

it('a listener loads nothing that could open a connection', () => {
  const all = loaded(files);
  const used = [...all].flatMap(([file, own]) =>
    own
      .filter(({ from }) => SOCKETS.test(from))
      .flatMap(({ names }) => names.map((name) => [file.slice(ROOT.length + 1), name] as const)),
  );
  expect(used.filter(([, name]) => !HARMLESS.includes(name))).toEqual([]);
  // The test sees the servers, so it would see a dial.
  expect(used).toContainEqual(['lib/local/listen/listener.ts', 'createServer']);
  expect(
    [...all.keys()].filter((file) => /\/(?:dial|[a-z-]+-dial|raw-connect|datagram)\.ts$/.test(file)),
  ).toEqual([]);
});

it('no file of it calls for a module or the web by name', () => {
  for (const file of files)
    expect(readFileSync(file, 'utf8'), file).not.toMatch(/\b(?:fetch|require|import)\s*\(/);
});

it('the same test finds a dial where there is one', () => {
  const names = [...loaded([join(ROOT, 'lib/net/dial.ts')]).values()]
    .flat()
    .filter(({ from }) => SOCKETS.test(from));
  expect(names.flatMap((one) => one.names).some((name) => !HARMLESS.includes(name))).toBe(true);
});
