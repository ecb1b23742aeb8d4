import { expect, it } from 'vitest';
import { isSameDay, readerFormat } from '../../lib/console/parts/reader-clock.ts';

const AT = Date.UTC(2026, 2, 1, 21, 5);
const written = (language: string, preferred: readonly string[]): string =>
  readerFormat(language, preferred, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
    .format(AT)
    .replace(/\s/gu, ' ');

it.each([
  ['en', ['en-GB'], '1 Mar 2026, 21:05'],
  ['en', ['en-US'], 'Mar 1, 2026, 9:05 PM'],
  // A console in English for a reader whose clock has 24 hours.
  ['en', ['de-CH', 'en-US'], 'Mar 1, 2026, 21:05'],
  ['en', ['de-CH'], 'Mar 1, 2026, 21:05'],
  ['de', ['de-CH', 'en-US'], '01.03.2026, 21:05'],
  ['de', ['en-US'], '01.03.2026, 09:05 PM'],
  ['en', [], 'Mar 1, 2026, 9:05 PM'],
  ['en', ['en-@@', 'no tag'], 'Mar 1, 2026, 9:05 PM'],
] as const)('writes a time in %s for a reader of %j as %s', (language, preferred, text) => {
  expect(written(language, preferred)).toBe(text);
});

it('tells today from another day in the reader’s zone', () => {
  const noon = new Date(2026, 2, 1, 12).getTime();
  expect(isSameDay(new Date(2026, 2, 1).getTime(), noon)).toBe(true);
  expect(isSameDay(new Date(2026, 1, 28, 23, 59).getTime(), noon)).toBe(false);
  expect(isSameDay(new Date(2025, 2, 1, 12).getTime(), noon)).toBe(false);
});

it('is not silent about what is wrong with anything else than the reader’s own tag', () => {
  expect(() => readerFormat('de', ['fr'], { timeZone: 'No/Where' })).toThrow(RangeError);
  expect(() => readerFormat('de', ['de-DE'], { timeZone: 'No/Where' })).toThrow(RangeError);
});
