/** What a server will say in one exchange: drawn from true exchanges, changed, or made up altogether. */

import { http2Frame as frame } from '../servers/http2-frame.ts';
import type { FuzzedKind } from './kinds.ts';
import { mutate } from './mutate.ts';
import type { Random } from './random.ts';
import { type CorpusName, loadCorpus, type Recorded } from './recorded.ts';

export interface Script {
  /** Where it comes from, for the message of a failure. */
  readonly from: string;
  /** True when not a byte of the true exchange was changed. */
  readonly unchanged: boolean;
  readonly turns: readonly Buffer[];
  /** Sends before the client does. */
  readonly speaksFirst: boolean;
  /** Bytes of one write; 0: a turn in one write. */
  readonly slice: number;
  /** After the last turn. `hold`: stays silent until the client leaves. */
  readonly end: 'fin' | 'reset' | 'hold';
}

/** Protocols whose words a server may say on any port. */
export type Dialect = 'http1' | 'http2' | 'smtp' | 'ssh' | 'tls';

const words = (...list: readonly string[]): Buffer[] => list.map((word) => Buffer.from(word, 'latin1'));

const DICTIONARY: Readonly<Record<Dialect, readonly Buffer[]>> = {
  smtp: words(
    ...[
      '220 ',
      '220-',
      '250 ',
      '250-',
      '250\r\n',
      '354 go\r\n',
      '421 4.7.0 later\r\n',
      '450 4.2.0 Greylisted\r\n',
      '454 TLS not available\r\n',
    ],
    ...[
      '500 what\r\n',
      '521 no\r\n',
      '530 5.7.0 Must issue a STARTTLS\r\n',
      '554 5.7.1 no\r\n',
      '250-STARTTLS\r\n',
      '250-XXXXXXXA\r\n',
    ],
    ...[
      '220 *****************\r\n',
      '220 2.0.0 Ready\r\n',
      '+OK POP3\r\n',
      '* OK IMAP4\r\n',
      '220 ProFTPD\r\n',
      '200 news\r\n',
      '600 x\r\n',
      '250\t',
    ],
  ),
  http1: words(
    ...[
      'HTTP/1.1 ',
      'HTTP/1.0 200 OK\r\n',
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.1 101 Switching Protocols\r\n\r\n',
      'HTTP/1.1 103 Early Hints\r\n\r\n',
    ],
    ...[
      'HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n',
      'HTTP/1.1 307 x\r\nLocation: http://www.example.com:@PORT@/x\r\n\r\n',
    ],
    ...[
      'Location: file:///etc/passwd\r\n',
      'Location: http://169.254.169.254/\r\n',
      'Location: //[::ffff:127.0.0.1]/\r\n',
      'Location: \xe9\u0080\r\n',
    ],
    ...[
      'Content-Encoding: gzip\r\n',
      'Content-Encoding: br\r\n',
      'Content-Encoding: deflate, gzip\r\n',
      'Transfer-Encoding: chunked\r\n',
      'Content-Length: 5\r\n',
    ],
    ...[
      'Content-Length: 99999999999999999999\r\n',
      'Connection: upgrade\r\nUpgrade: h2c\r\n',
      'Set-Cookie: a=b\r\n',
      'Strict-Transport-Security: max-age=0\r\n',
    ],
    ...[
      '0\r\n\r\n',
      'ffffffff\r\n',
      ': \r\n',
      ' folded\r\n',
      '<title>',
      '</title>',
      '&#0;&#x110000;&amp',
      '\x1f\x8b\x08',
      '\x15\x03\x03\x00\x02\x02\x28',
    ],
  ),
  http2: [
    frame(0x4, 0, 0),
    frame(0x4, 1, 0),
    frame(0x4, 0, 0, Buffer.from([0, 4, 0xff, 0xff, 0xff, 0xff])),
    frame(0x6, 0, 0, Buffer.alloc(8)),
    frame(0x7, 0, 0, Buffer.from([0, 0, 0, 0, 0, 0, 0, 0xd])),
    frame(0x3, 0, 1, Buffer.from([0, 0, 0, 0xd])),
    frame(0x3, 0, 1, Buffer.from([0, 0, 0, 0x7])),
    frame(0x8, 0, 0, Buffer.from([0, 0, 0, 0])),
    frame(0x8, 0, 1, Buffer.from([0x7f, 0xff, 0xff, 0xff])),
    frame(0x5, 4, 1, Buffer.from([0, 0, 0, 2, 0x82])),
    frame(0x9, 4, 1, Buffer.from([0x88])),
    frame(0x1, 4, 1, Buffer.from([0x88])),
    frame(0x1, 5, 1, Buffer.from([0x48, 3, 0x33, 0x30, 0x32])),
    frame(0x1, 0, 1, Buffer.from([0x88])),
    frame(0x0, 1, 1),
    frame(0x0, 8, 1, Buffer.from([0xff])),
    frame(0xa, 0, 1, Buffer.alloc(4)),
    frame(0xff, 0xff, 0xffffffff),
  ],
  ssh: words('SSH-2.0-', 'SSH-1.99-', 'SSH-', '\r\n', 'Welcome\r\n', 'Exceeded MaxStartups\r\n', '-'),
  tls: [
    ...[
      '1503030002022800',
      '15030300020250',
      '15030300020100',
      '1503030002ff',
      '16030300',
      '1603030000',
      '140303000101',
      '17030300',
      '18030300',
      '160300',
      '16030400',
    ],
    ...[
      '0200',
      '0b00',
      '0c00',
      '0e000000',
      '0800',
      '00',
      'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c',
    ],
  ].map((hex) => Buffer.from(hex, 'hex')),
};

