/**
 * Words that are hard to confuse on a phone line: the code words of the ICAO alphabet (Annex 10 Volume II §5.2.1.3), so
 * that a person at any listener's or server's log can read them aloud.
 */
const WORDS = [
  'alfa', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot', 'golf', 'hotel', 'india', 'juliett', 'kilo', 'lima', 'mike',
  'november', 'oscar', 'papa', 'quebec', 'romeo', 'sierra', 'tango', 'uniform', 'victor', 'whiskey', 'xray', 'yankee', 'zulu',
] as const; // biome-ignore format: one table

/**
 * Two words and a number for one attempt: `tango-lima-47`, as it stands in a path, in EHLO and in a first line.
 *
 * @param nonce of the challenge, hexadecimal; its first 6 digits decide
 */
export function wordsOf(nonce: string): string {
  const bits = Number.parseInt(nonce.slice(0, 6), 16);
  const word = (index: number): string => WORDS[index % WORDS.length] ?? WORDS[0];
  return `${word(bits)}-${word(Math.floor(bits / 26))}-${10 + (Math.floor(bits / 676) % 90)}`;
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
