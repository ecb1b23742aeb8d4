/** The developers' pages name files, folders and scripts; each must be there. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');
const PAGES = [
  'CONTRIBUTING.md',
  'docs/architecture.md',
  'docs/recipes.md',
  'test/lab/README.md',
  'test/fleet-rig/README.md',
];

const scripts = new Set(
  Object.keys((JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts),
);

describe.each(PAGES)('%s', (page) => {
  const text = read(page);

  it('names files and folders that exist', () => {
    const named = [...text.matchAll(/`((?:lib|test|bin|functions|docs)\/[^`\s]*)`/g)]
      .flatMap(([, path]) => path ?? [])
      .filter((path) => !/[<>*]/.test(path));
    expect(named.filter((path) => !existsSync(`${root}${path}`))).toEqual([]);
    if (page === 'docs/architecture.md') expect(named.length).toBeGreaterThan(30);
  });

  it('names npm scripts that exist', () => {
    const named = [...text.matchAll(/npm (?:run )?(?:-s )?([a-z][a-z:]*)/g)].flatMap(
      ([, name]) => name ?? [],
    );
    const ours = named.filter((name) => !['ci', 'install', 'version', 'pack', 'audit'].includes(name));
    expect(ours.filter((name) => !scripts.has(name))).toEqual([]);
  });

  it('links to pages that exist', () => {
    const folder = page.includes('/') ? page.slice(0, page.lastIndexOf('/') + 1) : '';
    const links = [...text.matchAll(/\]\(([^)#]+)\)/g)].flatMap(([, link]) => link ?? []);
    const local = links.filter((link) => !link.includes(':'));
    expect(local.filter((link) => !existsSync(new URL(link, `file://${root}${folder}`)))).toEqual([]);
  });
});

it('keeps the architecture page within two printed pages', () => {
  const lines = read('docs/architecture.md').split('\n');
  expect(lines.length).toBeLessThan(110);
});
