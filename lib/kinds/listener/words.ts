import { createHmac } from 'node:crypto';

/**
 * Words that are hard to confuse on a phone line: the code words of the ICAO alphabet (Annex 10 Volume II §5.2.1.3), so
 * that a person at any listener's or server's log can read them aloud.
 */
const WORDS = [
  'alfa', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot', 'golf', 'hotel', 'india', 'juliett', 'kilo', 'lima', 'mike',
  'november', 'oscar', 'papa', 'quebec', 'romeo', 'sierra', 'tango', 'uniform', 'victor', 'whiskey', 'xray', 'yankee', 'zulu',
] as const; // biome-ignore format: one table

/**
 * Two words and a number of one port in a run: `tango-lima-47`, as it stands in a path, in EHLO and in a first line.
 *
 * @param nonce of the challenge, hexadecimal; its first digits decide
 */
export function wordsOf(nonce: string): string {
  const bits = Number.parseInt(nonce.slice(0, WORD_DIGITS), 16);
  const word = (index: number): string => WORDS[index % WORDS.length] ?? WORDS[0];
  return `${word(bits)}-${word(Math.floor(bits / 26))}-${10 + (Math.floor(bits / 676) % 90)}`;
}

/** Hexadecimal digits of a nonce that decide its words. */
const WORD_DIGITS = 6;

/**
 * A nonce whose words are those of one address and port in a run: a person reads any line of a log, and a connection that is made for
 * more evidence is in no report.
 *
 * @param random 32 hexadecimal digits that are used once
 */
export function nonceWithWords(random: string, seed: string, address: string, port: number): string {
  const digits = createHmac('sha256', seed).update(`${address} ${port}`).digest('hex');
  return digits.slice(0, WORD_DIGITS) + random.slice(WORD_DIGITS);
}

/** As a person reads it aloud: `TANGO LIMA 47`. */
export function spoken(words: string): string {
  return words.replaceAll('-', ' ').toUpperCase();
}

/** True if a person typed these words; case, blanks and dashes don't matter. */
export function sameWords(typed: string, words: string): boolean {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  return plain(typed) === plain(words);
}
