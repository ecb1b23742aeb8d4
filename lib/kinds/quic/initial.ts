/** One real Initial packet of QUIC version 1 (RFC 9000 §17.2.2, RFC 9001 §5), whose CRYPTO frame is a ClientHello. */
import { createCipheriv, createHmac } from 'node:crypto';
import { quicClientHello } from './client-hello.ts';
import { type ConnectionIds, DATAGRAM_BYTES, longHeader } from './packet.ts';

const VERSION_1 = 1;
/** RFC 9001 §5.2. */
const INITIAL_SALT = Buffer.from('38762cf7f55934b34d179ae6a4c80cadccbb7f0a', 'hex');
/** Fixed bit, type Initial (0), a packet number of four bytes. */
const INITIAL_FIRST_BYTE = 0x40 | 0x03;
const PACKET_NUMBER_BYTES = 4;
const TAG_BYTES = 16;
const FRAME_CRYPTO = 0x06;

export interface InitialKeys {
  readonly key: Buffer;
  readonly iv: Buffer;
  /** Header protection. */
  readonly hp: Buffer;
}

/** The client's Initial keys, which follow from the destination connection id alone (RFC 9001 §5.2). */
export function clientInitialKeys(destination: Uint8Array): InitialKeys {
  const initial = createHmac('sha256', INITIAL_SALT).update(destination).digest();
  const secret = expandLabel(initial, 'client in', 32);
  return {
    key: expandLabel(secret, 'quic key', 16),
    iv: expandLabel(secret, 'quic iv', 12),
    hp: expandLabel(secret, 'quic hp', 16),
  };
}

/** HKDF-Expand-Label with an empty context (RFC 8446 §7.1); one block of SHA-256 is enough for what is asked here. */
function expandLabel(secret: Uint8Array, label: string, length: number): Buffer {
  const name = Buffer.from(`tls13 ${label}`, 'latin1');
  const info = Buffer.concat([Buffer.of(0, length, name.length), name, Buffer.of(0, 1)]);
  return createHmac('sha256', secret).update(info).digest().subarray(0, length);
}

/** A variable-length integer of two bytes (RFC 9000 §16): 0 to 16,383. */
const varint2 = (value: number): Buffer => Buffer.of(0x40 | (value >> 8), value & 0xff);

/**
 * The datagram: exactly 1,200 bytes, protected as RFC 9001 §5.3 and §5.4 say.
 *
 * @param host for SNI; an IP literal is not named there (RFC 6066 §3)
 * @param random 32 bytes for the ClientHello
 */
export function initialDatagram(host: string, ids: ConnectionIds, random: Uint8Array): Buffer {
  const hello = quicClientHello(host, ids.source, random);
  const frame = Buffer.concat([Buffer.of(FRAME_CRYPTO, 0), varint2(hello.length), hello]);
  const start = longHeader(INITIAL_FIRST_BYTE, VERSION_1, ids);
  // No token, two bytes of length, the packet number 0.
  const headerBytes = start.length + 1 + 2 + PACKET_NUMBER_BYTES;
  const payload = Buffer.alloc(DATAGRAM_BYTES - headerBytes - TAG_BYTES);
  frame.copy(payload);
  const header = Buffer.concat([
    start,
    Buffer.of(0),
    varint2(PACKET_NUMBER_BYTES + payload.length + TAG_BYTES),
    Buffer.alloc(PACKET_NUMBER_BYTES),
  ]);
  return protect(header, payload, clientInitialKeys(ids.destination));
}

/** Packet number 0, so the nonce is the iv itself. */
function protect(header: Buffer, payload: Buffer, { key, iv, hp }: InitialKeys): Buffer {
  const cipher = createCipheriv('aes-128-gcm', key, iv).setAAD(header);
  const sealed = Buffer.concat([cipher.update(payload), cipher.final(), cipher.getAuthTag()]);
  // The sample begins where the payload does when the packet number has four bytes (RFC 9001 §5.4.2).
  const mask = createCipheriv('aes-128-ecb', hp, null).update(sealed.subarray(0, 16));
  const masked = Buffer.from(header);
  masked.writeUInt8(masked.readUInt8(0) ^ (mask.readUInt8(0) & 0x0f), 0);
  const at = header.length - PACKET_NUMBER_BYTES;
  for (let index = 0; index < PACKET_NUMBER_BYTES; index += 1)
    masked.writeUInt8(masked.readUInt8(at + index) ^ mask.readUInt8(1 + index), at + index);
  return Buffer.concat([masked, sealed]);
}
