/**
 * The one escape on the way out: text becomes safe to look at. Terminals obey escape sequences, and bidirectional
 * controls (U+202A–U+202E, U+2066–U+2069) make `gpj.exe` look like `exe.jpg`, so whatever has no glyph of its own
 * is shown by its number. Formats add their own quoting (XML, CSV, Markdown, labels) on top of this.
 */

/** Controls, format characters (bidi, zero width, tags), lone surrogates, private use, separators, non-characters. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0\p{NChar}]/gu;

/** More than three combining marks on one letter pile up over the neighbouring lines. */
const PILED_MARKS = /(?<=\p{M}{3})\p{M}/gu;

const byNumber = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
};

/** One line of text, every character of which is seen. A line break shows as `\x0a`. */
export function visible(text: string): string {
  return text.replace(UNSEEN, byNumber).replace(PILED_MARKS, byNumber);
}

/** The lines of a text that may have several (a fix, a firewall rule); a tab becomes two spaces. */
export function visibleLines(text: string): string[] {
  return text
    .replace(/\s+$/, '')
    .split(/\r?\n/)
    .map((line) => visible(line.replaceAll('\t', '  ')).trimEnd());
}

/** JSON of any value in which a terminal finds nothing to obey: unseen characters as \uXXXX, which loses nothing. */
export function visibleJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(UNSEEN, (character) =>
    character === '\n'
      ? character
      : Array.from({ length: character.length }, (_, index) => {
          const unit = character.charCodeAt(index).toString(16).padStart(4, '0');
          return `\\u${unit}`;
        }).join(''),
  );
}
