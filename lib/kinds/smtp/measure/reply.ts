import { printable } from '../../../net/printable.ts';
import type { SmtpReply } from '../observation.ts';

/** Bounds on what a server may send in one reply. RFC 5321 §4.5.3.1.5 allows 512 bytes a line; we read 4,096 and then report it. */
export const REPLY_LIMITS = {
  standardLine: 512,
  line: 4_096,
  lines: 128,
  bytes: 32_768,
  shown: 512,
} as const;

export type ParsedReply =
  /** `wire` holds the lines as received, with the code and the character after it, printable. */
  | { readonly status: 'reply'; readonly reply: SmtpReply; readonly wire: readonly string[] }
  /** A line that is not a reply line; `text` is what came, printable. */
  | { readonly status: 'malformed'; readonly text: string }
  /** A limit was exceeded; `text` is the beginning of what came, printable. */
  | {
      readonly status: 'too-large';
      readonly what: 'line' | 'lines' | 'bytes';
      readonly limit: number;
      readonly text: string;
    };

/** Methods, although getters would be shorter: V8 makes a new hidden class for every object literal with a getter. */
export interface ReplyReader {
  /** Adds bytes from the peer. */
  push(chunk: Buffer): void;
  /** The next reply, as soon as its last line (code and space, RFC 5321 §4.2.1) is there. */
  take(): ParsedReply | undefined;
  /** Discards what was not taken and returns its number of bytes. */
  discard(): number;
  /** What was received and not yet taken, printable; empty when nothing. */
  unfinished(): string;
  /** The bytes so far cannot become a reply: waiting is useful only for the rest of their line, as evidence. */
  doomed(): boolean;
  /** Bytes received and not yet taken. */
  waiting(): number;
  /** Bytes of the longest complete line seen, without CR LF. */
  longestLine(): number;
}

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const HYPHEN = 0x2d;
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

/** Can these bytes begin a reply line? RFC 5321 §4.2: `Reply-code = %x32-35 %x30-35 %x30-39`; the text may be absent. */
function beginsReplyLine(bytes: Buffer, start: number, end: number): boolean {
  const length = end - start;
  if (length > 0 && !(isDigit(bytes[start]) && Number(bytes[start]) >= 0x32 && Number(bytes[start]) <= 0x35))
    return false;
  if (length > 1 && !isDigit(bytes[start + 1])) return false;
  if (length > 2 && !isDigit(bytes[start + 2])) return false;
  const mark = bytes[start + 3];
  return length <= 3 || mark === SPACE || mark === HYPHEN || mark === CR;
}

const EMPTY: Buffer = Buffer.alloc(0);
const PLAIN = /^[\x20-\x7e]*$/;

/** A line for people. The usual one is plain ASCII and needs no decoding. */
function lineText(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('latin1', start, end);
  if (text.length <= REPLY_LIMITS.shown && PLAIN.test(text)) return text;
  return printable(bytes.subarray(start, end), REPLY_LIMITS.shown);
}

/** Reads replies from a byte stream, in bounded memory, whatever the peer sends. Lines may end in a bare LF. */
export function createReplyReader(): ReplyReader {
  let buffer = EMPTY;
  /** Start of the line that is being read. */
  let start = 0;
  /** Where the search for its LF continues. */
  let scanned = 0;
  let wire: string[] = [];
  let bytes = 0;
  let longestLine = 0;
  const restart = () => {
    wire = [];
    bytes = 0;
  };
  /** Copies what is left: a view would keep the whole chunk in memory. */
  const compact = () => {
    buffer = start === buffer.length ? EMPTY : buffer.subarray(start);
    scanned -= start;
    start = 0;
  };
  /** What was not given out as a reply, as one printable text: lines of a reply not yet complete, and the bytes after them. */
  const shown = () => {
    let end = Math.min(buffer.length, start + 4 * REPLY_LIMITS.shown);
    while (end > start && (buffer[end - 1] === LF || buffer[end - 1] === CR)) end -= 1;
    // Empty lines are shown only where nothing else came.
    const rest = lineText(buffer, start, end === start ? buffer.length : end);
    return printable([...wire, rest].filter((line) => line !== '').join('\\r\\n'), REPLY_LIMITS.shown);
  };
  const tooLarge = (what: 'line' | 'lines' | 'bytes', limit: number): ParsedReply => {
    return { status: 'too-large', what, limit, text: shown() };
  };
  const doomed = () => start < buffer.length && !beginsReplyLine(buffer, start, buffer.length);

  return {
    push(chunk) {
      compact();
      buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk]);
    },
    take() {
      for (;;) {
        const end = buffer.indexOf(LF, scanned);
        if (end < 0) {
          scanned = buffer.length;
          const length = buffer.length - start;
          if (length > REPLY_LIMITS.line) return tooLarge('line', REPLY_LIMITS.line);
          if (length > REPLY_LIMITS.shown && doomed()) return { status: 'malformed', text: shown() };
          return undefined;
        }
        const textEnd = end > start && buffer[end - 1] === CR ? end - 1 : end;
        const length = textEnd - start;
        if (length > REPLY_LIMITS.line) return tooLarge('line', REPLY_LIMITS.line);
        // A CR after the code is the line's end only where the LF follows it.
        const hasMark = length === 3 || buffer[start + 3] !== CR;
        if (length < 3 || !hasMark || !beginsReplyLine(buffer, start, textEnd))
          return { status: 'malformed', text: shown() };
        longestLine = Math.max(longestLine, length);
        const last = buffer[start + 3] !== HYPHEN;
        wire.push(lineText(buffer, start, textEnd));
        bytes += end + 1 - start;
        start = scanned = end + 1;
        if (last) {
          const taken = wire;
          restart();
          compact();
          return { status: 'reply', reply: replyOf(taken), wire: taken };
        }
        if (wire.length >= REPLY_LIMITS.lines) return tooLarge('lines', REPLY_LIMITS.lines);
        if (bytes > REPLY_LIMITS.bytes) return tooLarge('bytes', REPLY_LIMITS.bytes);
      }
    },
    discard() {
      const count = buffer.length - start;
      buffer = EMPTY;
      start = scanned = 0;
      restart();
      return count;
    },
    unfinished: shown,
    doomed,
    waiting: () => buffer.length - start,
    longestLine: () => longestLine,
  };
}

/** The last line's code counts: postscreen sends `220-` as a test and may then refuse with `521 `. */
function replyOf(wire: readonly string[]): SmtpReply {
  const code = Number(wire.at(-1)?.slice(0, 3));
  const began = Number(wire[0]?.slice(0, 3));
  const lines = wire.map((line) => line.slice(4));
  return began === code ? { code, lines } : { code, lines, began };
}
