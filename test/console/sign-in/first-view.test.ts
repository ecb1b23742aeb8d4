import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'first-view-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const cwd = fileURLToPath(new URL('../../..', import.meta.url));
const built = spawnSync(process.execPath, [join('bin', 'bundle-console.mjs'), folder], { cwd });
expect(built.stderr.toString()).toBe('');
const scripts = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
);
const imported = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, name = '']) => name);

/** What a browser loads before the first view: a script and what it imports, at once or by `import()` at `also`. */
function loaded(name: string, also: (name: string) => boolean, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  const text = scripts.get(name) ?? '';
  for (const next of imported(text, /(?:from|import)\s*"\.\/([\w-]+\.js)"/g)) loaded(next, also, seen);
  for (const next of imported(text, /import\("\.\/([\w-]+\.js)"\)/g))
    if (also(next)) loaded(next, also, seen);
  return seen;
}
const signs = (name: string): boolean => /AWS4-HMAC-SHA256/.test(scripts.get(name) ?? '');
const entry = [...scripts.keys()].find((name) => /^console-.*\.js$/.test(name)) ?? '';
const gzipped = (names: Iterable<string>): number =>
  [...names].reduce((sum, name) => sum + gzipSync(scripts.get(name) ?? '').length, 0);

it('has nothing that signs where people sign in elsewhere', () => {
  const station = loaded(entry, () => false);
  expect([...station].filter(signs)).toEqual([]);
  expect([...scripts.keys()].filter(signs)).not.toEqual([]);
  expect(gzipped(station)).toBeLessThan(150_000);
});

it('is below 150 KB of script with the sign-in and the words of another language, too', () => {
  /** What a place loads when somebody opens it, as the chart or the texts of the listener, is no part of the first view. */
  const isFirst = (name: string): boolean =>
    [...loaded(name, () => false)].some(signs) || /"nav\.check"/.test(scripts.get(name) ?? '');
  const fleet = loaded(entry, isFirst);
  expect([...fleet].filter(signs)).not.toEqual([]);
  expect(gzipped(fleet)).toBeLessThan(150_000);
});
