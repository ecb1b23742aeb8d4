/**
 * A ClientHello of TLS 1.2 or older, byte by byte (RFC 5246 §7.4.1.2), and what a server answers to it. OpenSSL isn't
 * used because it may refuse an old protocol itself (build options, security levels, system policy), and
 * its own refusal must not be blamed on the server.
 */
import { alertByNumber, type TlsAlert } from './tls-alerts.ts';

export type OldVersion = 'SSLv3' | 'TLSv1' | 'TLSv1.1' | 'TLSv1.2';

const WIRE: Readonly<Record<OldVersion, number>> = {
  SSLv3: 0x0300,
  TLSv1: 0x0301,
  'TLSv1.1': 0x0302,
  'TLSv1.2': 0x0303,
};

/** The suites that servers of the last 25 years may choose from: ECDHE, DHE and RSA with ChaCha, AES, Camellia, 3DES, RC4. */
const CIPHER_SUITES = [
  0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xccaa, 0x009e, 0x009f, 0xc023, 0xc027, 0xc024, 0xc028,
  0xc009, 0xc013, 0xc00a, 0xc014, 0x0067, 0x006b, 0x0033, 0x0039, 0x009c, 0x009d, 0x003c, 0x003d, 0x002f,
  0x0035, 0x0041, 0x0084, 0xc008, 0xc012, 0x0016, 0x000a, 0xc007, 0xc011, 0x0005, 0x0004, 0x0032, 0x0038,
  0x0013,
];
/** TLS_EMPTY_RENEGOTIATION_INFO_SCSV (RFC 5746 §3.3): some servers refuse a client without. */
const RENEGOTIATION_SCSV = 0x00ff;
/** x25519, P-256, P-384, P-521. */
const GROUPS = [0x001d, 0x0017, 0x0018, 0x0019];
/** ECDSA, RSA-PSS, RSA PKCS #1 with SHA-256 to 512, Ed25519, then SHA-1. */
const SIGNATURE_ALGORITHMS = [
  0x0403, 0x0503, 0x0603, 0x0807, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201, 0x0202,
];

const HANDSHAKE = 22;
const ALERT = 21;
const SERVER_HELLO = 2;

export interface HelloShape {
  /** Bytes that the record has at least, header included; the rest is padding (RFC 7685), which SSL 3.0 has not. */
  readonly size?: number;
  /** Numbers of the cipher suites, best first; absent: all that servers may choose from. */
  readonly suites?: readonly number[];
}

/**
 * @param newest     the newest version the client claims to support; the server may choose an older one
 * @param servername SNI; absent for IP literals (RFC 6066 §3)
 * @param random     32 bytes
 */
export function clientHello(
  newest: OldVersion,
  servername: string | undefined,
  random: Buffer,
  { size = 0, suites = CIPHER_SUITES }: HelloShape = {},
): Buffer {
  const hello = helloOf(newest, servername, random, suites, []);
  const missing = size - hello.length - PADDING_HEAD_BYTES;
  return missing < 0
    ? hello
    : helloOf(newest, servername, random, suites, [u16(PADDING), vector16(Buffer.alloc(missing))]);
}

const PADDING = 21;
const PADDING_HEAD_BYTES = 4;

function helloOf(
  newest: OldVersion,
  servername: string | undefined,
  random: Buffer,
  suites: readonly number[],
  more: readonly Buffer[],
): Buffer {
  const version = u16(WIRE[newest]);
  // SSL 3.0 has no extensions; some of its servers fail when there are any.
  const extensions =
    newest === 'SSLv3' ? [] : [vector16(Buffer.concat([...extensionsFor(servername), ...more]))];
  const body = Buffer.concat([
    version,
    random,
    Buffer.of(0),
    vector16(Buffer.concat([...suites, RENEGOTIATION_SCSV].map(u16))),
    Buffer.of(1, 0),
    ...extensions,
  ]);
  const message = Buffer.concat([Buffer.of(1, 0), vector16(body)]);
  // RFC 5246 appendix E.1: the record layer shows an old version, for servers that check only that.
  return Buffer.concat([Buffer.of(HANDSHAKE), u16(Math.min(WIRE[newest], WIRE.TLSv1)), vector16(message)]);
}

function extensionsFor(servername: string | undefined): Buffer[] {
  const list: Buffer[] = [];
  if (servername !== undefined) {
    const entry = Buffer.concat([Buffer.of(0), vector16(Buffer.from(servername, 'latin1'))]);
    list.push(u16(0), vector16(vector16(entry)));
  }
  list.push(u16(10), vector16(vector16(Buffer.concat(GROUPS.map(u16)))));
  list.push(u16(11), vector16(Buffer.of(1, 0)));
  list.push(u16(13), vector16(vector16(Buffer.concat(SIGNATURE_ALGORITHMS.map(u16)))));
  return list;
}

function u16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff);
}

function vector16(content: Buffer): Buffer {
  return Buffer.concat([u16(content.length), content]);
}

export type HelloAnswer =
  | { readonly status: 'server-hello'; readonly version: string }
  | { readonly status: 'alert'; readonly alert: TlsAlert }
  | { readonly status: 'not-tls' };

/** The most bytes needed to read the answer: the start of one record, to behind the suite of a ServerHello with a session id of 32 bytes. */
export const HELLO_ANSWER_BYTES = 96;

/** The first record of the answer; `undefined` while there are too few bytes. */
export function readHelloAnswer(bytes: Buffer): HelloAnswer | undefined {
  const type = bytes[0];
  if (type === undefined) return undefined;
  if (type !== HANDSHAKE && type !== ALERT) return { status: 'not-tls' };
  const major = bytes[1];
  if (major !== undefined && major !== 3) return { status: 'not-tls' };
  if (type === ALERT) {
    const number = bytes[6];
    return number === undefined ? undefined : { status: 'alert', alert: alertByNumber(number) };
  }
  const message = bytes[5];
  const minor = bytes[10];
  if (message === undefined) return undefined;
  if (message !== SERVER_HELLO) return { status: 'not-tls' };
  if (minor === undefined) return undefined;
  const known = Object.entries(WIRE).find(([, wire]) => wire === (((bytes[9] ?? 0) << 8) | minor))?.[0];
  return known === undefined ? { status: 'not-tls' } : { status: 'server-hello', version: known };
}
