import { describe, expect, it } from 'vitest';
import { attemptsOf } from '../../../lib/engine/listener/attempts.ts';
import { joinEvidence } from '../../../lib/engine/listener/decide.ts';
import type { ListenerAttempt, ListenerView } from '../../../lib/engine/listener/evidence.ts';
import { EndpointReport, type Report } from '../../../lib/engine/report-schema.ts';
import type { ListenerCode } from '../../../lib/kinds/listener/code.ts';
import { newListenerCode } from '../../../lib/kinds/listener/new-code.ts';
import { runKey } from '../../../lib/kinds/listener/proof.ts';
import { markedSegment } from '../../../lib/kinds/listener/syn-mark.ts';

const AT = '2026-11-30T10:14:00.000Z';

interface Parts {
  readonly kind?: string;
  readonly address?: string;
  readonly localAddress?: string;
  readonly localPort?: number;
  readonly evidence?: object;
}

function attempts(
  { kind = 'tcp', address = '203.0.113.7', evidence = {}, ...ends }: Parts,
  vantage: Partial<Report['vantages'][number]> = {},
  code?: ListenerCode,
): ListenerAttempt[] {
  const endpoint = EndpointReport.parse({
    ...{ id: 'e', target: 't', kind, host: 'www.example.com', port: 443, expect: 'open', level: 'required' },
    ...{ verdict: 'fail', summary: '' },
    observations: [
      {
        ...{ vantage: 'local', address, state: 'filtered', summary: '', startedAt: AT, attempt: 1 },
        timings: { total: 3_000 },
        evidence: { kind, connect: { status: 'timeout' }, ...evidence },
        ...ends,
      },
    ],
  });
  const vantages = [{ id: 'local', kind: 'local', controls: [], ...vantage }];
  return attemptsOf({ endpoints: [endpoint], vantages }, code);
}

describe('attempts of a report', () => {
  it.each([
    ['connected', 'connected'],
    ['refused', 'refused'],
    ['timeout', 'silent'],
    ['reset', 'reset'],
  ])('a connect that is %s was %s to the prober', (status, saw) => {
    const [one] = attempts({ evidence: { connect: { status, code: 'X' } } });
    expect(one).toMatchObject({ saw, port: 443, family: 4, from: Date.parse(AT), syns: 1 });
  });

  it.each<[string, Parts]>([
    ['the guard refused', { evidence: { connect: { status: 'refused-by-guard', range: 'private' } } }],
    ['the run ended', { evidence: { connect: { status: 'deadline' } } }],
    [
      'the prober had no route',
      { evidence: { connect: { status: 'unreachable', code: 'ENETUNREACH', local: true } } },
    ],
    ['the prober was late', { evidence: { late: { ms: 1, budgetMs: 2, attempts: 1 } } }],
    ['nothing was dialled', { address: '' }],
    ['UDP was spoken', { kind: 'ntp' }],
    ['a later version has the kind', { kind: 'gopher' }],
    [
      'the prober itself sent the ICMP error',
      {
        evidence: {
          connect: { status: 'unreachable', code: 'EHOSTUNREACH', local: false },
          kernel: { syns: [0], icmp: { version: 4, type: 3, code: 1, from: '192.0.2.1', sender: 'self' } },
        },
      },
    ],
  ])('are none where %s', (_name, parts) => {
    expect(attempts(parts)).toEqual([]);
  });

  it('have the segment size of their mark where the code is there, and the digest of their challenge', () => {
    const code = newListenerCode();
    const run = '0011223344556677';
    const evidence = { kernel: { syns: [0], markedFor: run }, listener: { wordsDigest: 'd' } };
    const mss = markedSegment(runKey(code, run), '203.0.113.7', 443);
    expect(attempts({ evidence }, {}, code)).toMatchObject([{ mss, challengeDigest: 'd' }]);
    expect(attempts({ evidence })[0]?.mss).toBeUndefined();
    expect(attempts({ evidence: { kernel: { syns: [0] } } }, {}, code)[0]?.mss).toBeUndefined();
  });

  it('have the sources that the far end may see: fixed, of the socket, seen by a reflector', () => {
    const seenAs = [
      { address: '198.51.100.10', at: AT },
      { address: '2001:db8::9', at: AT },
    ];
    const [one] = attempts(
      { localAddress: '198.51.100.8', localPort: 50_412, evidence: { kernel: { syns: [0, 1_000, 3_000] } } },
      { sourceAddress: '198.51.100.9', seenAs },
    );
    expect(one?.sources).toEqual(['198.51.100.9', '198.51.100.8', '198.51.100.10']);
    expect(one).toMatchObject({ sourcePort: 50_412, syns: 3 });
  });

  it('have the source that a proof names, and none of a proof that was wrong', () => {
    const proof = (status: string): Parts => ({
      kind: 'listener',
      evidence: {
        connect: { status: 'connected' },
        listener: {
          ...{ speech: 'line', status, destination: '10.0.3.4:443', source: '198.51.100.9:1024' },
          read: { end: 'fin', bytes: 1, text: 'x' },
        },
      },
    });
    expect(attempts(proof('proven'))[0]?.provenSource).toBe('198.51.100.9:1024');
    for (const status of ['wrong-proof', 'no-proof', 'unverified'])
      expect(attempts(proof(status))[0]).not.toHaveProperty('provenSource');
  });
});

describe('joining', () => {
  it('is linear in attempts and packets: as many as a report and a log can have', () => {
    const [one] = attempts({ localAddress: '198.51.100.9', localPort: 50_412 });
    if (one === undefined) throw new Error('no attempt');
    const many = Array.from({ length: 20_000 }, (_, index) => ({ ...one, endpoint: `e${index}` }));
    const view: ListenerView = {
      from: one.from - 60_000,
      until: one.until + 60_000,
      addresses: ['10.0.3.4'],
      ports: [{ port: 443, state: 'listening' }],
      arrivals: [],
      packets: [
        { what: 'watching', at: '2026-11-30T10:13:00.000Z', ports: [443] },
        ...Array.from({ length: 2_000 }, (_, index) => ({
          ...({ what: 'syn', at: AT, port: 443, local: '10.0.3.4:443' } as const),
          remote: `192.0.2.${index % 250}:${1_000 + index}`,
        })),
      ],
    };
    const { decisions } = joinEvidence(many, view);
    expect(decisions).toHaveLength(20_000);
    expect(new Set(decisions.map(({ found }) => found))).toEqual(new Set(['strangers']));
  });
});
