/** A ClientHello of TLS 1.3 for QUIC (RFC 8446 §4.1.2, RFC 9001 §8), with HTTP/3 as ALPN: what a browser sends to UDP 443. */
import { generateKeyPairSync } from 'node:crypto';
import { isIP } from '../../net/ip.ts';

const CLIENT_HELLO = 1;
const LEGACY_VERSION = Buffer.of(3, 3);
/** TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384, TLS_CHACHA20_POLY1305_SHA256. */
const CIPHER_SUITES = Buffer.of(0x13, 0x01, 0x13, 0x02, 0x13, 0x03);
const GROUP_X25519 = 0x001d;
const GROUP_P256 = 0x0017;
/** ecdsa_secp256r1_sha256, rsa_pss_rsae_sha256, rsa_pkcs1_sha256, ecdsa_secp384r1_sha384, rsa_pss_rsae_sha384. */
const SIGNATURES = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805];
const TRANSPORT_PARAMETERS = 0x0039;
/** RFC 9000 §18.2. */
const INITIAL_SOURCE_CONNECTION_ID = 0x0f;
const INITIAL_MAX_DATA = 0x04;
const RAW_KEY_BYTES = 32;

const u16 = (value: number): Buffer => Buffer.of(value >> 8, value & 0xff);
/** With its length before it, in one or two bytes. */
const vector8 = (bytes: Buffer): Buffer => Buffer.concat([Buffer.of(bytes.length), bytes]);
const vector16 = (bytes: Buffer): Buffer => Buffer.concat([u16(bytes.length), bytes]);
const extension = (type: number, body: Buffer): Buffer => Buffer.concat([u16(type), vector16(body)]);

/**
 * @param source our connection id, which the transport parameters repeat (RFC 9000 §7.3)
 * @param random 32 bytes
 */
export function quicClientHello(host: string, source: Uint8Array, random: Uint8Array): Buffer {
  const extensions = Buffer.concat([
    ...(isIP(host) === 0 ? [serverName(host)] : []),
    extension(0x000a, vector16(Buffer.concat([u16(GROUP_X25519), u16(GROUP_P256)]))),
    extension(0x000d, vector16(Buffer.concat(SIGNATURES.map(u16)))),
    extension(0x0010, vector16(vector8(Buffer.from('h3', 'latin1')))),
    extension(0x002b, vector8(u16(0x0304))),
    extension(0x0033, vector16(Buffer.concat([u16(GROUP_X25519), vector16(publicKey())]))),
    extension(TRANSPORT_PARAMETERS, transportParameters(source)),
  ]);
  const body = Buffer.concat([
    LEGACY_VERSION,
    random,
    // No session id: QUIC has no compatibility mode (RFC 9001 §8.4).
    Buffer.of(0),
    vector16(CIPHER_SUITES),
    vector8(Buffer.of(0)),
    vector16(extensions),
  ]);
  return Buffer.concat([Buffer.of(CLIENT_HELLO, 0), u16(body.length), body]);
}

/** RFC 6066 §3: a list of one host name. */
const serverName = (host: string): Buffer =>
  extension(0x0000, vector16(Buffer.concat([Buffer.of(0), vector16(Buffer.from(host, 'latin1'))])));

/** An X25519 key whose private half is not kept: the handshake is never finished. */
function publicKey(): Buffer {
  const der = generateKeyPairSync('x25519').publicKey.export({ type: 'spki', format: 'der' });
  return der.subarray(der.length - RAW_KEY_BYTES);
}

/** Ids, lengths and values are variable-length integers (RFC 9000 §18); all of ours except max data fit into one byte. */
const transportParameters = (source: Uint8Array): Buffer =>
  Buffer.concat([
    Buffer.of(INITIAL_SOURCE_CONNECTION_ID, source.length),
    source,
    Buffer.of(INITIAL_MAX_DATA, 4, 0x80, 0x01, 0x00, 0x00),
  ]);
