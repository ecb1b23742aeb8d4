import { describe, expect, it } from 'vitest';
import { withKernelEvidence } from '../../../lib/kinds/connection/kernel-diagnosis.ts';
import { kernelFacts } from '../../../lib/kinds/connection/kernel-facts.ts';
import { connectSentence } from '../../../lib/kinds/connection/messages.ts';
import type { CommonObservation } from '../../../lib/kinds/contract/common-observation.ts';
import { fault, finding } from '../../../lib/kinds/contract/fault.ts';
import { comparableParts } from '../../../lib/kinds/measurements.ts';
import type { Finding } from '../../../lib/model/finding.ts';
import type { KernelEvidence, PathTrace, StreamCounters } from '../../../lib/model/kernel-evidence.ts';
import type { CauseCode, Side } from '../../../lib/model/vocabulary.ts';

const said = connectSentence.closes({ peer: 'The peer' });
const found = (cause: CauseCode): Finding =>
  finding('broken', [fault(cause, said), fault('tcp.accepts-then-silent', said, { severity: 'info' })]);

const seen = (kernel?: KernelEvidence): CommonObservation => ({
  kind: 'https',
  endpointId: 'e',
  vantage: 'local',
  host: 'www.example.com',
  port: 443,
  address: '192.0.2.7',
  startedAt: '2026-03-01T09:30:00.000Z',
  timings: { connect: 12.3, total: 5_000 },
  exchange: [],
  ...(kernel && { kernel }),
});

const icmp = (
  code: number,
  sender: 'target' | 'self' | 'other',
  from = '198.51.100.9',
  version: 4 | 6 = 4,
): KernelEvidence => ({ syns: [0], icmp: { version, type: version === 4 ? 3 : 1, code, from, sender } });

/** The address that was dialled is in a network of this machine. */
const onLink = ({ icmp, ...rest }: KernelEvidence): KernelEvidence => ({
  ...rest,
  ...(icmp && { icmp: { ...icmp, onLink: true as const } }),
});

const stream = (over: Partial<StreamCounters>, rest: Partial<KernelEvidence> = {}): KernelEvidence => ({
  syns: [0],
  stream: {
    sentBytes: 300,
    ackedBytes: 0,
    retransmissions: 0,
    receivedBytes: 0,
    receivedSegments: 1,
    sendMss: 1448,
    receiveMss: 1440,
    ended: false,
    ...over,
  },
  ...rest,
});

