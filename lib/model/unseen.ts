/**
 * The one table of characters that are invisible, or that change how the text around them is shown: controls, format characters
 * (bidi, zero width, tags), default-ignorable code points, lone surrogates, private use, separators of lines and
 * paragraphs, noncharacters, and the blank braille pattern.
 *
 * It is the union of the Unicode properties Cc, Cf, Cs, Co, Zl, Zp, Default_Ignorable_Code_Point (DerivedCoreProperties.txt)
 * and Noncharacter_Code_Point as of Unicode 17, written out: signed files are escaped by it, so it has to be the same
 * with every version of Node. A test compares it with the properties.
 */
const RANGES = [
  '\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890-\\u0891\\u08e2',
  '\\u115f-\\u1160\\u17b4-\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u2800\\u3164',
  '\\ud800-\\uf8ff\\ufdd0-\\ufdef\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe-\\uffff',
  '\\u{110bd}\\u{110cd}\\u{13430}-\\u{1343f}\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}',
  ...Array.from({ length: 12 }, (_, plane) => {
    const last = (plane + 1).toString(16);
    return `\\u{${last}fffe}-\\u{${last}ffff}`;
  }),
  '\\u{dfffe}-\\u{e0fff}\\u{efffe}-\\u{10ffff}',
].join('');

/** The inside of a character class, for a pattern with the flag `u`. */
export const UNSEEN_CLASS: string = RANGES;

export const UNSEEN: RegExp = new RegExp(`[${RANGES}]`, 'gu');

/** `\x1b`, `\u{202e}`: the number of a character, for people to read. */
export function byNumber(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/** `\u202e`, a pair beyond the first plane: the character as JSON and JavaScript write it. */
export const asJsonEscape = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');

const UNSAFE_IN_JSON = new RegExp(`[${RANGES}<>&]`, 'gu');
const UNSAFE_BUT_LINE_FEED = new RegExp(`(?!\\n)[${RANGES}<>&]`, 'u');

/** Has a JSON text what `escapeJson` would escape? */
export const hasUnsafe = (json: string): boolean => UNSAFE_BUT_LINE_FEED.test(json);

/**
 * JSON text of the same value that has no effect on a terminal, or on a browser that treats the file as a page:
 * unseen characters and `<`, `>`, `&` as \uXXXX. Line feeds, which are only between values, stay.
 */
export const escapeJson = (json: string): string =>
  json.replace(UNSAFE_IN_JSON, (character) => (character === '\n' ? character : asJsonEscape(character)));
