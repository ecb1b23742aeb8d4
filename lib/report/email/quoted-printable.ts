/** RFC 2045 §6.7 and RFC 2047: text of any language in lines that every mail server lets through. */

const MAX_LINE = 76;

const byte = (value: number): string => `=${value.toString(16).toUpperCase().padStart(2, '0')}`;

/** A character as its octets: as it is if printable ASCII and not `=`. */
const encoded = (character: string): string =>
  /^[\t -<>-~]$/.test(character) ? character : [...Buffer.from(character, 'utf8')].map(byte).join('');

/** Lines end in CRLF. A character is never cut in two by a soft line break. */
export function quotedPrintable(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      let out = '';
      let length = 0;
      const characters = [...line];
      for (const [index, character] of characters.entries()) {
        // Space at the end of a line gets lost on the way.
        const last = index === characters.length - 1;
        const piece = last && /[\t ]/.test(character) ? byte(character.charCodeAt(0)) : encoded(character);
        if (length + piece.length > MAX_LINE - 1) {
          out += '=\r\n';
          length = 0;
        }
        out += piece;
        length += piece.length;
      }
      return out;
    })
    .join('\r\n');
}

/** A header's value: as it is when ASCII, else as encoded words of at most 75 characters, folded. */
export function headerText(text: string): string {
  if (/^[ -~]*$/.test(text) && text.length < 900 && !text.includes('=?')) return text;
  const words: string[] = [];
  let chunk = '';
  for (const character of text) {
    if (Buffer.byteLength(chunk + character) > 42) {
      words.push(chunk);
      chunk = '';
    }
    chunk += character;
  }
  if (chunk !== '') words.push(chunk);
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word, 'utf8').toString('base64')}?=`).join('\r\n ');
}
