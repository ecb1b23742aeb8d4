/** Sockets tell every refusal alike; the attempt whose kernel was asked says who sent it. */
import { describe, expect, it } from 'vitest';
import { judgeEndpoint } from '../../../lib/engine/verdict/endpoint.ts';
import type { JudgedObservation } from '../../../lib/engine/verdict/judged.ts';
import { withKernelEvidence } from '../../../lib/kinds/connection/kernel-diagnosis.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';
import type { KernelEvidence } from '../../../lib/model/kernel-evidence.ts';
import { endpoint, filtered, open, refused, vantage } from './sample.ts';

/** The same attempt with what the kernel said of it. */
function watched(one: JudgedObservation, kernel: KernelEvidence): JudgedObservation {
  const observation = { ...one.observation, kernel };
  return { ...one, observation, finding: withKernelEvidence(one.finding, observation) };
}

const portUnreachable = (sender: 'target' | 'self' | 'other', from: string): KernelEvidence => ({
  syns: [0],
  icmp: { version: 4, type: 3, code: 3, from, sender },
});
const OURS = portUnreachable('self', '192.168.1.5');
const A_ROUTER = portUnreachable('other', '198.51.100.9');
const RST: KernelEvidence = { syns: [0], reset: true };
const NOTHING: KernelEvidence = { syns: [0] };

const prohibited = (attempt: number): JudgedObservation => {
  const one = refused({ attempt });
  const observation = {
    ...one.observation,
    connect: { status: 'unreachable' as const, code: 'EACCES', local: false },
  } as JudgedObservation['observation'];
  const [fault] = one.finding.faults;
  return {
    ...one,
    observation,
    finding: { ...one.finding, faults: fault === undefined ? [] : [{ ...fault, cause: 'tcp.unreachable' }] },
  };
};

const judge = (judged: JudgedObservation[], over: Partial<Endpoint> = {}) =>
  judgeEndpoint(endpoint(over), judged, [vantage('local')]);

describe('a refusal that was seen without the kernel, and again with it', () => {
  it.each<[string, JudgedObservation[], string, string]>([
    [
      'our own filter sent it: the first attempt blames nobody either',
      [refused(), watched(refused({ attempt: 2 }), OURS)],
      'inconclusive',
      'prober.egress-blocked',
    ],
    [
      'the same in three attempts',
      [refused(), watched(refused({ attempt: 2 }), OURS), watched(refused({ attempt: 3 }), OURS)],
      'inconclusive',
      'prober.egress-blocked',
    ],
    [
      'a router sent it',
      [refused(), watched(refused({ attempt: 2 }), A_ROUTER)],
      'fail',
      'tcp.rejected-by-network',
    ],
    [
      'a router sent it, and the last attempt has no proof',
      [refused(), watched(refused({ attempt: 2 }), A_ROUTER), refused({ attempt: 3 })],
      'fail',
      'tcp.rejected-by-network',
    ],
    ['the host sent it', [refused(), watched(refused({ attempt: 2 }), RST)], 'fail', 'tcp.refused'],
    [
      'the kernel did not say who sent it',
      [refused(), watched(refused({ attempt: 2 }), NOTHING)],
      'fail',
      'tcp.refused',
    ],
    [
      'our own filter answered another error than the first one',
      [prohibited(1), watched(refused({ attempt: 2 }), OURS)],
      'fail',
      'tcp.unreachable',
    ],
    [
      'the first attempt was silent: nobody refused it',
      [filtered(), watched(refused({ attempt: 2 }), OURS)],
      'fail',
      'tcp.filtered',
    ],
    [
      'one proof says the host, another our own filter',
      [refused(), watched(refused({ attempt: 2 }), RST), watched(refused({ attempt: 3 }), OURS)],
      'fail',
      'tcp.refused',
    ],
    [
      'our own filter, at another address alone',
      [refused(), watched(refused({ attempt: 2, address: '203.0.113.11' }), OURS)],
      'fail',
      'tcp.refused',
    ],
  ])('%s', (_, judged, verdict, cause) => {
    const report = judge(judged);
    expect([report.verdict, report.cause]).toEqual([verdict, cause]);
    // What each attempt saw by itself stays in the report.
    expect(report.observations.map(({ attempt }) => attempt)).toEqual(judged.map(({ attempt }) => attempt));
    expect(judge(judged.toReversed())).toEqual(report);
  });

  it('from one vantage says nothing of what another saw', () => {
    const judged = [
      refused({ vantage: 'a' }),
      watched(refused({ vantage: 'a', attempt: 2 }), OURS),
      refused({ vantage: 'b' }),
      watched(refused({ vantage: 'b', attempt: 2 }), RST),
    ];
    const report = judgeEndpoint(endpoint(), judged, [vantage('a'), vantage('b')]);
    expect([report.verdict, report.cause]).toEqual(['fail', 'tcp.refused']);
    expect(report.summary).toContain('Not counted: a (prober.egress-blocked).');
  });

  it('is no pass of an endpoint that must be closed, and an answer stays an exposure', () => {
    const ours = [refused(), watched(refused({ attempt: 2 }), OURS)];
    expect(judge(ours, { expect: 'closed' }).verdict).toBe('inconclusive');
    expect(judge([...ours, open({ attempt: 3 })], { expect: 'closed' }).verdict).toBe('fail');
  });
});
