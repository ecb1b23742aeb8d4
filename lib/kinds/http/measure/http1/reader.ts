/**
 * Reads one answer of HTTP/1.1 or 1.0 from bytes as they arrive: pure, bounded, and as tolerant as browsers are. Errors that it
 * ignores are reported as `malformed`.
 */
import { BoundedBytes } from '../../../../net/bounded-bytes.ts';
import type { BufferBudget } from '../../../../net/buffer-budget.ts';
import type { Malformed } from '../../observation.ts';
import { HTTP_LIMITS } from '../answer.ts';
import { ChunkDecoder } from './chunks.ts';
import { type AnswerHead, readHead } from './head.ts';
import { MalformedList } from './malformed.ts';
import { startOf, statusSoFar } from './status-line.ts';

/** Why reading is over before the peer ended it. */
export type ReaderEnd =
  | { readonly end: 'complete' }
  /** The body is longer than is read. */
  | { readonly end: 'body-limit' }
  /** The framing of the body is broken; what came before is kept. */
  | { readonly end: 'malformed' }
  | { readonly end: 'too-large'; readonly what: 'headers' | 'interim' }
  /** The run has no memory left for what has to be read. */
  | { readonly end: 'no-memory' }
  | { readonly end: 'not-http' }
  /** `onHead` wanted no more. */
  | { readonly end: 'stopped' };

export interface ReaderOptions {
  /** The final head is here. False: its body is not read. */
  readonly onHead: (head: AnswerHead, malformed: MalformedList) => boolean;
  /** A 1xx answer came. */
  readonly onInterim?: (head: AnswerHead) => void;
  /** A page without status line is read as HTTP/0.9, as browsers do on the scheme's own port. */
  readonly bareAllowed: boolean;
  /** What all answers of the run may keep together. */
  readonly budget?: BufferBudget | undefined;
  /** Default `HTTP_LIMITS.body`. */
  readonly maxBody?: number | undefined;
}

export class AnswerReader {
  private readonly malformedList = new MalformedList();
  /** Bytes of the head that came in earlier pieces. */
  private readonly pending: BoundedBytes;
  private readonly content: BoundedBytes;
  private head: AnswerHead | undefined;
  private chunks: ChunkDecoder | undefined;
  /** Bytes of a body of known length that are still to come. */
  private left = 0;
  private interim = 0;
  private lastInterim: AnswerHead | undefined;
  private headBytes = 0;
  /** Where the search for the end of the head continues, in what is pending. */
  private searched = 0;
  private first: Buffer = NOTHING;

  constructor(private readonly options: ReaderOptions) {
    this.pending = new BoundedBytes(HTTP_LIMITS.headers, options.budget);
    this.content = new BoundedBytes(options.maxBody ?? HTTP_LIMITS.body, options.budget);
  }

  /** Reads what arrived; undefined while more is needed. */
  push(piece: Buffer): ReaderEnd | undefined {
    return this.head === undefined ? this.pushHead(piece) : this.pushBody(piece);
  }

  /** The peer closed, or the time is up. `complete`: nothing is missing. */
  over(closed: boolean): 'complete' | 'cut' | 'not-http' | 'no-head' {
    if (this.head === undefined) {
      const bytes = this.pending.bytes();
      if (bytes.length === 0) return 'no-head';
      const { kind } = startOf(bytes, true);
      return kind === 'other' ? 'not-http' : 'no-head';
    }
    if (closed && this.head.framing.kind === 'close') return 'complete';
    if (closed && this.chunks?.sawLastChunk) {
      this.malformedList.add('last-chunk-unfinished', '0');
      return 'complete';
    }
    return 'cut';
  }

  /** The body, its framing undone, its content coding not; `maxBody` bytes at most. */
  body(): Buffer {
    return this.content.bytes();
  }

  /** The body was cut because the run has no memory left, and not at its own limit. */
  get outOfBudget(): boolean {
    return this.content.outOfBudget;
  }

  /** Gives back its memory. A body that was read out before stays valid. */
  free(): void {
    this.pending.clear();
    this.content.clear();
  }

  get malformed(): readonly Malformed[] {
    return this.malformedList.found;
  }

  /** The very first bytes, `HTTP_LIMITS.firstBytes` at most. */
  firstBytes(): Buffer {
    return this.head === undefined ? this.pending.bytes().subarray(0, HTTP_LIMITS.firstBytes) : this.first;
  }

  /** From a head that never ended, or from an interim answer that nothing followed. */
  statusSoFar(): { readonly httpVersion: string; readonly statusCode: number } | undefined {
    const status = statusSoFar(this.pending.bytes()) ?? this.lastInterim;
    return status === undefined
      ? undefined
      : { httpVersion: status.httpVersion, statusCode: status.statusCode };
  }

