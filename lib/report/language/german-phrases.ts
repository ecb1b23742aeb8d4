/** Short texts of ours that have no key, by their English: labels of facts, settings, states. */

const PHRASES: Readonly<Record<string, string>> = {
  Timing: 'Zeiten',
};

/** The same text where there is no German for it, as for all text of a peer. */
export const germanPhrase = (english: string): string =>
  Object.hasOwn(PHRASES, english) ? (PHRASES[english] ?? english) : english;
