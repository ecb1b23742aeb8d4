/** A name means one thing: a search for a type finds it once. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const LIB = join(import.meta.dirname, '..', 'lib');

interface Declared {
  readonly name: string;
  readonly file: string;
  readonly exported: boolean;
}

/** The types, interfaces, classes and enums that stand at the top of a file. */
function declaredIn(file: string, text: string): Declared[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  return source.statements.flatMap((statement) => {
    const isType =
      ts.isTypeAliasDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isEnumDeclaration(statement);
    if (!isType || statement.name === undefined) return [];
    const exported = statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
    return [{ name: statement.name.text, file, exported }];
  });
}

/** Names of exported types that a second file declares, for itself or for others. */
function twice(all: readonly Declared[]): string[] {
  const shared = new Map(all.filter(({ exported }) => exported).map(({ name, file }) => [name, file]));
  return all
    .filter(({ name, file }) => shared.has(name) && shared.get(name) !== file)
    .map(({ name, file }) => `${name}: ${shared.get(name)} and ${file}`);
}

describe('the names of types', () => {
  it('are declared once in lib, if they are exported', () => {
    const files = readdirSync(LIB, { recursive: true, withFileTypes: true })
      .filter((item) => item.isFile() && item.name.endsWith('.ts'))
      .map((item) => join(item.parentPath, item.name));
    const all = files.flatMap((file) => declaredIn(relative(LIB, file), readFileSync(file, 'utf8')));
    expect(all.length).toBeGreaterThan(500);
    expect(twice(all)).toEqual([]);
  });

  it('are found where two files share one', () => {
    const all = [
      ...declaredIn('a.ts', 'export interface Watched { a: 1 }\ntype Own = 1;'),
      ...declaredIn('b.ts', 'export const Watched = 1;\ntype Watched = 2;\ntype Own = 2;'),
      ...declaredIn('c.ts', "import type { Watched } from './a.ts';\nexport type Other = Watched;"),
    ];
    expect(twice(all)).toEqual(['Watched: a.ts and b.ts']);
  });
});
