import { expect, it } from 'vitest';
import { createMerged, nextOf, withNext } from '../../../lib/report/prometheus/pages.ts';

const merged = (...pages: string[]): string => {
  const all = createMerged();
  for (const page of pages) all.add(page);
  return [...all.text()].join('');
};
const family = (name: string, ...samples: string[]): string =>
  [`# HELP ${name} What it is.`, `# TYPE ${name} gauge`, ...samples, ''].join('\n');

it('puts the samples of a family together, with HELP and TYPE once', () => {
  expect(
    merged(family('a', 'a{x="1"} 1') + family('b', 'b 5'), family('a', 'a{x="2"} 0') + family('c', 'c 1')),
  ).toBe(family('a', 'a{x="1"} 1', 'a{x="2"} 0') + family('b', 'b 5') + family('c', 'c 1'));
});

it('keeps the later of two samples of the same series', () => {
  expect(merged(family('a', 'a 1', 'a{x="} # { 1"} 1'), family('a', 'a 2'))).toBe(
    family('a', 'a 2', 'a{x="} # { 1"} 1'),
  );
});

it('finds how to go on, and not in what a label says', () => {
  const page = family('a', 'a 1');
  expect(nextOf(withNext(page, 'Y3Vyc29y'))).toBe('Y3Vyc29y');
  expect(nextOf(withNext(page, undefined))).toBeUndefined();
  expect(nextOf(family('a', 'a{target="# inbound-check next page: x"} 1'))).toBeUndefined();
  expect(merged(withNext(page, 'Y3Vyc29y'))).toBe(page);
});
