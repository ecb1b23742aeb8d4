import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { causes } from '../../lib/kinds/causes.ts';
import { CAUSE_CODES } from '../../lib/model/cause-codes.ts';
import { causesPage, explain, isCauseCode } from '../../lib/report/explain.ts';

describe('the documentation of causes', () => {
  test.each(CAUSE_CODES)('%s says what it is, what proves it and what to do', (code) => {
    const cause = causes[code];
    expect(cause.code).toBe(code);
    expect(cause.summary).toMatch(/\.$/);
    expect(cause.summary.length).toBeLessThan(200);
    expect(cause.proof.length).toBeGreaterThan(60);
    expect(cause.next.length).toBeGreaterThan(30);
    const text = explain(code);
    for (const part of [code, cause.summary, cause.proof, cause.next, ...cause.references])
      expect(text).toContain(part);
  });

  test('has a code for each entry and an entry for each code', () => {
    expect(Object.keys(causes).sort()).toEqual([...CAUSE_CODES].sort());
    expect(isCauseCode('tcp.filtered')).toBe(true);
    expect(isCauseCode('toString')).toBe(false);
  });

  test('is in docs/causes.md as it is here (npx tsx bin/causes.ts writes it)', () => {
    expect(readFileSync(new URL('../../docs/causes.md', import.meta.url), 'utf8')).toBe(causesPage());
  });
});
