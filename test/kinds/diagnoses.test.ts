import { describe, expect, test } from 'vitest';
import { diagnose } from '../../lib/kinds/diagnoses.ts';
import type { Observation } from '../../lib/kinds/observation.ts';
import { KINDS, type Kind } from '../../lib/model/vocabulary.ts';
import { endpoint, vantage } from '../engine/verdict/sample.ts';

const common = {
  endpointId: 'x',
  vantage: 'local',
  host: 'app.example.com',
  port: 443,
  address: '203.0.113.10',
  family: 4 as const,
  startedAt: '2026-03-01T09:30:00.000Z',
  timings: { total: 3 },
  exchange: [],
};

/** A connection that was refused, for ntp as well; a name that does not exist for dns. */
function refusedOf(kind: Kind): Observation {
  const connect = { status: 'refused' as const, code: 'ECONNREFUSED' };
  switch (kind) {
    case 'dns':
      return {
        ...common,
        kind,
        address: '',
        dns: {
          name: 'app.example.com',
          servers: ['192.0.2.53'],
          answers: ['A', 'AAAA'].map((type) => ({ type, code: 'NXDOMAIN', records: [], ms: 2 })),
          cnames: [],
          addresses: [],
        },
      };
    case 'mx':
      return {
        ...common,
        kind,
        address: '',
        route: {
          domain: 'app.example.com',
          nullMx: false,
          exchanges: [
            {
              preference: 10,
              exchange: 'mx.app.example.com',
              addresses: [common.address],
              visits: [{ address: common.address, family: 4, connect, timings: { total: 3 } }],
            },
          ],
        },
      };
    case 'tcp':
    case 'tls':
    case 'ssh':
    case 'ntp':
    case 'quic':
    case 'listener':
      return { ...common, kind, connect };
    case 'http':
    case 'https':
      return { ...common, kind, connect };
    case 'smtp':
    case 'smtps':
      return { ...common, kind, connect };
    default:
      return kind satisfies never;
  }
}

describe('diagnose', () => {
  test.each(KINDS)('sends a %s observation up the ladder of its kind', (kind) => {
    const found = diagnose(refusedOf(kind), {
      endpoint: endpoint({ kind }),
      vantage: vantage('local'),
      now: Date.parse('2026-03-01T09:30:01.000Z'),
    });
    const own: Partial<Record<Kind, string>> = {
      dns: 'dns.nxdomain',
      ntp: 'ntp.no-answer',
      quic: 'quic.refused',
      mx: 'smtp.mx-dead',
    };
    const expected = own[kind] ?? 'tcp.refused';
    expect(found.faults[0]?.cause).toBe(expected);
    expect(found.state).not.toBe('open');
    expect(found.summary).toContain('app.example.com');
  });

  test('takes a failed look-up of an endpoint of another kind', () => {
    const found = diagnose(refusedOf('dns'), { endpoint: endpoint(), vantage: vantage('local'), now: 0 });
    expect(found.faults[0]?.cause).toBe('dns.nxdomain');
  });
});
