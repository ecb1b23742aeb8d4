/** The table of clients in the data of a report. */
import { describe, expect, test } from 'vitest';
import type { ReportObservation } from '../../../lib/engine/report-schema.ts';
import { clientsOfEndpoint } from '../../../lib/engine/verdict/clients-of-endpoint.ts';
import { answersOf } from '../../../lib/kinds/client-answers.ts';
import type { TlsResult } from '../../../lib/kinds/contract/tls-result.ts';
import { certificate, issuer, tls as sampleTls } from '../../report/sample-evidence.ts';
import { sampleFleetReport } from '../../report/sample-fleet-report.ts';

const seen = (vantage: string, tls?: Partial<TlsResult>, attempt = 1): ReportObservation => ({
  vantage,
  address: '192.0.2.1',
  state: 'open',
  summary: '',
  startedAt: '2026-03-01T00:00:00.000Z',
  timings: { total: 5 },
  attempt,
  evidence: {
    kind: 'tls',
    exchange: [],
    connect: { status: 'connected' },
    ...(tls && { tls: sampleTls({ trust: { status: 'anchored', path: [0, 1] }, ...tls }) }),
  },
});

describe('clients of an endpoint', () => {
  test('those that connect by their ids, the others by the reason', () => {
    const chain = [certificate({ keyType: 'ed25519' }), issuer];
    const one = seen('a', { oldestProtocol: 'TLSv1.2', chain });
    const [clients, ...more] = clientsOfEndpoint([one]);
    expect(more).toEqual([]);
    expect(clients).toEqual({
      seenBy: [{ vantage: 'a', address: '192.0.2.1' }],
      yes: ['safari', 'curl', 'openssl', 'gnutls', 'java', 'go', 'java21'],
      no: [{ clients: ['chromium', 'firefox', 'java8', 'windows2012'], why: 'it takes no Ed25519 key' }],
    });
    const all = [...(clients?.yes ?? []), ...(clients?.no ?? []).flatMap((each) => each.clients)];
    expect(all).toHaveLength(answersOf(one.evidence, one.startedAt).length);
  });

  test('the same answers stand once, with who saw them; of each vantage the last attempt counts', () => {
    const clients = clientsOfEndpoint([
      seen('a', { trust: { status: 'untrusted-root' } }),
      seen('a', {}, 2),
      seen('b', {}),
      seen('c', { oldestProtocol: 'TLSv1.3' }),
    ]);
    expect(clients.map(({ seenBy }) => seenBy.map(({ vantage }) => vantage).join())).toEqual(['a,b', 'c']);
    expect(clients[0]?.notKnown).toEqual([
      {
        clients: ['windows2012'],
        why: 'it has no TLS 1.3; which older suites the server takes was not asked',
      },
    ]);
    expect(clients[1]?.no).toEqual([
      { clients: ['windows2012'], why: 'it has no TLS 1.3, and the server takes nothing older' },
    ]);
  });

  test('nothing is said without TLS, after silence, and of what must not be reachable', () => {
    expect(clientsOfEndpoint([seen('a'), seen('b', { handshake: { status: 'timeout' } })])).toEqual([]);
    for (const { expect: side, clients } of sampleFleetReport.endpoints)
      if (side === 'closed') expect(clients).toBeUndefined();
    expect(sampleFleetReport.endpoints.some(({ clients }) => clients !== undefined)).toBe(true);
  });
});