describe('an ICMP error with its sender', () => {
  it.each<[string, CauseCode, KernelEvidence, CauseCode, Side]>([
    [
      'a port unreachable of another address',
      'tcp.refused',
      icmp(3, 'other'),
      'tcp.rejected-by-network',
      'network',
    ],
    [
      'a prohibition of another address',
      'tcp.unreachable',
      icmp(13, 'other'),
      'tcp.rejected-by-network',
      'network',
    ],
    [
      'the same over IPv6',
      'tcp.unreachable',
      icmp(1, 'other', '2001:db8::1', 6),
      'tcp.rejected-by-network',
      'network',
    ],
    ['a router without a way', 'tcp.unreachable', icmp(1, 'other'), 'tcp.unreachable', 'network'],
    ['a port unreachable of the target', 'tcp.refused', icmp(3, 'target'), 'tcp.refused', 'host'],
    ['a prohibition of the target', 'tcp.unreachable', icmp(10, 'target'), 'tcp.unreachable', 'host'],
  ])('%s', (_, before, kernel, cause, side) => {
    const result = withKernelEvidence(found(before), seen(kernel));
    expect(result.faults[0]).toMatchObject({ cause, side, severity: 'fail' });
    expect(result.summary).toBe(result.faults[0]?.summary);
    expect(result.summary).toContain(/rejected/.test(cause) ? kernel.icmp?.from : 'ICMP');
  });

  /** The way there, on which the device at hop 2 has this address and passes packets on. */
  const way = (from: string): Pick<KernelEvidence, 'trace'> => ({
    trace: {
      port: 443,
      hops: [
        { ttl: 1, answer: 'passed', from: '198.51.100.1', ms: 1 },
        { ttl: 2, answer: 'passed', from, ms: 2 },
        { ttl: 3, answer: 'rejected', from: '192.0.2.7', ms: 3 },
      ],
    },
  });

  it.each<[string, CauseCode, KernelEvidence]>([
    ['a port unreachable', 'tcp.refused', icmp(3, 'target')],
    ['a prohibition', 'tcp.unreachable', icmp(13, 'target')],
    ['a prohibition over IPv6', 'tcp.unreachable', icmp(1, 'target', '192.0.2.7', 6)],
  ])('%s of an address that translates is the network’s, not the host’s', (_, cause, kernel) => {
    const result = withKernelEvidence(found(cause), seen({ ...kernel, ...way('192.0.2.7') }));
    expect(result.faults[0]).toMatchObject({ cause, side: 'network', severity: 'fail' });
    expect(result.summary).toContain('passes packets on (hop 2), as by address translation');
    // Where another router is the last on the way, the address is the host’s own.
    const own = withKernelEvidence(found(cause), seen({ ...kernel, ...way('203.0.113.1') }));
    expect(own.faults[0]).toMatchObject({ cause, side: 'host' });
  });

  it('host unreachable of an address that translates changes nothing', () => {
    const before = found('tcp.unreachable');
    expect(withKernelEvidence(before, seen({ ...icmp(1, 'target'), ...way('192.0.2.7') }))).toBe(before);
  });

  it.each<[string, KernelEvidence | undefined]>([
    ['no evidence', undefined],
    // NAT puts the target's address on an error from behind it.
    ['host unreachable with the target’s address', icmp(1, 'target')],
    ['this machine about an address in a network of its own', onLink(icmp(1, 'self'))],
    ['SYNs alone', { syns: [0, 1_000] }],
  ])('%s changes nothing', (_, kernel) => {
    const before = found('tcp.unreachable');
    expect(withKernelEvidence(before, seen(kernel))).toBe(before);
  });

  it.each<[string, CauseCode, KernelEvidence, RegExp]>([
    ['its packet filter', 'tcp.refused', icmp(3, 'self'), /its own packet filter rejects/],
    ['its packet filter', 'tcp.unreachable', icmp(13, 'self'), /its own packet filter rejects/],
    [
      'its packet filter, about a neighbour',
      'tcp.refused',
      onLink(icmp(3, 'self')),
      /its own packet filter rejects/,
    ],
    [
      'its packet filter, over IPv6',
      'tcp.unreachable',
      icmp(1, 'self', '2001:db8::1', 6),
      /its own packet filter rejects/,
    ],
    ['its gateway', 'tcp.unreachable', icmp(1, 'self'), /its gateway does not answer/],
    ['its gateway, over IPv6', 'tcp.unreachable', icmp(3, 'self', '2001:db8::1', 6), /its gateway does not/],
  ])('of this machine is about %s, and nothing is blamed on the target (%s)', (_, cause, kernel, says) => {
    const result = withKernelEvidence(found(cause), seen(kernel));
    expect(result.state).toBe('inconclusive');
    expect(result.faults[0]).toMatchObject({ cause: 'prober.egress-blocked', side: 'prober' });
    expect(result.faults.slice(1)).toMatchObject([{ severity: 'info' }]);
    expect(result.summary).toMatch(says);
    expect(result.summary).toContain(`sent from its own ${kernel.icmp?.from})`);
  });

  it('a RST stays the host’s, and is named', () => {
    const result = withKernelEvidence(found('tcp.refused'), seen({ syns: [0], reset: true }));
    expect(result.faults[0]).toMatchObject({ cause: 'tcp.refused', side: 'host' });
    expect(result.summary).toContain('RST');
  });
});

