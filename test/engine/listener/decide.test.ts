import { describe, expect, it } from 'vitest';
import { joinEvidence, type PortDecision } from '../../../lib/engine/listener/decide.ts';
import type { ListenerAttempt, ListenerView } from '../../../lib/engine/listener/evidence.ts';
import { decisionSentence } from '../../../lib/engine/listener/words.ts';
import type { CaptureRecord } from '../../../lib/kinds/listener/capture-record.ts';
import { digestChallenge } from '../../../lib/kinds/listener/read-back.ts';

const T0 = Date.parse('2026-11-30T10:14:00.000Z');
const at = (ms: number): string => new Date(T0 + ms).toISOString();
const OURS = '198.51.100.9';
const LOCAL = '10.0.3.4:443';

/** Begins a minute after the log, and lasts 3 s. */
const attempt = (parts: Partial<ListenerAttempt> = {}): ListenerAttempt => ({
  endpoint: 'tcp://www.example.com:443',
  host: 'www.example.com',
  address: '203.0.113.7',
  family: 4,
  port: 443,
  from: T0 + 60_000,
  until: T0 + 63_000,
  sources: [OURS],
  sourcePort: 50_412,
  syns: 3,
  saw: 'silent',
  ...parts,
});

const WATCHING: CaptureRecord = { what: 'watching', at: at(0), ports: [443, 80] };
const packet = (
  what: 'syn' | 'syn-ack' | 'rst',
  ms: number,
  parts: { remote?: string; local?: string; port?: number } = {},
): CaptureRecord => ({ what, at: at(ms), port: 443, local: LOCAL, remote: `${OURS}:50412`, ...parts });
const icmp: CaptureRecord = {
  ...packet('syn', 60_010),
  what: 'icmp',
  version: 4,
  type: 3,
  code: 13,
} as CaptureRecord;
const syns = [60_010, 61_010, 63_010].map((ms) => packet('syn', ms));
const synAcks = [60_011, 61_011, 63_011].map((ms) => packet('syn-ack', ms));
const stranger = packet('syn', 61_500, { remote: '192.0.2.200:40000' });

const elsewhere = (one: CaptureRecord): CaptureRecord => ({ ...one, local: '10.0.3.5:443' }) as CaptureRecord;

interface Log {
  packets?: readonly CaptureRecord[];
  state?: string;
  arrivals?: ListenerView['arrivals'];
  from?: number;
  until?: number;
}
const view = ({
  packets = [],
  state = 'listening',
  arrivals = [],
  from = 0,
  until = 1_800_000,
}: Log): ListenerView => ({
  from: T0 + from,
  until: T0 + until,
  addresses: ['10.0.3.4'],
  ports: [
    { port: 443, state, ...(state === 'taken' && { by: { program: 'nginx', pid: 4 } }) },
    { port: 80, state: 'listening' },
  ],
  arrivals,
  packets,
});

function decide(attempts: readonly ListenerAttempt[], log: Log): PortDecision {
  const { decisions } = joinEvidence(attempts, view(log));
  const [only] = decisions;
  if (only === undefined || decisions.length > 1) throw new Error(`${decisions.length} decisions`);
  // Every decision has its sentence, and an undecided one blames nobody.
  const sentence = decisionSentence(only, false);
  expect(sentence).toContain('203.0.113.7:443: ');
  expect(sentence).not.toContain('undefined');
  return only;
}

