/**
 * A filter between a server and Node's HTTP/2 client that passes on only frames whose length fits their type. Without
 * it any server can end the process: nghttp2 (before its 1.68.1, and so in Node 20) aborts on an assertion when a frame
 * of a wrong size follows, in the same read, what ended the session: an error or our own `destroy`.
 */
import { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { HTTP_LIMITS } from './answer.ts';

/** RFC 9113 §4.1: length (24 bits), type, flags, stream. */
const HEADER_BYTES = 9;
/** RFC 9113 §6.5.2: SETTINGS_MAX_FRAME_SIZE as it is when nobody changes it. */
const MAX_FRAME_BYTES = 16_384;

/**
 * Frames of one connection that are read at most. An answer of the size that we read has a few hundred; a server that sends more
 * tries to keep its client busy (CVE-2019-9512, -9514, -9515, -9518, CVE-2024-27316).
 */
const MAX_DATA_FRAMES = 20_000;
const MAX_OTHER_FRAMES = 2_000;
/** HEADERS frames without CONTINUATION: one answer, its trailers, and as many interim answers as in HTTP/1.1. */
const MAX_HEADERS_FRAMES = HTTP_LIMITS.interim + 2;

const DATA = 0;
const HEADERS = 1;
const PRIORITY = 2;
const RST_STREAM = 3;
const SETTINGS = 4;
const PUSH_PROMISE = 5;
const PING = 6;
const GOAWAY = 7;
const WINDOW_UPDATE = 8;
const CONTINUATION = 9;

const ACK = 0x1;
const END_STREAM = 0x1;
const END_HEADERS = 0x4;
const PADDED = 0x8;
const HAS_PRIORITY = 0x20;

export interface Gated {
  /** What may be passed on. */
  readonly pass: readonly Buffer[];
  /** Why nothing after it may be passed on. */
  readonly broken?: string;
}

export interface FrameGate {
  /** Takes bytes from the server, however they are cut. After `broken` it passes nothing on. */
  push(chunk: Buffer): Gated;
}

/** How the server ended a stream or the session (RFC 9113 §6.4, §6.8). */
export interface ServerEnd {
  readonly frame: 'RST_STREAM' | 'GOAWAY';
  readonly code: number;
  /** Debug data of GOAWAY, as Latin-1 text. */
  readonly debug: string;
}

/** Bytes of an ending frame that are looked at: the debug data may be long. */
const END_BYTES = 8 + 200;

function serverEnd(type: number, payload: Buffer): ServerEnd {
  return type === RST_STREAM
    ? { frame: 'RST_STREAM', code: payload.readUInt32BE(0), debug: '' }
    : { frame: 'GOAWAY', code: payload.readUInt32BE(4), debug: payload.toString('latin1', 8) };
}

/** Header blocks of one connection that are shown, and bytes of each. */
const SHOWN_BLOCKS = 4;
const BLOCK_BYTES = 16_384;
/** Bytes of frames that wait for the end of their block. */
const MAX_WAITING_BYTES = 2 * BLOCK_BYTES;

export interface FrameWatch {
  /** Called with each frame by which the server ends something. */
  readonly onEnd?: (end: ServerEnd) => void;
  /** Called with the first header blocks, still compressed. A block that it returns is passed on instead. */
  readonly onHeaders?: (block: Buffer) => Buffer | undefined;
}

export function createFrameGate({ onEnd, onHeaders }: FrameWatch = {}): FrameGate {
  /** The beginning of a header whose rest is still to come. */
  let begun: Buffer = NOTHING;
  /** Bytes of the payload that are still to come, and whether they are passed on. */
  let left = 0;
  let wanted = true;
  let broken: string | undefined;
  const seen = { data: 0, headers: 0, other: 0 };
  /** Names the limit that one more frame of this type exceeds. */
  const tooMany = (type: number): string | undefined => {
    const which = type === DATA ? 'data' : type === HEADERS ? 'headers' : 'other';
    seen[which] += 1;
    return seen[which] > MOST[which] ? `more than ${MOST[which]} ${FRAMES[which]} frames` : undefined;
  };
  /** Type and payload so far of a frame that is looked into. */
  let watched:
    | { readonly type: number; readonly flags: number; readonly most: number; payload: Buffer }
    | undefined;
  let block: Buffer = NOTHING;
  let blocks = 0;
  /** Frames of a header block, until it is whole and was shown. */
  let openBlock: { readonly frames: Buffer[]; size: number; readonly first: Buffer } | undefined;
  let pass: Buffer[] = [];
  const addToBlock = (bytes: Buffer): void => {
    if (openBlock === undefined) return;
    openBlock.frames.push(bytes);
    openBlock.size += bytes.length;
    if (openBlock.size > MAX_WAITING_BYTES) release();
  };
  const release = (instead?: Buffer): void => {
    if (openBlock === undefined) return;
    const { frames, first } = openBlock;
    openBlock = undefined;
    if (instead === undefined || instead.length > MAX_FRAME_BYTES) pass.push(...frames);
    else pass.push(headersFrame(first, instead));
  };

  /** RFC 9113 §6.2, §6.10: padding and priority are around the block. */
  const headersCame = (type: number, flags: number, payload: Buffer): void => {
    const isFirst = type === HEADERS;
    const padded = isFirst && (flags & PADDED) !== 0;
    const begin = (padded ? 1 : 0) + (isFirst && (flags & HAS_PRIORITY) !== 0 ? 5 : 0);
    const end = payload.length - (padded ? (payload[0] ?? 0) : 0);
    const part = payload.subarray(begin, Math.max(begin, end));
    block = isFirst ? part : Buffer.concat([block, part]).subarray(0, BLOCK_BYTES);
    if ((flags & END_HEADERS) === 0) return;
    blocks += 1;
    const isWhole = block.length < BLOCK_BYTES;
    const instead = onHeaders?.(block);
    release(isWhole ? instead : undefined);
    block = NOTHING;
  };
  const whole = ({ type, flags, payload }: NonNullable<typeof watched>): void => {
    if (type === HEADERS || type === CONTINUATION) headersCame(type, flags, payload);
    else onEnd?.(serverEnd(type, payload));
  };

  return {
    push(chunk) {
      pass = [];
      /** The bytes of the chunk from here up to a block that waits for its end are passed on. */
      let from = 0;
      let at = 0;
      const cutTo = (next: number): void => {
        if (at > from) pass.push(chunk.subarray(from, at));
        from = next;
      };
      if (broken !== undefined) return { pass, broken };
      while (at < chunk.length) {
        if (left > 0) {
          const taken = Math.min(left, chunk.length - at);
          if (!wanted || openBlock !== undefined) cutTo(at + taken);
          addToBlock(chunk.subarray(at, at + taken));
          if (watched !== undefined && watched.payload.length < watched.most) {
            watched.payload = Buffer.concat([watched.payload, chunk.subarray(at, at + taken)]).subarray(
              0,
              watched.most,
            );
          }
          left -= taken;
          at += taken;
          if (left === 0 && watched !== undefined) {
            whole(watched);
            watched = undefined;
          }
          continue;
        }
        const missing = HEADER_BYTES - begun.length;
        const part = chunk.subarray(at, at + missing);
        const header = begun.length === 0 ? part : Buffer.concat([begun, part]);
        if (header.length < HEADER_BYTES) {
          cutTo(chunk.length);
          begun = header;
          return { pass };
        }
        const type = header.readUInt8(3);
        left = header.readUIntBE(0, 3);
        broken = sizeError(type, left, header.readUInt8(4)) ?? tooMany(type);
        // An open block comes before what follows; when that is no CONTINUATION, it is passed on unchanged.
        if (broken !== undefined || type !== CONTINUATION) release();
        if (broken !== undefined) {
          cutTo(chunk.length);
          return { pass, broken };
        }
        const flags = header.readUInt8(4);
        if (type === RST_STREAM || type === GOAWAY)
          watched = { type, flags, most: END_BYTES, payload: NOTHING };
        const isHead = type === HEADERS || type === CONTINUATION;
        if (isHead && onHeaders !== undefined && blocks < SHOWN_BLOCKS) {
          watched = { type, flags, most: MAX_FRAME_BYTES, payload: NOTHING };
          if (type === HEADERS) openBlock = { frames: [], size: 0, first: Buffer.from(header) };
        }
        // A receiver must ignore extensions that it does not know (RFC 9113 §4.1); nghttp2 reads some, with risks of their own.
        wanted = type <= CONTINUATION;
        if (!wanted || openBlock !== undefined) cutTo(at + missing);
        else if (begun.length > 0) pass.push(begun);
        begun = NOTHING;
        at += missing;
        addToBlock(header);
        // A frame without payload brings no further bytes that would end it.
        if (left === 0 && watched !== undefined) {
          whole(watched);
          watched = undefined;
        }
      }
      cutTo(at);
      return { pass };
    },
  };
}

const MOST = { data: MAX_DATA_FRAMES, headers: MAX_HEADERS_FRAMES, other: MAX_OTHER_FRAMES };
const FRAMES = { data: 'DATA', headers: 'HEADERS', other: 'other' };

/** One frame for a whole block: of the first one it keeps the stream and whether it ends that. */
function headersFrame(first: Buffer, block: Buffer): Buffer {
  const header = Buffer.from(first);
  header.writeUIntBE(block.length, 0, 3);
  header.writeUInt8((first.readUInt8(4) & END_STREAM) | END_HEADERS, 4);
  return Buffer.concat([header, block]);
}

const NOTHING: Buffer = Buffer.alloc(0);

/** RFC 9113 §4.2 and §6: frames whose size alone is an error; undefined when it is not an error. */
function sizeError(type: number, length: number, flags: number): string | undefined {
  if (length > MAX_FRAME_BYTES) return `a frame of ${length} bytes`;
  const padding = (flags & PADDED) === 0 ? 0 : 1;
  switch (type) {
    case DATA:
      return atLeast('DATA', length, padding);
    case HEADERS:
      return atLeast('HEADERS', length, padding + ((flags & HAS_PRIORITY) === 0 ? 0 : 5));
    case PRIORITY:
      return exactly('PRIORITY', length, 5);
    case RST_STREAM:
      return exactly('RST_STREAM', length, 4);
    case SETTINGS:
      if ((flags & ACK) !== 0) return exactly('SETTINGS with ACK', length, 0);
      return length % 6 === 0 ? undefined : `SETTINGS of ${length} bytes`;
    case PUSH_PROMISE:
      return atLeast('PUSH_PROMISE', length, padding + 4);
    case PING:
      return exactly('PING', length, 8);
    case GOAWAY:
      return atLeast('GOAWAY', length, 8);
    case WINDOW_UPDATE:
      return exactly('WINDOW_UPDATE', length, 4);
    default:
      return undefined;
  }
}

const atLeast = (name: string, length: number, least: number): string | undefined =>
  length < least ? `${name} of ${length} bytes` : undefined;
const exactly = (name: string, length: number, size: number): string | undefined =>
  length === size ? undefined : `${name} of ${length} bytes`;

/**
 * The socket that Node's HTTP/2 client gets. When the server's framing breaks, it ends after the last complete
 * frame, and `onBroken` has been called with the reason before.
 */
export function completeFrames(
  socket: TLSSocket,
  onBroken: (why: string) => void,
  watch: FrameWatch = {},
): Duplex {
  const gate = createFrameGate(watch);
  let over = false;
  let sinceYield = 0;
  /** Lets other connections have their turn before the next read. */
  let yielding = false;
  let wantsMore = true;
  const stream = new Duplex({
    read: () => {
      wantsMore = true;
      if (!yielding) socket.resume();
    },
    write: (chunk: Buffer, _encoding, done) => {
      socket.write(chunk, () => done());
    },
    final: (done) => {
      socket.end(() => done());
    },
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  const finish = (): void => {
    if (over) return;
    over = true;
    stream.push(null);
  };
  socket.on('data', (chunk: Buffer) => {
    if (over) return;
    const { pass, broken } = gate.push(chunk);
    wantsMore = pass.length === 0 || stream.push(pass.length === 1 ? pass[0] : Buffer.concat(pass));
    if (broken !== undefined) {
      onBroken(broken);
      finish();
      return;
    }
    sinceYield += chunk.length;
    if (sinceYield >= HTTP_LIMITS.turn && !yielding) {
      sinceYield = 0;
      yielding = true;
      setImmediate(() => {
        yielding = false;
        if (wantsMore) socket.resume();
      });
    }
    if (!wantsMore || yielding) socket.pause();
  });
  socket.on('end', finish);
  socket.on('error', (error) => stream.destroy(error));
  socket.on('close', () => stream.destroy());
  return stream;
}
