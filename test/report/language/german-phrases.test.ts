import { describe, expect, it } from 'vitest';
import { germanPhrase } from '../../../lib/report/language/german-phrases.ts';

describe('a short text of ours, in German', () => {
  it.each([
    ['Server name sent', 'Gesendeter Servername'],
    ['yes', 'ja'],
    ['CN=a.example signed itself', 'CN=a.example hat sich selbst signiert'],
    ['no answer within 5,000 ms', 'keine Antwort in 5,000 ms'],
  ])('%s', (english, german) => {
    expect(germanPhrase(english)).toBe(german);
  });

  it.each(['constructor', '__proto__', '220 mx.example ESMTP', '', 'x'.repeat(100_000)])(
    'stays: %.30s',
    (text) => {
      expect(germanPhrase(text)).toBe(text);
    },
  );
});
