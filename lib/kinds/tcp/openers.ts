/**
 * What a plain tcp probe sends when the peer waits for its client. Each opener is the first, harmless message of the
 * protocol that IANA registers for the port: it asks for nothing that changes the server and needs no login.
 */
import { bracketed, hostPort } from '../../net/host-port.ts';
import { isIP } from '../../net/ip.ts';
import { clientHello } from '../connection/client-hello.ts';

export interface Opener {
  /** For the evidence. */
  readonly name: string;
  /** How long to wait for the peer to send first, ms. */
  readonly graceMs: number;
  /** Absent: the server sends first by protocol, and a client that sends before it breaks the rules (postscreen refuses it). */
  readonly bytes?: Uint8Array;
}

/** An unknown service gets this long to greet, which covers several round trips around the world. */
const UNKNOWN_GRACE_MS = 1_000;
/** The user said what to send, so the peer is known to wait for it. */
const OWN_GRACE_MS = 300;

/** ftp, ssh, telnet, smtp, pop3, imap, submission, rsync, mysql, vnc. */
const SERVER_FIRST: ReadonlySet<number> = new Set([21, 22, 23, 25, 110, 143, 587, 873, 2525, 3306, 5900]);
/** https, submissions, ldaps, dot, ftps, imaps, pop3s, gc-ssl, wsmans, https-alt, amqps, mqtts. */
const TLS_FIRST: ReadonlySet<number> = new Set([
  443, 465, 636, 853, 990, 993, 995, 3269, 5671, 5986, 8443, 8883,
]);
/** http and its usual other ports, winrm, ollama, elasticsearch. */
const HTTP: ReadonlySet<number> = new Set([80, 3000, 5000, 5985, 8000, 8008, 8080, 8888, 9090, 9200, 11434]);

const BY_PORT: ReadonlyMap<number, { readonly name: string; readonly bytes: Uint8Array }> = new Map([
  // RFC 7766 §8: two bytes of length, then NS of the root.
  [53, { name: 'DNS query for the root', bytes: hex('0011 1bc4 0100 0001 0000 0000 0000 00 0002 0001') }],
  [389, { name: 'LDAP search of the root DSE', bytes: ldapRootDse() }],
  [3268, { name: 'LDAP search of the root DSE', bytes: ldapRootDse() }],
  [445, { name: 'SMB2 NEGOTIATE', bytes: smb2Negotiate() }],
  // MS-TDS §2.2.6.5: version, encryption, instance, thread.
  [
    1433,
    {
      name: 'TDS PRELOGIN',
      bytes: Buffer.concat([
        hex('12 01 0034 0000 00 00  00 0015 0006  01 001b 0001  02 001c 000c  03 0028 0004  ff'),
        hex('08000155 0000  00'),
        Buffer.from('MSSQLServer\0', 'latin1'),
        hex('480f0000'),
      ]),
    },
  ],
  // MS-RDPBCGR §2.2.1.1: X.224 connection request that offers TLS and CredSSP.
  [3389, { name: 'X.224 connection request', bytes: hex('03000013 0ee00000000000 01000800 03000000') }],
  // PostgreSQL, Message Formats, SSLRequest: the answer is one byte, S or N.
  [5432, { name: 'PostgreSQL SSLRequest', bytes: hex('00000008 04d2162f') }],
  // AMQP 0-9-1 §4.2.2.
  [5672, { name: 'AMQP protocol header', bytes: hex('414d5150 00000901') }],
  [6379, { name: 'Redis PING', bytes: text('PING\r\n') }],
  [11211, { name: 'memcached version', bytes: text('version\r\n') }],
  [27017, { name: 'MongoDB hello', bytes: mongoHello() }],
]);

/**
 * @param send      the user's own bytes, one a character (`\xNN` up to 0xff)
 * @param randomHex for the ClientHello's random
 */
export function openerFor(
  port: number,
  host: string,
  send: string | undefined,
  randomHex: (bytes: number) => string,
): Opener {
  if (send !== undefined) {
    return { name: 'as asked', graceMs: OWN_GRACE_MS, bytes: Buffer.from(send, 'latin1') };
  }
  if (SERVER_FIRST.has(port)) return { name: 'none', graceMs: 0 };
  if (TLS_FIRST.has(port)) {
    return { name: 'TLS ClientHello', graceMs: 0, bytes: tlsKnock(host, randomHex) };
  }
  if (HTTP.has(port)) return { name: 'HTTP HEAD', graceMs: 0, bytes: httpHead(host, port) };
  const known = BY_PORT.get(port);
  if (known !== undefined) return { ...known, graceMs: 0 };
  return { name: 'empty lines', graceMs: UNKNOWN_GRACE_MS, bytes: text('\r\n\r\n') };
}

/** A TLS server always answers it with a record: a ServerHello or an alert. */
function tlsKnock(host: string, randomHex: (bytes: number) => string): Uint8Array {
  // RFC 6066 §3: no server name for IP literals.
  return clientHello('TLSv1.2', isIP(host) === 0 ? host : undefined, Buffer.from(randomHex(32), 'hex'));
}

function httpHead(host: string, port: number): Uint8Array {
  const authority = port === 80 ? bracketed(host) : hostPort(host, port);
  return text(`HEAD / HTTP/1.1\r\nHost: ${authority}\r\nAccept: */*\r\nConnection: close\r\n\r\n`);
}

/** RFC 4511 §4.5.1: base object '', scope base, filter (objectClass=*), no attributes (`1.1`). */
function ldapRootDse(): Uint8Array {
  const search = [
    ...ber(0x04),
    ...ber(0x0a, 0),
    ...ber(0x0a, 0),
    ...ber(0x02, 1),
    ...ber(0x02, 5),
    ...ber(0x01, 0),
    ...ber(0x87, ...text('objectClass')),
    ...ber(0x30, ...ber(0x04, ...text('1.1'))),
  ];
  return Uint8Array.from(ber(0x30, ...ber(0x02, 1), ...ber(0x63, ...search)));
}

/** A BER element with a short length (below 128). */
function ber(tag: number, ...content: number[]): number[] {
  return [tag, content.length, ...content];
}

/** MS-SMB2 §2.2.3 after the four bytes of length: dialects 2.0.2 and 2.1. */
function smb2Negotiate(): Uint8Array {
  const header = Buffer.alloc(64);
  header.write('\xfeSMB', 0, 'latin1');
  header.writeUInt16LE(64, 4);
  header.writeUInt16LE(1, 14);
  const body = Buffer.alloc(40);
  body.writeUInt16LE(36, 0);
  body.writeUInt16LE(2, 2);
  body.writeUInt16LE(1, 4);
  body.writeUInt16LE(0x0202, 36);
  body.writeUInt16LE(0x0210, 38);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(header.length + body.length);
  return Buffer.concat([length, header, body]);
}

/** OP_MSG with `{hello: 1, $db: "admin"}` in BSON. */
function mongoHello(): Uint8Array {
  const fields = Buffer.concat([
    text('\x10hello\0'),
    hex('01000000'),
    text('\x02$db\0'),
    hex('06000000'),
    text('admin\0'),
    hex('00'),
  ]);
  const document = Buffer.concat([int32(fields.length + 4), fields]);
  const message = Buffer.concat([int32(0), hex('00'), document]);
  return Buffer.concat([int32(16 + message.length), int32(1), int32(0), int32(2013), message]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function hex(digits: string): Buffer {
  return Buffer.from(digits.replaceAll(' ', ''), 'hex');
}

function text(characters: string): Buffer {
  return Buffer.from(characters, 'latin1');
}
