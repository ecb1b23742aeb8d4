import { describe, expect, it } from 'vitest';
import { nonceWithWords, sameWords, spoken, wordsOf } from '../../../lib/kinds/listener/words.ts';

describe('the words of a challenge', () => {
  it.each([
    ['000000', 'alfa-alfa-10'],
    ['000001', 'bravo-alfa-10'],
    ['00001a', 'alfa-bravo-10'],
    ['0002a4', 'alfa-alfa-11'],
    ['00ed63', 'juliett-xray-99'],
    // 676 × 90 = 60,840: from there they begin again.
    ['00eda8', 'alfa-alfa-10'],
    ['ffffff', 'november-juliett-78'],
  ])('of a nonce that begins with %s are %s', (nonce, words) => {
    expect(wordsOf(nonce.padEnd(32, '0'))).toBe(words);
  });

  it('stand in a path and in EHLO as they are', () => {
    for (let at = 0; at < 5_000; at += 1)
      expect(wordsOf((at * 3_331).toString(16).padStart(6, '0'))).toMatch(/^[a-z]+-[a-z]+-[1-9][0-9]$/);
  });

  it('are spread over all that there are', () => {
    const all = new Set(Array.from({ length: 60_840 }, (_, at) => wordsOf(at.toString(16).padStart(6, '0'))));
    expect(all.size).toBe(60_840);
  });

  it('are those of an address and port in a run, of nonces that are used once', () => {
    const nonces = ['1', '2'].map((digit) => nonceWithWords(digit.repeat(32), 'seed', '203.0.113.7', 443));
    expect(nonces).toEqual([
      expect.stringMatching(/^[0-9a-f]{6}1{26}$/),
      expect.stringMatching(/^[0-9a-f]{6}2{26}$/),
    ]);
    const [words, ...others] = [
      ...nonces,
      nonceWithWords('1'.repeat(32), 'seed', '203.0.113.7', 80),
      nonceWithWords('1'.repeat(32), 'seed', '203.0.113.8', 443),
      nonceWithWords('1'.repeat(32), 'another run', '203.0.113.7', 443),
    ].map(wordsOf);
    expect(others.map((one) => one === words)).toEqual([true, false, false, false]);
  });

  it('are read aloud in capitals', () => {
    expect(spoken('tango-lima-47')).toBe('TANGO LIMA 47');
  });

  it.each(['TANGO LIMA 47', 'tango-lima-47', ' Tango, Lima 47\n', 'tangolima47'])(
    'are typed as %j',
    (typed) => {
      expect(sameWords(typed, 'tango-lima-47')).toBe(true);
    },
  );

  it.each(['', 'TANGO LIMA 48', 'LIMA TANGO 47', 'TANGO 47'])('are not %j', (typed) => {
    expect(sameWords(typed, 'tango-lima-47')).toBe(false);
  });
});