describe('a silence on a connection', () => {
  const small = { mss: 536, answered: false, arrived: true };
  const lost = { mss: 536, answered: false, arrived: false };
  it.each<[string, CauseCode, KernelEvidence, CauseCode, Side]>([
    [
      'nothing acknowledged after three repetitions, nor on a second connection',
      'http.no-response',
      stream({ retransmissions: 3 }, { segments: lost }),
      'tcp.data-dropped',
      'network',
    ],
    [
      'acknowledged, then nothing passes any more',
      'tls.handshake-timeout',
      stream({ ackedBytes: 300, finAcknowledged: false }, { segments: small }),
      'tcp.data-dropped',
      'network',
    ],
    [
      'acknowledged, and not answered with small segments either',
      'tls.handshake-timeout',
      stream({ ackedBytes: 300, finAcknowledged: true }, { segments: small }),
      'tcp.service-hangs',
      'service',
    ],
    [
      'answered with small segments, and not with large ones after that',
      'http.no-response',
      stream(
        { ackedBytes: 300, receivedBytes: 20 },
        { segments: { mss: 536, answered: true, largeAnswered: false } },
      ),
      'tcp.path-mtu',
      'network',
    ],
  ])('%s', (_, before, kernel, cause, side) => {
    const result = withKernelEvidence(found(before), seen(kernel));
    expect(result.faults[0]).toMatchObject({ cause, side, severity: 'fail' });
    expect(result.faults.slice(1)).toMatchObject([
      { cause: expect.any(String), severity: 'info' },
      { severity: 'info' },
    ]);
  });

  it.each<[string, CauseCode, KernelEvidence]>([
    [
      'two repetitions, which loss can make',
      'http.no-response',
      stream({ retransmissions: 2 }, { segments: lost }),
    ],
    ['nothing but one connection was tried', 'http.no-response', stream({ retransmissions: 5 })],
    [
      'a second connection brought the request',
      'http.no-response',
      stream({ retransmissions: 5 }, { segments: small }),
    ],
    [
      'it was cut off, and no second connection tells the same',
      'http.no-response',
      stream({ ackedBytes: 300, finAcknowledged: false }),
    ],
    [
      'it was acknowledged, and not on a second connection',
      'http.no-response',
      stream({ ackedBytes: 300, finAcknowledged: true }, { segments: lost }),
    ],
    // A full queue of new connections on Linux before 4.10: the service hangs, and nothing is dropped on the way.
    [
      'a SYN-ACK that came again',
      'http.no-response',
      stream({ retransmissions: 5, receivedSegments: 3 }, { segments: lost }),
    ],
    // The SYN was sent twice again, the request once.
    [
      'repetitions of the SYN',
      'http.no-response',
      { ...stream({ retransmissions: 3 }, { segments: lost }), syns: [0, 1_000, 3_000] },
    ],
    ['nothing was sent', 'smtp.no-banner', stream({ sentBytes: 0 })],
    ['a window that is closed: nothing was sent', 'tcp.accepts-then-silent', stream({ sentBytes: 0 })],
    [
      'a port of any protocol, whose service may wait for other words',
      'tcp.accepts-then-silent',
      stream({ ackedBytes: 300, finAcknowledged: true }, { segments: small }),
    ],
    ['small segments were not tried', 'http.no-response', stream({ ackedBytes: 300, finAcknowledged: true })],
    [
      'large segments were answered, too: it has gone by',
      'http.no-response',
      stream({ ackedBytes: 300 }, { segments: { mss: 536, answered: true, largeAnswered: true } }),
    ],
    [
      'a part is acknowledged',
      'http.no-response',
      stream({ ackedBytes: 100, retransmissions: 5 }, { segments: small }),
    ],
    [
      'the peer ended it',
      'tls.handshake-timeout',
      stream({ ended: true, retransmissions: 9 }, { segments: lost }),
    ],
    ['it is another failure', 'tls.cert-expired', stream({ retransmissions: 9 }, { segments: lost })],
  ])('proves nothing where %s', (_, cause, kernel) => {
    const before = found(cause);
    expect(withKernelEvidence(before, seen(kernel))).toBe(before);
  });

  it('proves nothing before a SYN-ACK would have come again', () => {
    const brief = {
      ...seen(stream({ retransmissions: 3 }, { segments: lost })),
      timings: { connect: 20, total: 1_000 },
    };
    const before = found('http.no-response');
    expect(withKernelEvidence(before, brief)).toBe(before);
  });

  it('says nothing of a fault that was met behind a redirect', () => {
    const at = { kind: 'https' as const, host: 'elsewhere.example', port: 443, address: '192.0.2.9' };
    const before = finding('broken', [{ ...fault('http.no-response', said), at }]);
    expect(withKernelEvidence(before, seen(stream({ retransmissions: 9 })))).toBe(before);
  });
});

