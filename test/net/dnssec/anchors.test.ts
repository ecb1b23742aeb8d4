import { expect, it } from 'vitest';
import { anchorsOf, parseAnchor } from '../../../lib/net/dnssec/anchors.ts';
import { dsText } from '../../../lib/net/dnssec/records.ts';

it('believes both key signing keys of the root where none are named', () => {
  const anchors = anchorsOf([]);
  expect([...anchors.keys()]).toEqual(['.']);
  expect(anchors.get('.')?.map(({ tag, algorithm }) => [tag, algorithm])).toEqual([
    [20326, 8],
    [38696, 8],
  ]);
});

it.each([
  [`. 5 13 2 ${'AB'.repeat(32)}`, '.', `5 13 2 ${'AB'.repeat(32)}`],
  [
    `Corp.Example. 3600 IN DS 5 13 2 ${'ab'.repeat(16)} ${'ab'.repeat(16)}`,
    'corp.example',
    `5 13 2 ${'AB'.repeat(32)}`,
  ],
])('reads the DS record %s', (text, zone, ds) => {
  const anchor = parseAnchor(text);
  expect(anchor?.zone).toBe(zone);
  expect(anchor && dsText(anchor.ds)).toBe(ds);
});

it.each([
  '',
  '.',
  '. 5 13 2',
  '. 5 13 2 XY',
  `. 70000 13 2 ${'AB'.repeat(32)}`,
  `. 5 13 2 ${'AB'.repeat(20)}A`,
])('refuses %j', (text) => {
  expect(parseAnchor(text)).toBeUndefined();
  expect(() => anchorsOf([text])).toThrow();
});
