import { expect, it } from 'vitest';
import { refusalWords } from '../../lib/console/parts/refusal-words.ts';
import { NO_BASE_URL, noLinksText, whyNoLinks } from '../../lib/service/contracts/no-links.ts';

it.each([
  ['path.name: has more than 64 characters', 'has more than 64 characters'],
  ['body.checkAgain.runs: must be 50 or less', 'must be 50 or less'],
  ['targets[0].check[0].uri: "https://not a host!/" is no host', '"https://not a host!/" is no host'],
  ['body: is missing', 'is missing'],
  ['a body.name: of a sentence stays', 'a body.name: of a sentence stays'],
  ['https://www.example.com:443/: 10.0.0.1 is private', 'https://www.example.com:443/: 10.0.0.1 is private'],
  ['', 'Too many runs'],
])('a refusal of %j reads %j', (detail, words) => {
  expect(refusalWords({ title: 'Too many runs', detail })).toBe(words);
});

it('reads why no link can be made from what the API says', () => {
  expect(whyNoLinks(noLinksText('run-1', NO_BASE_URL))).toBe(NO_BASE_URL);
  expect(whyNoLinks(noLinksText('run-1', 'x (y)'))).toBe('x (y)');
  expect(whyNoLinks('something else')).toBeUndefined();
});
