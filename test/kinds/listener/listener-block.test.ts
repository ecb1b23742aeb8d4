import { describe, expect, it } from 'vitest';
import { joinEvidence } from '../../../lib/engine/listener/decide.ts';
import type { ListenerAttempt } from '../../../lib/engine/listener/evidence.ts';
import type { CaptureRecord } from '../../../lib/kinds/listener/capture-record.ts';
import { listenerBlock, MAX_BLOCK_BYTES_A_PORT } from '../../../lib/kinds/listener/listener-block.ts';
import type { ListenerArrival, ListenerLog, ListenerPort } from '../../../lib/kinds/listener/listener-log.ts';
import { newListenerCode } from '../../../lib/kinds/listener/new-code.ts';
import { holdsBlock, readListenerBlock } from '../../../lib/kinds/listener/read-listener-block.ts';
import { listenerKeyId, sealKeysOf } from '../../../lib/kinds/listener/seal-keys.ts';

const code = newListenerCode(() => Buffer.from('3a1b2c3d4e5f60718293', 'hex'));
const T0 = Date.parse('2026-11-30T10:14:00.000Z');
const at = (ms: number): string => new Date(T0 + ms).toISOString();
const OURS = '198.51.100.9:50412';
const LOCAL = '10.0.3.4:443';

const arrival = (more: Partial<ListenerArrival> = {}): ListenerArrival => ({
  what: 'challenge',
  at: at(60_050),
  port: 443,
  local: LOCAL,
  remote: OURS,
  ...more,
});
const packet = (
  what: 'syn' | 'syn-ack' | 'rst',
  ms = 60_010,
  more: { remote?: string; local?: string; port?: number } = {},
): CaptureRecord => ({ what, at: at(ms), port: 443, local: LOCAL, remote: OURS, ...more });
const icmp: CaptureRecord = {
  what: 'icmp',
  at: at(60_011),
  port: 443,
  local: LOCAL,
  remote: OURS,
  version: 4,
  type: 3,
  code: 13,
};
const PORTS: ListenerPort[] = [
  { port: 443, role: 'any', state: 'listening' },
  { port: 25, role: 'smtp', state: 'taken', by: { program: 'a, b;\u00E9 ', pid: 812 } },
];
const WATCHING: CaptureRecord = { what: 'watching', at: at(12), ports: [443, 25] };

interface Parts {
  readonly arrivals?: readonly ListenerArrival[];
  readonly packets?: readonly CaptureRecord[];
  readonly ports?: ListenerPort[];
}
const logOf = ({ arrivals = [], packets = [WATCHING], ports = PORTS }: Parts = {}): ListenerLog => ({
  start: {
    what: 'start',
    version: 1,
    startedAt: at(0),
    endsAt: at(1_800_000),
    keyId: listenerKeyId(code),
    addresses: ['10.0.3.4', '2001:db8::4'],
    ports,
  },
  arrivals,
  packets,
  end: { what: 'end', at: at(1_800_004), reason: 'time', ports: [], leftOut: 3 },
});

function read(text: string): ListenerLog {
  const reading = readListenerBlock(text, sealKeysOf(code));
  if (!reading.ok) throw new Error(reading.message);
  return reading.log;
}

const usual = logOf({
  arrivals: [
    arrival(),
    arrival({ what: 'no-challenge', remote: '[2001:db8::7]:1025', local: '[2001:db8::4]:443' }),
  ],
  packets: [WATCHING, packet('syn'), packet('syn-ack'), packet('syn', 70_000, { local: '172.17.0.2:443' })],
});
const block = listenerBlock(usual, code);