  private pushHead(piece: Buffer): ReaderEnd | undefined {
    const before = this.pending.length;
    const fits = this.pending.push(piece);
    const bytes = this.pending.bytes();
    const start = startOf(bytes, false);
    if (start.kind === 'unfinished') return undefined;
    if (start.kind === 'other') return this.bare(bytes);
    const at = start.kind === 'icy' ? 0 : start.at;
    const end = this.endOfHead(bytes, at);
    if (end === undefined) {
      if (fits) return undefined;
      return this.pending.outOfBudget ? { end: 'no-memory' } : { end: 'too-large', what: 'headers' };
    }
    this.headBytes += end.next;
    if (this.headBytes > HTTP_LIMITS.headers) return { end: 'too-large', what: 'headers' };

    let text = bytes.toString('latin1', at, end.text);
    if (start.kind === 'icy') {
      this.malformedList.add('icy', text.split(/\r?\n/, 1)[0] ?? '');
      text = `HTTP/1.0 ${text.slice('icy '.length)}`;
    } else if (at > 0) {
      this.malformedList.add('bytes-before-status-line', bytes.toString('latin1', 0, at + 12));
    }
    const head = readHead(text, HTTP_LIMITS.fields, this.malformedList);
    if (head === undefined) return { end: 'too-large', what: 'headers' };
    // The head ends in this piece, or it would have been found before.
    const rest = piece.subarray(end.next - before);
    if (head.statusCode >= 100 && head.statusCode < 200 && head.statusCode !== 101) {
      return this.goOnAfterInterim(head, rest);
    }
    this.first = bytes.subarray(0, HTTP_LIMITS.firstBytes);
    return this.begin(head, rest);
  }

  private goOnAfterInterim(head: AnswerHead, rest: Buffer): ReaderEnd | undefined {
    this.interim += 1;
    if (this.interim > HTTP_LIMITS.interim) return { end: 'too-large', what: 'interim' };
    this.lastInterim = head;
    this.options.onInterim?.(head);
    this.pending.clear();
    this.searched = 0;
    return rest.length === 0 ? undefined : this.pushHead(rest);
  }

  private begin(head: AnswerHead, rest: Buffer): ReaderEnd | undefined {
    this.head = head;
    if (!this.options.onHead(head, this.malformedList)) return { end: 'stopped' };
    switch (head.framing.kind) {
      case 'none':
        return { end: 'complete' };
      case 'length':
        this.left = head.framing.length;
        if (this.options.maxBody !== undefined && this.left > this.options.maxBody)
          return { end: 'body-limit' };
        if (this.left === 0) return { end: 'complete' };
        break;
      case 'chunked':
        this.chunks = new ChunkDecoder((data) => this.content.push(data), HTTP_LIMITS.chunkOverhead);
        break;
      case 'close':
        break;
      default:
        return head.framing satisfies never;
    }
    return rest.length === 0 ? undefined : this.pushBody(rest);
  }

  private pushBody(piece: Buffer): ReaderEnd | undefined {
    if (this.chunks !== undefined) {
      const step = this.chunks.push(piece);
      if (step === 'more') return undefined;
      return step === 'too-large' ? { end: 'body-limit' } : { end: step };
    }
    if (this.head?.framing.kind !== 'length')
      return this.content.push(piece) ? undefined : { end: 'body-limit' };
    // What follows the announced length belongs to no answer: browsers ignore it as well.
    const own = piece.length > this.left ? piece.subarray(0, this.left) : piece;
    this.left -= own.length;
    if (!this.content.push(own)) return { end: 'body-limit' };
    return this.left === 0 ? { end: 'complete' } : undefined;
  }

  /** No status line: HTTP/0.9, or another protocol. */
  private bare(bytes: Buffer): ReaderEnd | undefined {
    if (!this.options.bareAllowed || !MARKUP.test(bytes.toString('latin1', 0, 64)))
      return { end: 'not-http' };
    this.malformedList.add('no-status-line', bytes.toString('latin1', 0, 80));
    this.first = bytes.subarray(0, HTTP_LIMITS.firstBytes);
    const head: AnswerHead = {
      httpVersion: '0.9',
      is11: false,
      statusCode: 200,
      reason: '',
      rawHeaders: [],
      framing: { kind: 'close' },
    };
    return this.begin(head, bytes);
  }

  /** The empty line that ends a head: after any line end, with or without carriage return. */
  private endOfHead(
    bytes: Buffer,
    from: number,
  ): { readonly text: number; readonly next: number } | undefined {
    let at = Math.max(this.searched, from);
    for (;;) {
      const lineEnd = bytes.indexOf(LF, at);
      if (lineEnd < 0) {
        this.searched = bytes.length;
        return undefined;
      }
      const next = bytes[lineEnd + 1];
      if (next === LF) return { text: lineEnd, next: lineEnd + 2 };
      if (next === CR && bytes[lineEnd + 2] === LF) return { text: lineEnd, next: lineEnd + 3 };
      if (next === undefined || (next === CR && lineEnd + 2 >= bytes.length)) {
        // The rest of the empty line may still be on its way.
        this.searched = lineEnd;
        return undefined;
      }
      at = lineEnd + 1;
    }
  }
}

const NOTHING: Buffer = Buffer.alloc(0);
const LF = 10;
const CR = 13;
/** What a page in HTTP/0.9 begins with; anything else on a web port is more likely another protocol. */
const MARKUP = /^\s*<[!?a-z]/i;
