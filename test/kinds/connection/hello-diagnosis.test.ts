import { describe, expect, it } from 'vitest';
import { withHelloSizes } from '../../../lib/kinds/connection/hello-diagnosis.ts';
import { helloFacts } from '../../../lib/kinds/connection/hello-facts.ts';
import { connectSentence } from '../../../lib/kinds/connection/messages.ts';
import type { CommonObservation } from '../../../lib/kinds/contract/common-observation.ts';
import { fault, finding } from '../../../lib/kinds/contract/fault.ts';
import type { HelloSizes } from '../../../lib/model/hello-sizes.ts';
import type { KernelEvidence } from '../../../lib/model/kernel-evidence.ts';
import type { CauseCode } from '../../../lib/model/vocabulary.ts';

const said = connectSentence.closes({ peer: 'The peer' });
const DROPPED: HelloSizes = { small: 215, large: 1_555, answered: true, largeAnswered: false };
const stream = {
  sentBytes: 1_555,
  ackedBytes: 1_555,
  retransmissions: 0,
  receivedBytes: 0,
  receivedSegments: 2,
  sendMss: 1448,
  receiveMss: 1448,
  ended: false,
};

const judged = (cause: CauseCode, hello?: HelloSizes, kernel?: KernelEvidence, elsewhere = false) => {
  const observation: CommonObservation = {
    kind: 'https',
    endpointId: 'e',
    vantage: 'local',
    host: 'www.example.com',
    port: 443,
    address: '192.0.2.7',
    startedAt: '2026-03-01T09:30:00.000Z',
    timings: { connect: 12.3, total: 5_000 },
    exchange: [],
    ...(hello && { hello }),
    ...(kernel && { kernel }),
  };
  const at = { kind: 'https' as const, host: 'other.example', port: 443, address: '192.0.2.8' };
  const met = { ...fault(cause, said), ...(elsewhere && { at }) };
  return withHelloSizes(finding('broken', [met]), observation);
};

describe('a large hello without an answer, beside a small one with one', () => {
  it.each<CauseCode>(['tls.handshake-timeout', 'tls.handshake-reset'])('explains %s', (cause) => {
    const { state, faults } = judged(cause, DROPPED);
    expect(state).toBe('broken');
    expect(faults).toMatchObject([
      { cause: 'tls.large-hello-dropped', severity: 'fail', side: 'network' },
      { cause, severity: 'info' },
    ]);
    expect(faults[0]?.summary).toMatch(/\b215 bytes\b.*\b1555\b.*browsers/);
  });

  it('names the path MTU as the other reason only where small segments could not be tried', () => {
    const small = { syns: [0], segments: { mss: 536, answered: false } };
    expect(judged('tls.handshake-timeout', DROPPED).summary).toContain('path MTU');
    expect(judged('tls.handshake-timeout', DROPPED, small).summary).not.toContain('path MTU');
    expect(judged('tls.handshake-reset', DROPPED).summary).not.toContain('path MTU');
  });

  it.each<[string, CauseCode, HelloSizes | undefined, KernelEvidence | undefined, boolean]>([
    ['nothing was tried', 'tls.handshake-timeout', undefined, undefined, false],
    [
      'the small one has none',
      'tls.handshake-timeout',
      { small: 215, large: 1_555, answered: false },
      undefined,
      false,
    ],
    ['a large one has one', 'tls.handshake-timeout', { ...DROPPED, largeAnswered: true }, undefined, false],
    ['the handshake went on', 'tls.alert', DROPPED, undefined, false],
    [
      'small segments bring the large one through',
      'tls.handshake-timeout',
      DROPPED,
      { syns: [0], segments: { mss: 536, answered: true, largeAnswered: false } },
      false,
    ],
    [
      'it has arrived, and the connection was cut after that',
      'tls.handshake-timeout',
      DROPPED,
      { syns: [0], stream: { ...stream, finAcknowledged: false } },
      false,
    ],
    ['it was met behind a redirect', 'tls.handshake-timeout', DROPPED, undefined, true],
  ])('explains nothing where %s', (_, cause, hello, kernel, elsewhere) => {
    expect(judged(cause, hello, kernel, elsewhere).faults).toMatchObject([{ cause }]);
  });

  it('is in the evidence with both sizes', () => {
    expect(helloFacts(DROPPED).map(({ value }) => value)).toEqual([
      '215 bytes: answered',
      '1555 bytes: no answer, twice',
    ]);
    expect(helloFacts({ small: 215, large: 1_555, answered: false })).toHaveLength(1);
    expect(helloFacts(undefined)).toEqual([]);
  });
});