describe('a block of text', () => {
  it('holds what decides, readable, and not the code', () => {
    expect(block).toMatch(/^-----BEGIN INBOUND CHECK LISTENER-----\n(?:[!-~]+;\n)+-----END [A-Z ]+-----\n$/);
    expect(block).toContain('\nc,60.010,198.51.100.9:50412,10.0.3.4,own,1/1/0/0;\n');
    expect(block).not.toContain(code.slice(0, 4));
    expect(read(block)).toMatchObject({
      start: {
        startedAt: at(0),
        keyId: listenerKeyId(code),
        ports: PORTS,
        addresses: ['10.0.3.4', '2001:db8::4'],
      },
      arrivals: [
        { what: 'challenge', at: at(60_010), port: 443, local: LOCAL, remote: OURS },
        { what: 'no-challenge', remote: '[2001:db8::7]:1025', local: '[2001:db8::4]:443' },
      ],
      packets: [WATCHING, packet('syn'), packet('syn-ack'), { what: 'syn', local: '172.17.0.2:443' }],
      end: { at: at(1_800_004), reason: 'time', leftOut: 3 },
    });
  });

  const quoted = (text: string): string => text.replace(/^/gm, '> ');
  const wrapped = (text: string): string => text.replace(/(.{40})(?=.)/g, '$1\n');
  it.each<[string, (text: string) => string]>([
    ['as it is', (text) => text],
    ['in a ticket', (text) => `Hello,\n\nhere it is:\n\n${text}\nRegards\n`],
    ['with CRLF', (text) => text.replaceAll('\n', '\r\n')],
    ['quoted', quoted],
    ['quoted twice, indented', (text) => quoted(quoted(text)).replace(/^/gm, '  ')],
    ['with bars', (text) => text.replace(/^/gm, '| ')],
    ['wrapped', wrapped],
    ['wrapped, then quoted', (text) => quoted(wrapped(text))],
    ['quoted, then wrapped', (text) => wrapped(quoted(text))],
    ['on one line', (text) => text.replaceAll('\n', ' ')],
    ['with no-break blanks and a byte order mark', (text) => `\uFEFF${text.replace(/^/gm, '\u00A0')}`],
    ['in an answer, beside its quotation', (text) => `${text}\nOn Monday you wrote:\n${quoted(text)}`],
  ])('is taken %s', (_, change) => {
    expect(read(change(block))).toEqual(read(block));
    expect(holdsBlock(change(block))).toBe(true);
  });

  it.each<[string, string, (text: string) => string, RegExp]>([
    ['a digit that was changed', 'altered', (text) => text.replace('198.51', '198.52'), /altered or cut/],
    ['a record less', 'altered', (text) => text.replace(/^n,.*\n/m, ''), /altered or cut/],
    ['another order', 'altered', (text) => text.replace(/^(c,.*\n)(n,.*\n)/m, '$2$1'), /altered or cut/],
    [
      'a link made of an address',
      'altered',
      (text) => text.replace(LOCAL.slice(0, 8), '$&<http://x>'),
      /altered/,
    ],
    ['its first record damaged', 'altered', (text) => text.replace('v1,', 'v,'), /does not begin/],
    ['no END', 'unfinished', (text) => text.slice(0, -40), /the line with END is missing/],
    ['no BEGIN', 'unfinished', (text) => text.slice(45), /the line with BEGIN is missing/],
    ['no seal', 'unfinished', (text) => text.replace(/^mac,.*\n/m, ''), /no seal/],
    ['a cut seal', 'unfinished', (text) => text.replace(/(mac,.{20}).*/, '$1'), /no seal/],
    ['another version', 'no-log', (text) => text.replace('v1,', 'v2,'), /of another version/],
    ['another beside it', 'no-log', (text) => text + listenerBlock(logOf(), code), /two blocks that differ/],
    [
      'another code',
      'other-code',
      () => listenerBlock({ ...usual, start: { ...usual.start, keyId: '00000000' } }, newListenerCode()),
      /another code/,
    ],
    ['the seal of another code', 'altered', () => listenerBlock(usual, newListenerCode()), /altered/],
  ])('with %s is refused: %s', (_, reason, change, message) => {
    expect(change(block)).not.toBe(block);
    const reading = readListenerBlock(change(block), sealKeysOf(code));
    expect(reading).toMatchObject({ ok: false, reason });
    expect(reading.ok ? '' : reading.message).toMatch(message);
  });

  it('is none where a client had the words of one written to a log', () => {
    expect(holdsBlock(`{"what":"start"}\n{"what":"no-challenge","first":"${block.slice(0, 38)}"}\n`)).toBe(
      false,
    );
  });
});