describe('both ends’ evidence', () => {
  it.each<[string, string, readonly ListenerAttempt[], Log]>([
    ['nothing arrived and nothing came back', 'path.never-arrived', [attempt()], { packets: [WATCHING] }],
    [
      'nothing arrived, and a walk from the same source port went to a port that works',
      'path.never-arrived',
      [attempt()],
      { packets: [WATCHING, packet('syn', 66_000, { port: 80, local: '10.0.3.4:80' })] },
    ],
    [
      'nothing arrived, and something on the way refused',
      'path.never-arrived',
      [attempt({ saw: 'refused', syns: 1 })],
      { packets: [WATCHING] },
    ],
    [
      'nothing arrived of a few attempts with one SYN each',
      'path.never-arrived',
      [1, 2, 3].map((nth) => attempt({ syns: 1, sourcePort: 50_000 + nth })),
      { packets: [WATCHING] },
    ],
    ['arrived, nothing sent back', 'path.host-firewall', [attempt()], { packets: [WATCHING, ...syns] }],
    [
      'arrived, nothing sent back, no socket of the listener',
      'path.host-firewall',
      [attempt()],
      { packets: [WATCHING, ...syns], state: 'denied' },
    ],
    [
      'the host rejects with ICMP',
      'path.host-firewall',
      [attempt({ saw: 'unreachable' })],
      { packets: [WATCHING, ...syns, icmp] },
    ],
    [
      'the host rejects with a RST though a socket listens',
      'path.host-firewall',
      [attempt({ saw: 'refused' })],
      { packets: [WATCHING, ...syns, packet('rst', 60_011)] },
    ],
    [
      'a RST, and nothing listens',
      'path.nothing-listens',
      [attempt({ saw: 'refused' })],
      { packets: [WATCHING, ...syns, packet('rst', 60_011)], state: 'unavailable' },
    ],
    [
      'a RST, and the program that has the port has it elsewhere',
      'path.nothing-listens',
      [attempt({ saw: 'refused' })],
      { packets: [WATCHING, ...syns, packet('rst', 60_011)], state: 'taken' },
    ],
    [
      'a RST of another address than the listener’s',
      'path.nothing-listens',
      [attempt({ saw: 'refused' })],
      { packets: [WATCHING, ...[...syns, packet('rst', 60_011)].map(elsewhere)] },
    ],
    [
      'a RST that did not come back, and nothing listens',
      'path.nothing-listens',
      [attempt()],
      { packets: [WATCHING, ...syns, packet('rst', 60_011)], state: 'unavailable' },
    ],
    [
      'SYN-ACKs that never came back',
      'path.reply-lost',
      [attempt()],
      { packets: [WATCHING, ...syns, ...synAcks] },
    ],
    [
      'a connection, and nothing of it arrived',
      'path.another-host',
      [attempt({ saw: 'connected' })],
      { packets: [WATCHING] },
    ],
    [
      'a connection from another address with the same port',
      'path.source-rewritten',
      [attempt({ saw: 'connected' })],
      { packets: [WATCHING, packet('syn', 60_010, { remote: '203.0.113.99:50412' })] },
    ],
    [
      'a connection whose proof names another source',
      'path.source-rewritten',
      [attempt({ saw: 'connected', provenSource: '203.0.113.99:1024' })],
      { arrivals: [{ at: at(60_020), port: 443, local: LOCAL, remote: '203.0.113.99:1024' }] },
    ],
  ])('%s: %s', (_name, cause, attempts, log) => {
    expect(decide(attempts, log).found).toBe(cause);
  });

  it.each<[string, string, readonly ListenerAttempt[], Log]>([
    ['the listener had ended before', 'gone', [attempt()], { packets: [WATCHING], until: 50_000 }],
    ['the listener ended during the attempt', 'gone', [attempt()], { packets: [WATCHING], until: 62_000 }],
    ['the listener began after it', 'gone', [attempt()], { packets: [WATCHING], from: 90_000 }],
    [
      'the watching began after it',
      'gone',
      [attempt()],
      { packets: [{ what: 'watching', at: at(90_000), ports: [443] }] },
    ],
    ['nobody watched', 'not-watched', [attempt()], {}],
    [
      'the right to watch was missing',
      'not-watched',
      [attempt()],
      { packets: [{ what: 'not-watching', at: at(0), why: 'CAP_NET_RAW' }] },
    ],
    [
      'the watching ended in between',
      'not-watched',
      [attempt()],
      { packets: [WATCHING, { what: 'not-watching', at: at(70_000), why: 'broken' }] },
    ],
    [
      'another port was watched',
      'not-watched',
      [attempt()],
      { packets: [{ what: 'watching', at: at(0), ports: [80] }] },
    ],
    [
      'packets were lost, and none of ours is there',
      'packets-lost',
      [attempt()],
      { packets: [WATCHING, { what: 'lost', at: at(70_000), count: 1 }] },
    ],
    [
      'packets were lost, and no answer of the host is there',
      'packets-lost',
      [attempt()],
      { packets: [WATCHING, ...syns, { what: 'lost', at: at(70_000), count: 1 }] },
    ],
    ['somebody else’s SYN may be ours', 'strangers', [attempt()], { packets: [WATCHING, stranger] }],
    ['only two SYNs were sent', 'too-few', [attempt({ syns: 2 })], { packets: [WATCHING] }],
    [
      'two SYN-ACKs may be lost by chance',
      'reply-maybe-lost',
      [attempt()],
      { packets: [WATCHING, ...syns, ...synAcks.slice(1)] },
    ],
    [
      'a refusal that the host did not send',
      'answered-on-the-way',
      [attempt({ saw: 'refused' })],
      { packets: [WATCHING, ...syns] },
    ],
    [
      'a refusal, and the host had answered with a SYN-ACK',
      'answered-on-the-way',
      [attempt({ saw: 'refused' })],
      { packets: [WATCHING, ...syns, ...synAcks] },
    ],
    [
      'attempts that disagree',
      'not-repeated',
      [attempt(), attempt({ saw: 'connected', from: T0 + 70_000, until: T0 + 70_100, sourcePort: 50_413 })],
      { packets: [WATCHING, ...syns] },
    ],
    [
      'another port of the host',
      'other-port',
      [attempt({ saw: 'connected' })],
      { packets: [WATCHING, packet('syn', 60_010, { port: 80, local: '10.0.3.4:80' })] },
    ],
    [
      'a connection that arrived',
      'arrived',
      [attempt({ saw: 'connected' })],
      { packets: [WATCHING, ...syns, ...synAcks] },
    ],
  ])('decides nothing where %s: %s', (_name, outcome, attempts, log) => {
    expect(decide(attempts, log).found).toBe(outcome);
  });

  it('says nothing of ports that the log does not name', () => {
    expect(joinEvidence([attempt({ port: 25 })], view({ packets: [WATCHING] })).decisions).toEqual([]);
  });

  it('names the program that has the port', () => {
    const taken = { packets: [WATCHING, ...syns, ...synAcks], state: 'taken' };
    const decision = decide([attempt({ saw: 'connected' })], taken);
    expect(decisionSentence(decision, false)).toContain('where nginx (PID 4) has the port');
  });
});

