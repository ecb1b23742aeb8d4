/**
 * The ServerHello as it came on the wire, which OpenSSL reads and Node.js does not show: does the server know secure
 * renegotiation (RFC 5746)? For mail, where the first handshake offers all and no second session may be made to find out.
 */

import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { BoundedBytes } from '../../net/bounded-bytes.ts';
import { messagesOf, serverHelloOf } from './server-flight.ts';

const RENEGOTIATION_INFO = 0xff01;
/** A ServerHello of TLS 1.2 has some hundred bytes; what more arrives is not kept. */
const MAX_KEPT = 16_384;

/**
 * Whether a ServerHello of TLS 1.2 or older lacks the extension renegotiation_info. OpenSSL's ClientHello asks for it in each
 * handshake, and a server that knows RFC 5746 must answer (§3.6). `undefined`: the bytes hold no whole, well-formed ServerHello.
 */
export function lacksRenegotiationInfo(bytes: Buffer): boolean | undefined {
  const found = serverHelloOf(messagesOf(bytes));
  if (!found) return undefined;
  const { hello, suiteAt } = found;
  // Behind suite and compression (RFC 5246 §7.4.1.3).
  const head = suiteAt + 3;
  if (hello.length === head) return true;
  if (hello.length < head + 2 || hello.length !== head + 2 + hello.readUInt16BE(head)) return undefined;
  for (let at = head + 2; at < hello.length; ) {
    if (at + 4 > hello.length) return undefined;
    if (hello.readUInt16BE(at) === RENEGOTIATION_INFO) return false;
    at += 4 + hello.readUInt16BE(at + 2);
    if (at > hello.length) return undefined;
  }
  return true;
}

/** A connected socket whose bytes pass through our code on their way to OpenSSL. */
export interface RecordedSocket {
  /** In place of the socket; each ends with the other. */
  readonly stream: Duplex;
  /** The first bytes that arrived. */
  received(): Buffer;
  /** Length of what was sent first: the ClientHello. */
  firstSentBytes(): number;
  /** What was kept is no longer needed. */
  forget(): void;
}

export function recordFirstBytes(socket: Socket): RecordedSocket {
  const kept = new BoundedBytes(MAX_KEPT);
  let keeps = true;
  let firstSent = 0;
  let ended = false;
  const stream = new Duplex({
    read() {
      socket.resume();
    },
    write(chunk: Buffer, _encoding, done) {
      firstSent ||= chunk.length;
      socket.write(chunk, done);
    },
    final(done) {
      socket.end(done);
    },
    destroy(error, done) {
      socket.destroy();
      done(error);
    },
  });
  socket.on('data', (chunk: Buffer) => {
    if (keeps) kept.push(chunk);
    if (!stream.push(chunk)) socket.pause();
  });
  socket.on('end', () => {
    ended = true;
    stream.push(null);
  });
  socket.on('error', (error) => stream.destroy(error));
  socket.on('close', () => {
    if (!ended) stream.destroy();
  });
  return {
    stream,
    received: () => kept.bytes(),
    firstSentBytes: () => firstSent,
    forget() {
      keeps = false;
      kept.clear();
    },
  };
}
