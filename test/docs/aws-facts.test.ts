/** docs/aws-facts.md: each fact with its document, its date and what rests on it; each belief with what happens if it is false. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const [read = '', unconfirmed = ''] = readFileSync(`${root}docs/aws-facts.md`, 'utf8').split(
  '\n## Not confirmed\n',
);

/** Cells of a table's rows, without its head. */
const rowsOf = (text: string): string[][] =>
  [...text.matchAll(/^\|(.*)\|$/gm)]
    .slice(2)
    .map(([, row = '']) => row.split('|').map((cell) => cell.trim()));

describe('docs/aws-facts.md', () => {
  it('says of each fact where it was read and when, and what rests on it', () => {
    const rows = rowsOf(read);
    expect(rows.length).toBeGreaterThan(40);
    for (const [fact = '', source, date, rests, ...more] of rows) {
      expect(
        [source, rests].every((cell) => cell !== undefined && cell !== ''),
        fact,
      ).toBe(true);
      expect(date, fact).toMatch(/^(?:20\d\d-\d\d-\d\d|known before, not read again)$/);
      expect(more, fact).toEqual([]);
    }
  });

  it('says of each belief what happens if it is false', () => {
    const rows = rowsOf(unconfirmed);
    expect(rows.length).toBeGreaterThan(15);
    for (const [belief = '', otherwise, ...more] of rows) {
      expect(otherwise, belief).toMatch(/\S/);
      expect(more, belief).toEqual([]);
    }
  });

  it('names files that there are', () => {
    const files = [...`${read}${unconfirmed}`.matchAll(/`((?:lib|docs)\/[\w./-]+)`/g)].map(
      ([, file = '']) => file,
    );
    expect(files.length).toBeGreaterThan(15);
    expect(files.filter((file) => !existsSync(`${root}${file}`))).toEqual([]);
  });
});
