/**
 * All text that a peer controls passes through here: the result is bounded and free of anything that could move a terminal's cursor, hide
 * or reorder text. What can't be shown unchanged becomes `\r`, `\n`, `\t`, `\xNN` (bytes and C0/C1 controls) or
 * `\u{N}`. HTML is not escaped here: the format that writes HTML does that.
 */
import { isAscii } from 'node:buffer';
import { byNumber, UNSEEN_CLASS } from '../model/unseen.ts';

/** Length of the result that callers get when they name none. */
export const PRINTABLE_DEFAULT = 1_000;

/** Invisible characters, and code points that Unicode has not assigned yet: nobody knows what they will be. */
const UNSHOWABLE = new RegExp(`[${UNSEEN_CLASS}\\p{Cn}]`, 'gu');

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * @param input text, or bytes: read as UTF-8 if they are valid UTF-8, else each byte from 0x80 shown as `\xNN`
 * @param max   longest result in UTF-16 units; a longer one is cut and ends in `…`
 */
export function printable(input: string | Uint8Array, max: number = PRINTABLE_DEFAULT): string {
  const whole = typeof input === 'string' ? input : decode(input, max);
  // No character of the input gives less than one of the result, so what comes after `max` can't be shown anyway.
  const text = whole.length > max + 1 ? whole.slice(0, max + 1) : whole;
  return cut(asciiShown(text) ?? text.replace(UNSHOWABLE, escapeCharacter), max);
}

/**
 * The result of the pattern above for text that is all ASCII, as most peers' text is; `undefined` for other text. Every line of
 * evidence passes through here, so it is a plain loop.
 */
function asciiShown(text: string): string | undefined {
  let shown = '';
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 0x20 && code < DELETE) continue;
    if (code > DELETE) return undefined;
    shown += text.slice(from, at) + escapeCode(code);
    from = at + 1;
  }
  return from === 0 ? text : shown + text.slice(from);
}

const DELETE = 0x7f;

function decode(bytes: Uint8Array, max: number): string {
  // Up to four bytes make a character; three more are read, so that a cut character can be recognised.
  const bounded = bytes.length > max * 4 + 4 ? bytes.subarray(0, max * 4 + 4) : bytes;
  if (isAscii(bounded)) return latin1Of(bounded);
  try {
    return utf8.decode(trimCutCharacter(bounded, bytes.length > bounded.length));
  } catch {
    let text = '';
    for (const byte of bounded) {
      text += byte < 0x80 ? String.fromCharCode(byte) : hex(byte);
      if (text.length > max + 1) break;
    }
    return text;
  }
}

const latin1Of = (bytes: Uint8Array): string =>
  (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)).toString(
    'latin1',
  );

/** Drops the bytes of a last UTF-8 character that our bound cut in two: the peer did not send it broken. */
function trimCutCharacter(bytes: Uint8Array, wasCut: boolean): Uint8Array {
  if (!wasCut) return bytes;
  let end = bytes.length;
  while (end > 0 && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, Math.max(0, end - 1));
}

const escapeCharacter = (character: string): string => escapeCode(character.codePointAt(0) ?? 0);

function escapeCode(code: number): string {
  switch (code) {
    case 0x09:
      return '\\t';
    case 0x0a:
      return '\\n';
    case 0x0d:
      return '\\r';
    default:
      return byNumber(String.fromCodePoint(code));
  }
}

const hex = (byte: number): string => byNumber(String.fromCharCode(byte));

function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  if (max <= 0) return '';
  const head = text.slice(0, max - 1);
  // Never keep half of a surrogate pair.
  const last = head.charCodeAt(head.length - 1);
  return `${last >= 0xd800 && last <= 0xdbff ? head.slice(0, -1) : head}…`;
}
