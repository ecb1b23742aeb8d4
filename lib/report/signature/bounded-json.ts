/**
 * JSON of a file that anybody may have made, read within bounds: one pass over the text, which keeps only the
 * depth, decides before any value is built from it. Text of a few hundred kB could otherwise cost gigabytes.
 */

/** A report of ours is 15 levels deep. */
const MAX_DEPTH = 100;
/** Of one object or list: 20,000 endpoints are the most that a report was made for. */
const MAX_MEMBERS = 200_000;
/** Values and keys in all: 64 MB of a report have 2.5 million. */
const MAX_PARTS = 2_500_000;
/** Bytes for each of them: reports have 15 to 25. So a small text can't need a hundred times its size in memory. */
const LEAST_BYTES = 6;
const FREE_PARTS = 10_000;

export type BoundedJson =
  | {
      readonly ok: true;
      readonly value: unknown;
      readonly keys: number;
      /** Characters of line feeds and indent, two columns a level, that its values have at least when each has a line. */
      readonly indent: number;
    }
  | { readonly ok: false; readonly reason: string };

const no = (reason: string): BoundedJson => ({ ok: false, reason });

/** @returns the value, and how many keys its text has, repeated ones included */
export function parseBounded(text: string): BoundedJson {
  const size = measure(text);
  if (typeof size === 'string') return no(size);
  try {
    return { ok: true, value: JSON.parse(text), ...size };
  } catch {
    return no('not JSON');
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Counts structure outside of strings. For text that is not JSON the counts mean nothing, and the parser refuses it. */
function measure(text: string): { readonly keys: number; readonly indent: number } | string {
  const members: number[] = [];
  let parts = 0;
  let keys = 0;
  let indent = 0;
  const most = Math.min(MAX_PARTS, FREE_PARTS + text.length / LEAST_BYTES);
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case 0x7b: // {
      case 0x5b: // [
        if (members.length >= MAX_DEPTH) return 'nested too deeply';
        members.push(0);
        parts += 1;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        members.pop();
        break;
      case 0x2c: {
        // ,
        const of = members.length - 1;
        const count = (members[of] ?? 0) + 1;
        if (count > MAX_MEMBERS) return 'an object or list of too many members';
        if (of >= 0) members[of] = count;
        indent += 1 + 2 * members.length;
        parts += 1;
        break;
      }
      case 0x3a: // :
        keys += 1;
        parts += 1;
        break;
      default:
    }
    if (parts > most) return 'too many values';
  }
  return { keys, indent };
}

/** Index of the closing quote; the end of the text when there is none. */
function endOfString(text: string, open: number): number {
  for (let at = open + 1; ; ) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    let escapes = 0;
    while (text.charCodeAt(quote - 1 - escapes) === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return quote;
    at = quote + 1;
  }
}