describe('a tie', () => {
  const tieOf = (one: ListenerAttempt, log: Log) => joinEvidence([one], view(log)).decisions[0]?.tie;

  it('is by source and port although others knock at the same time', () => {
    expect(tieOf(attempt(), { packets: [WATCHING, stranger, ...syns] })).toEqual({
      by: 'source-and-port',
      local: LOCAL,
      remotes: [`${OURS}:50412`],
    });
  });

  it('is by the source’s address where its port is not known, with all its SYNs', () => {
    const { sourcePort: _port, ...unknown } = attempt();
    const packets = [
      WATCHING,
      stranger,
      packet('syn', 60_010, { remote: `${OURS}:1` }),
      packet('syn', 61_010, { remote: `${OURS}:2` }),
    ];
    expect(tieOf(unknown, { packets })).toMatchObject({ by: 'source', remotes: [`${OURS}:1`, `${OURS}:2`] });
  });

  it('is by the source port behind address translation, unless two have it', () => {
    const translated = packet('syn', 60_010, { remote: '203.0.113.99:50412' });
    expect(tieOf(attempt(), { packets: [WATCHING, stranger, translated] })?.by).toBe('port');
    const second = packet('syn', 60_500, { remote: '203.0.113.98:50412' });
    expect(tieOf(attempt(), { packets: [WATCHING, translated, second] })).toBeUndefined();
  });

  it('is made to what arrives alone only where neither address nor port is known', () => {
    const { sourcePort: _port, ...unknown } = attempt({ sources: [] });
    expect(tieOf(unknown, { packets: [WATCHING, stranger] })?.by).toBe('alone');
    expect(tieOf(attempt(), { packets: [WATCHING, stranger] })).toBeUndefined();
    const second = packet('syn', 62_000, { remote: '192.0.2.201:40000' });
    expect(tieOf(unknown, { packets: [WATCHING, stranger, second] })).toBeUndefined();
  });

  it('is by the segment size that the code decides, behind translation of address and port, for one host alone', () => {
    const marked = attempt({ mss: 1_207 });
    const nat = (mss: number, remote: string): CaptureRecord =>
      ({ ...packet('syn', 60_010, { remote }), mss }) as CaptureRecord;
    const own = nat(1_207, '203.0.113.99:1024');
    expect(tieOf(marked, { packets: [WATCHING, stranger, own] })).toMatchObject({
      by: 'mark',
      remotes: ['203.0.113.99:1024'],
    });
    expect(decide([marked], { packets: [WATCHING, stranger, own] }).found).toBe('path.host-firewall');
    // Another size, as after clamping, and the same of two hosts, tie nothing.
    for (const packets of [[nat(1_000, '203.0.113.99:1024')], [own, nat(1_207, '203.0.113.98:1024')]])
      expect(decide([marked], { packets: [WATCHING, ...packets] }).found).toBe('strangers');
    expect(decide([attempt()], { packets: [WATCHING, own] }).found).toBe('strangers');
  });

  it('is by the challenge in its first data, where another program has the port', () => {
    const nonce = '00112233445566778899aabbccddeeff';
    const ends = { remote: '203.0.113.99:1024' };
    const data = {
      ...packet('syn', 60_020, ends),
      what: 'tagged',
      run: '0011223344556677',
      nonce,
    } as CaptureRecord;
    const packets = [WATCHING, stranger, packet('syn', 60_010, ends), packet('syn-ack', 60_011, ends), data];
    const sent = attempt({ saw: 'connected', challengeDigest: digestChallenge(nonce) });
    const decision = decide([sent], { packets, state: 'taken' });
    expect(decision).toMatchObject({
      found: 'path.source-rewritten',
      tie: { by: 'tag' },
      by: 'nginx (PID 4)',
    });
    const other = attempt({ saw: 'connected', challengeDigest: digestChallenge(`ff${nonce.slice(2)}`) });
    expect(decide([other], { packets, state: 'taken' }).found).toBe('strangers');
  });

  it('is never made over the other family', () => {
    const six: CaptureRecord = {
      ...packet('syn', 60_010),
      local: '[2001:db8::4]:443',
      remote: '[2001:db8::9]:50412',
    } as CaptureRecord;
    expect(tieOf(attempt(), { packets: [WATCHING, six] })).toBeUndefined();
    expect(decide([attempt()], { packets: [WATCHING, six] }).found).toBe('path.never-arrived');
  });

  it('by a packet of an earlier minute is none where the clocks are known', () => {
    // Another attempt of the same report is tied by its source and port: the listener's clock is two hours ahead.
    const ahead = 7_200_000;
    const tied = attempt({
      endpoint: 'tcp://www.example.com:80',
      port: 80,
      saw: 'connected',
      sourcePort: 50_413,
    });
    const log = view({
      from: ahead,
      until: ahead + 1_800_000,
      packets: [
        { what: 'watching', at: at(ahead), ports: [443, 80] },
        packet('syn', ahead + 60_005, { port: 80, local: '10.0.3.4:80', remote: `${OURS}:50413` }),
        packet('syn', ahead + 20_000, { remote: '192.0.2.200:40000' }),
      ],
    });
    const { decisions, offset } = joinEvidence([tied, attempt()], log);
    expect(offset).toBe(ahead + 5);
    expect(decisions.map(({ found }) => found)).toEqual(['arrived', 'path.never-arrived']);
  });

  it('is by the port that was dialled: Linux uses a source port for several connections at once', () => {
    const other = attempt({ endpoint: 'tcp://www.example.com:80', port: 80 });
    const toOther = packet('syn', 60_005, { port: 80, local: '10.0.3.4:80' });
    const { decisions } = joinEvidence([attempt(), other], view({ packets: [WATCHING, toOther] }));
    expect(decisions.map(({ found }) => found)).toEqual(['path.never-arrived', 'path.host-firewall']);
    const both = joinEvidence(
      [attempt(), other],
      view({ packets: [WATCHING, toOther, ...syns, ...synAcks] }),
    );
    expect(both.decisions.map(({ found, counts }) => [found, counts.syns])).toEqual([
      ['path.reply-lost', 3],
      ['path.host-firewall', 1],
    ]);
  });

  it('of one attempt is not a stranger to another', () => {
    const other = attempt({ endpoint: 'http://www.example.com:443/', sourcePort: 50_413 });
    const { decisions } = joinEvidence([attempt(), other], view({ packets: [WATCHING, ...syns] }));
    expect(decisions.map(({ found }) => found)).toEqual(['path.host-firewall', 'path.never-arrived']);
  });
});
