/** The version-independent parts of QUIC packets (RFC 8999), as far as a client that asks once needs them. */

/** A client's datagram has at least this many bytes, or a server drops it (RFC 9000 §14.1). */
export const DATAGRAM_BYTES = 1_200;
/** Header form bit: set in long headers (RFC 8999 §5.1). */
const LONG_HEADER = 0x80;
/** RFC 9000 §17.2: the second bit is set in every packet of version 1. */
const FIXED_BIT = 0x40;
const MAX_CID_BYTES = 20;
/** Versions of an answer that are shown; an honest server has far fewer than hundreds. */
const MAX_VERSIONS = 32;

export interface ConnectionIds {
  /** Our id for the server: 8 bytes or more, random (RFC 9000 §7.2). */
  readonly destination: Buffer;
  /** Our own id; the server repeats it as the destination of its answer. */
  readonly source: Buffer;
}

/** Long header up to and with the connection ids (RFC 8999 §5.1). `first`: the first byte, without the form bit. */
export function longHeader(first: number, version: number, { destination, source }: ConnectionIds): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt8(LONG_HEADER | first, 0);
  head.writeUInt32BE(version, 1);
  head.writeUInt8(destination.length, 5);
  return Buffer.concat([head, destination, Buffer.of(source.length), source]);
}

/**
 * A datagram of a version that is reserved to make a server name those that it supports (RFC 9000 §6.3, §15). The body
 * is filled up with zeros: no server can read it, since none supports the version.
 *
 * @param pattern any 32-bit number; made into one of the form 0x?a?a?a?a
 */
export function negotiationRequest(pattern: number, ids: ConnectionIds): Buffer {
  const version = ((pattern & 0xf0f0f0f0) | 0x0a0a0a0a) >>> 0;
  const datagram = Buffer.alloc(DATAGRAM_BYTES);
  longHeader(FIXED_BIT, version, ids).copy(datagram);
  return datagram;
}

export type ServerPacket =
  | { readonly type: 'version-negotiation'; readonly versions: readonly number[] }
  /** Any other long header of version 1: Initial, Handshake or Retry. */
  | { readonly type: 'version-1' };

/**
 * Reads a server's answer to our packet: `undefined` for everything else. An answer carries our source connection id
 * as its destination, and Version Negotiation also our destination as its source (RFC 9000 §17.2.1), which nobody outside
 * the path can know.
 */
export function readQuicPacket(datagram: Buffer, ids: ConnectionIds): ServerPacket | undefined {
  if (datagram.length < 7 || (datagram.readUInt8(0) & LONG_HEADER) === 0) return undefined;
  const version = datagram.readUInt32BE(1);
  const destination = connectionId(datagram, 5);
  if (destination === undefined || !destination.id.equals(ids.source)) return undefined;
  const source = connectionId(datagram, destination.end);
  if (source === undefined) return undefined;
  if (version === 1) return { type: 'version-1' };
  if (version !== 0 || !source.id.equals(ids.destination)) return undefined;
  const list = datagram.subarray(source.end);
  if (list.length === 0 || list.length % 4 !== 0) return undefined;
  const versions: number[] = [];
  for (let at = 0; at < list.length && versions.length < MAX_VERSIONS; at += 4)
    versions.push(list.readUInt32BE(at));
  return { type: 'version-negotiation', versions };
}

function connectionId(datagram: Buffer, at: number): { id: Buffer; end: number } | undefined {
  if (at >= datagram.length) return undefined;
  const length = datagram.readUInt8(at);
  const end = at + 1 + length;
  // RFC 9000 §17.2: version 1 allows 20 bytes at most; ours have 8, so a longer one is not an answer to us.
  if (length > MAX_CID_BYTES || end > datagram.length) return undefined;
  return { id: datagram.subarray(at + 1, end), end };
}

/** `v1`, `v2`, `draft-29`, `Q046` (Google's own), or the number in hexadecimal; `undefined` for a reserved one. */
export function versionName(version: number): string | undefined {
  // RFC 9000 §15: 0x?a?a?a?a exist to make servers practise negotiation, and name no protocol.
  if ((version & 0x0f0f0f0f) === 0x0a0a0a0a) return undefined;
  if (version === 1) return 'v1';
  // RFC 9369 §3.
  if (version === 0x6b3343cf) return 'v2';
  if (version >>> 8 === 0xff0000) return `draft-${version & 0xff}`;
  const text = Buffer.alloc(4);
  text.writeUInt32BE(version);
  return /^[QT][0-9]{3}$/.test(text.toString('latin1'))
    ? text.toString('latin1')
    : `0x${version.toString(16).padStart(8, '0')}`;
}