const CORPORA: Readonly<Record<Dialect, readonly Recorded[]>> = {
  http1: loadCorpus('http1'),
  http2: loadCorpus('http2'),
  smtp: loadCorpus('smtp'),
  ssh: loadCorpus('ssh'),
  tls: loadCorpus('tls'),
};

/** Which protocols a probe of a kind may meet, the right one most often. */
const MET: Readonly<
  Record<Exclude<FuzzedKind, 'dns' | 'ntp' | 'quic'>, readonly (readonly [Dialect, number])[]>
> = {
  tcp: [
    ['ssh', 1],
    ['smtp', 1],
    ['http1', 1],
    ['tls', 1],
  ],
  ssh: [
    ['ssh', 20],
    ['smtp', 1],
    ['http1', 1],
    ['tls', 1],
  ],
  smtp: [
    ['smtp', 20],
    ['ssh', 1],
    ['http1', 1],
    ['tls', 1],
  ],
  smtps: [
    ['smtp', 20],
    ['ssh', 1],
    ['http1', 1],
  ],
  http: [
    ['http1', 20],
    ['http2', 1],
    ['smtp', 1],
    ['tls', 1],
  ],
  https: [
    ['http1', 10],
    ['http2', 10],
    ['smtp', 1],
  ],
  tls: [['tls', 1]],
  listener: [
    ['http1', 3],
    ['smtp', 3],
    ['ssh', 1],
    ['tls', 1],
  ],
};

/** Servers of these speak before the client does; others wait for it. */
const SPEAKS_FIRST: ReadonlySet<Dialect> = new Set(['smtp', 'ssh']);

export function drawDialect(kind: Exclude<FuzzedKind, 'dns' | 'ntp' | 'quic'>, random: Random): Dialect {
  return random.pick(MET[kind].flatMap(([dialect, weight]) => Array<Dialect>(weight).fill(dialect)));
}

/** @param port takes the place of `@PORT@`, so that redirects come back to the stage */
export function drawScript(dialect: Dialect, random: Random, port: number): Script {
  const end = random.chance(0.03) ? 'hold' : random.chance(0.2) ? 'reset' : 'fin';
  const slice = random.chance(0.2) ? random.pick([1, 2, 7, 60]) : 0;
  const first = SPEAKS_FIRST.has(dialect);
  const speaksFirst = random.chance(0.03) ? !first : first;
  const how = { slice, end, speaksFirst } as const;
  if (random.chance(0.03)) {
    const turns = Array.from({ length: random.below(4) }, () => random.bytes(random.below(400)));
    return { from: 'random bytes', unchanged: false, turns, ...how };
  }
  const recorded = random.pick(CORPORA[dialect]);
  if (random.chance(0.05)) {
    return {
      from: recorded.name,
      unchanged: true,
      turns: recorded.turns,
      slice: 0,
      end: 'fin',
      speaksFirst: first,
    };
  }
  let turns: Buffer[] = recorded.turns.map((turn) => Buffer.from(turn));
  // Most recordings do not go on in TLS where the probe would: without the offer it goes on in clear.
  if (dialect === 'smtp' && !beginsTls(turns) && random.chance(0.8)) turns = turns.map(withoutStartTls);
  // Two exchanges grown together.
  if (random.chance(0.15))
    turns.splice(random.below(turns.length + 1), 0, ...random.pick(CORPORA[dialect]).turns);
  if (random.chance(0.1)) turns = turns.filter(() => random.chance(0.7));
  const hit = random.below(turns.length);
  turns = turns.map((turn, index) =>
    index === hit || random.chance(0.1) ? withPort(mutate(turn, random, DICTIONARY[dialect]), port) : turn,
  );
  return { from: recorded.name, unchanged: false, turns, ...how };
}

/** Does a turn answer STARTTLS? */
export const beginsTls = (turns: readonly Buffer[]): boolean => turns.some(isGoAhead);
export const isGoAhead = (turn: Buffer): boolean => turn.includes('Ready to start TLS');
const withoutStartTls = (turn: Buffer): Buffer =>
  Buffer.from(turn.toString('latin1').replace('250-STARTTLS\r\n', ''), 'latin1');

function withPort(bytes: Buffer, port: number): Buffer {
  const text = bytes.toString('latin1');
  return text.includes('@PORT@') ? Buffer.from(text.replaceAll('@PORT@', String(port)), 'latin1') : bytes;
}

export const DNS_ANSWERS: readonly Recorded[] = loadCorpus('dns' satisfies CorpusName);
