import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CAUSE_CODES } from '../../lib/model/cause-codes.ts';
import { zonemasterSection } from '../lab/accuracy-page.ts';

const PAGE = readFileSync(new URL('../../docs/accuracy.md', import.meta.url), 'utf8');

it('has the table of Zonemaster’s test cases as the laboratory writes it, with causes that there are', () => {
  expect(PAGE.endsWith(`\n${zonemasterSection()}\n`)).toBe(true);
  const named = [...zonemasterSection().matchAll(/\bdns\.[a-z-]+/g)].map(([cause]) => cause);
  expect(named.length).toBeGreaterThan(10);
  for (const cause of named) expect(CAUSE_CODES).toContain(cause);
});
