import { expect, it } from 'vitest';
import { de } from '../../lib/console/words/de.ts';
import { en } from '../../lib/console/words/en.ts';
import { type LabelKey, speechOf } from '../../lib/console/words/words.ts';

const placesOf = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();

it('has the same places to fill in both languages', () => {
  for (const [label, text] of Object.entries(en))
    expect([label, placesOf(de[label as LabelKey])]).toEqual([label, placesOf(text)]);
});

it('fills each place, with text as it is', () => {
  const { say } = speechOf('de', de);
  expect(say('board.finding', { endpoint: 'a $& b', state: 'offen', vantage: '{state}' })).toBe(
    'a $& b: offen von {state}',
  );
});
