import { describe, expect, it } from 'vitest';
import { pageLanguage } from '../../../lib/service/share/page-language.ts';

describe('the language of a page of a link', () => {
  it.each([
    ['de-CH,de;q=0.9,en;q=0.8', 'de'],
    ['en-GB,en;q=0.9,de;q=0.8', 'en'],
    ['fr, de;q=0.5', 'de'],
    ['de;q=0.4, en;q=0.7', 'en'],
    ['de;q=0', 'en'],
    ['DE', 'de'],
    ['fr', 'en'],
    ['', 'en'],
    [`${'x,'.repeat(50_000)}de`, 'en'],
    ['de;q=much', 'en'],
  ])('is by Accept-Language %.30s: %s', (languages, language) => {
    expect(pageLanguage({ languages })).toBe(language);
  });

  it('is what is asked for, before what the browser prefers', () => {
    expect(pageLanguage({ query: 'lang=en', languages: 'de' })).toBe('en');
    expect(pageLanguage({ query: 'form=x&lang=de', languages: 'en' })).toBe('de');
    expect(pageLanguage({ query: 'lang=klingon', languages: 'de' })).toBe('de');
    expect(pageLanguage({})).toBe('en');
  });
});
