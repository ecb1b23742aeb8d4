/**
 * Stands between a server and Node's HTTP/2 client, and lets through only frames whose length fits their type. Without
 * it any server can end the process: nghttp2 (before its 1.68.1, and so in Node 20) aborts on an assertion when a frame
 * of a wrong size follows, in the same read, what ended the session, be it an error or our own `destroy`.
 */
import { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';

/** RFC 9113 §4.1: length (24 bits), type, flags, stream. */
const HEADER_BYTES = 9;
/** RFC 9113 §6.5.2: SETTINGS_MAX_FRAME_SIZE as it is when nobody changes it. */
const MAX_FRAME_BYTES = 16_384;

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
const PADDED = 0x8;
const HAS_PRIORITY = 0x20;

export interface Gated {
  /** What may be passed on. */
  readonly pass: readonly Buffer[];
  /** Why nothing behind it may. */
  readonly broken?: string;
}

export interface FrameGate {
  /** Takes bytes from the server, however they are cut. After `broken` it passes nothing any more. */
  push(chunk: Buffer): Gated;
}

export function createFrameGate(): FrameGate {
  /** The beginning of a header whose rest is still to come. */
  let begun: Buffer = NOTHING;
  /** Bytes of the payload that are still to come, and whether they are passed on. */
  let left = 0;
  let wanted = true;
  let broken: string | undefined;

  return {
    push(chunk) {
      const pass: Buffer[] = [];
      /** Passed on are the bytes of the chunk from here to where something is held back. */
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
          if (!wanted) cutTo(at + taken);
          left -= taken;
          at += taken;
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
        broken = sizeError(type, left, header.readUInt8(4));
        if (broken !== undefined) {
          cutTo(chunk.length);
          return { pass, broken };
        }
        // Extensions must be ignored by who does not know them (RFC 9113 §4.1); nghttp2 reads some, with pitfalls of their own.
        wanted = type <= CONTINUATION;
        if (!wanted) cutTo(at + missing);
        else if (begun.length > 0) pass.push(begun);
        begun = NOTHING;
        at += missing;
      }
      cutTo(at);
      return { pass };
    },
  };
}

const NOTHING: Buffer = Buffer.alloc(0);

/** RFC 9113 §4.2 and §6: frames whose size alone is an error; undefined when it is none. */
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
 * The socket as Node's HTTP/2 client may have it. When the server's framing breaks, it ends behind the last sound
 * frame, after `onBroken` has been told why.
 */
export function soundFrames(socket: TLSSocket, onBroken: (why: string) => void): Duplex {
  const gate = createFrameGate();
  let over = false;
  const stream = new Duplex({
    read: () => void socket.resume(),
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
    const hungry = pass.length === 0 || stream.push(pass.length === 1 ? pass[0] : Buffer.concat(pass));
    if (broken !== undefined) {
      onBroken(broken);
      finish();
    } else if (!hungry) {
      socket.pause();
    }
  });
  socket.on('end', finish);
  socket.on('error', (error) => stream.destroy(error));
  socket.on('close', () => stream.destroy());
  return stream;
}