describe('an attempt with evidence', () => {
  const evidence = (kernel?: KernelEvidence) => ({ kind: 'tcp' as const, ...(kernel && { kernel }) });

  it('is another one for a reader than the attempt before it, and the same as one that differs in times alone', () => {
    const rejected = comparableParts(evidence(icmp(13, 'other')));
    expect(rejected).not.toEqual(comparableParts(evidence()));
    expect(rejected).not.toEqual(comparableParts(evidence(icmp(13, 'target'))));
    expect(rejected).toEqual(comparableParts(evidence({ ...icmp(13, 'other'), syns: [0, 1_003] })));
  });
});

describe('the last device that answers', () => {
  const trace = (
    port: number,
    beyond: PathTrace['hops'][number]['answer'],
    from = '198.51.100.9',
  ): PathTrace => ({
    port,
    hops: [
      { ttl: 1, answer: 'passed', from: '10.0.0.1', ms: 1 },
      { ttl: 2, answer: 'passed', from, ms: 2 },
      { ttl: 3, answer: beyond, ...(beyond !== 'silent' && { from: '192.0.2.7', ms: 3 }) },
    ],
    ...(beyond === 'silent' && { last: { ttl: 2, from } }),
  });
  const filtered = (kernel: KernelEvidence): string =>
    withKernelEvidence(finding('filtered', [fault('tcp.filtered', said)]), seen(kernel)).summary;

  it('is named, and that it passes packets to another port', () => {
    expect(filtered({ syns: [0], trace: trace(443, 'silent') })).toBe(
      `${said.text} The last device that answers on the way there is 198.51.100.9 (hop 2).`,
    );
    expect(filtered({ syns: [0], trace: trace(443, 'silent'), traceBeside: trace(80, 'reached') })).toMatch(
      /\(hop 2\), which passes packets to port 80\.$/,
    );
  });

  it('may be behind the address itself, which address translation puts on what comes from there', () => {
    const address = '192.0.2.7';
    const own = trace(443, 'silent', address);
    expect(filtered({ syns: [0], trace: own, traceBeside: trace(80, 'reached', address) })).toBe(
      `${said.text} Packets get to ${address} itself (hop 2) and are passed on there, as by address translation; nothing behind it answers.`,
    );
  });

  it('is no more than where packets get at least, if those behind it were not asked often enough', () => {
    const { last, ...rest } = trace(443, 'silent');
    const uncertain = { ...rest, ...(last && { reaches: last }) };
    expect(filtered({ syns: [0], trace: uncertain })).toBe(
      `${said.text} Packets get at least as far as 198.51.100.9 (hop 2).`,
    );
    expect(filtered({ syns: [0], trace: uncertain, traceBeside: trace(80, 'reached') })).toBe(
      `${said.text} Packets get at least as far as 198.51.100.9 (hop 2); those to port 80 get further.`,
    );
  });

  it('passes nothing that is proven where the other way has another device there, or ends there too', () => {
    for (const traceBeside of [trace(80, 'reached', '198.51.100.10'), trace(80, 'silent')])
      expect(filtered({ syns: [0], trace: trace(443, 'silent'), traceBeside })).toMatch(/\(hop 2\)\.$/);
  });

  it('is not named where its second answer was missing or another', () => {
    const { last, ...once } = trace(443, 'silent');
    expect(last).toBeDefined();
    expect(filtered({ syns: [0], trace: once })).toBe(said.text);
  });

  it('stands in the evidence with all hops of both ways', () => {
    const kernel = { syns: [0, 1_012.4], trace: trace(443, 'silent'), traceBeside: trace(80, 'reached') };
    expect(kernelFacts(kernel)).toEqual([
      { label: 'SYNs sent', value: '2, at 0, 1012 ms' },
      { label: 'Way to port 443', value: '1 10.0.0.1 (1 ms) → 2 198.51.100.9 (2 ms) → 3 no answer' },
      {
        label: 'Way to port 80',
        value: '1 10.0.0.1 (1 ms) → 2 198.51.100.9 (2 ms) → 3 192.0.2.7 answers (3 ms)',
      },
    ]);
  });
});