describe('a block decides as its log does', () => {
  const attempt = (more: Partial<ListenerAttempt> = {}): ListenerAttempt => ({
    endpoint: 'tcp://www.example.com:443',
    host: 'www.example.com',
    address: '203.0.113.7',
    family: 4,
    port: 443,
    from: T0 + 60_000,
    until: T0 + 63_000,
    sources: ['198.51.100.9'],
    sourcePort: 50_412,
    syns: 3,
    saw: 'silent',
    ...more,
  });
  const decide = (one: ListenerAttempt, log: ListenerLog) =>
    joinEvidence([one], {
      ...log,
      from: Date.parse(log.start.startedAt),
      until: Date.parse(log.end.at),
      addresses: log.start.addresses,
      ports: log.start.ports,
    }).decisions.map(({ found, counts, owner, by }) => ({ found, counts, owner, by }));
  const three = (what: 'syn' | 'syn-ack') => [0, 1, 3].map((after) => packet(what, 60_010 + after * 1_000));
  const stranger = packet('syn', 61_500, { remote: '192.0.2.200:40000' });

  it.each<[string, ListenerAttempt, Parts]>([
    ['path.never-arrived', attempt(), {}],
    ['path.host-firewall', attempt(), { packets: [WATCHING, ...three('syn')] }],
    [
      'path.host-firewall',
      attempt({ saw: 'refused' }),
      { packets: [WATCHING, packet('syn'), packet('rst')] },
    ],
    ['path.host-firewall', attempt({ saw: 'unreachable' }), { packets: [WATCHING, packet('syn'), icmp] }],
    [
      'path.nothing-listens',
      attempt({ saw: 'refused' }),
      {
        packets: [
          WATCHING,
          packet('syn', 60_010, { local: '172.17.0.2:443' }),
          packet('rst', 60_011, { local: '172.17.0.2:443' }),
        ],
      },
    ],
    ['path.reply-lost', attempt(), { packets: [WATCHING, ...three('syn'), ...three('syn-ack')] }],
    ['path.another-host', attempt({ saw: 'connected' }), {}],
    ['arrived', attempt({ saw: 'connected' }), { packets: [WATCHING, packet('syn')], arrivals: [arrival()] }],
    [
      'path.source-rewritten',
      attempt({ saw: 'connected', sources: ['10.9.9.9'], provenSource: OURS }),
      { packets: [], arrivals: [arrival()] },
    ],
    ['strangers', attempt({ sourcePort: 1_024 }), { packets: [WATCHING, stranger] }],
    ['not-watched', attempt(), { packets: [] }],
    ['packets-lost', attempt(), { packets: [WATCHING, { what: 'lost', at: at(70_000), count: 9 }] }],
  ])('%s', (found, one, parts) => {
    const log = logOf(parts);
    expect(decide(one, log)).toMatchObject([{ found }]);
    expect(decide(one, read(listenerBlock(log, code)))).toEqual(decide(one, log));
  });

  it('of a flood has 2 KB a port, what held a challenge, and no claim that something is missing', () => {
    const ports: ListenerPort[] = [443, 80, 25].map((port) => ({ port, role: 'any', state: 'listening' }));
    const flood = Array.from({ length: 2_000 }, (_, index) =>
      packet('syn', 30_000 + index, { remote: `[2001:db8:1111:2222:3333:4444:5555:6666]:${20_000 + index}` }),
    );
    const log = logOf({
      ports,
      packets: [{ ...WATCHING, ports: [443, 80, 25] } as CaptureRecord, ...flood, packet('syn', 61_000)],
      arrivals: [arrival({ at: at(900_000), remote: '192.0.2.1:5000' })],
    });
    const text = listenerBlock(log, code);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_BLOCK_BYTES_A_PORT * 3);
    const alone = listenerBlock({ ...log, start: { ...log.start, ports: ports.slice(0, 1) } }, code);
    expect(Buffer.byteLength(alone)).toBeLessThanOrEqual(MAX_BLOCK_BYTES_A_PORT);
    // One source that sends thousands does not push out another one.
    for (const one of [text, alone]) {
      expect(one).toContain('192.0.2.1:5000');
      expect(one).toContain(OURS);
    }
    const taken = read(text);
    const elsewhere = attempt({ sources: ['203.0.113.99'], sourcePort: 999 });
    expect(decide(elsewhere, taken)).toMatchObject([{ found: 'packets-lost' }]);
    expect(decide({ ...elsewhere, port: 80 }, taken)).toMatchObject([{ found: 'path.never-arrived' }]);
  });

  it('tells no connection whose packets are more than it can count', () => {
    const many = Array.from({ length: 31 }, (_, index) => packet('syn', 60_000 + index));
    const text = listenerBlock(logOf({ packets: [WATCHING, ...many] }), code);
    expect(text).not.toContain(OURS);
    expect(text).toContain('port,443,any,listening,,,lost;');
  });
});
