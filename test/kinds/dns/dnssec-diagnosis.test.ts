import { describe, expect, it } from 'vitest';
import { withDnssec } from '../../../lib/kinds/dns/dnssec-diagnosis.ts';
import type { DnsObservation } from '../../../lib/kinds/dns/observation.ts';
import type { DnssecResult } from '../../../lib/model/dnssec.ts';
import type { Finding } from '../../../lib/model/finding.ts';

const doubted: Finding = {
  state: 'inconclusive',
  summary: '192.0.2.53 gives SERVFAIL',
  faults: [{ cause: 'dns.servfail', side: 'dns', severity: 'fail', summary: '192.0.2.53 gives SERVFAIL' }],
};
const open: Finding = { state: 'open', summary: 'resolves', faults: [] };
const answers = (code: string, records: string[] = []) => [{ type: 'A', code, records, ms: 1 }];

function observed(dnssec: DnssecResult, code = 'SERVFAIL', address?: string): DnsObservation {
  return {
    kind: 'dns',
    endpointId: 'e',
    vantage: 'local',
    host: 'www.example.test',
    port: 443,
    address: '',
    startedAt: '2026-11-30T00:00:00.000Z',
    timings: { total: 1 },
    exchange: [],
    dns: {
      name: 'www.example.test',
      servers: ['192.0.2.53'],
      answers: answers(code, address === undefined ? [] : [address]),
      cnames: [],
      addresses: address === undefined ? [] : [{ address, family: 4 }],
    },
    dnssec,
  };
}

const bogus = (is: NonNullable<DnssecResult['fault']>['is'], more: object = {}): DnssecResult => ({
  status: 'bogus',
  zone: 'example.test',
  fault: { is, zone: 'example.test', owner: 'www.example.test', type: 'A', keyTag: 4711, ...more },
});

describe('a failure whose signatures are wrong', () => {
  it.each([
    [
      bogus('expired', { at: '2026-11-01T00:00:00.000Z' }),
      'dns.dnssec-expired',
      '4711 on the A records of www.example.test ended at 2026-11-01',
    ],
    [
      bogus('not-yet-valid', { at: '2027-01-01T00:00:00.000Z' }),
      'dns.dnssec-bogus',
      'begins to count only at 2027-01-01',
    ],
    [
      bogus('ds-mismatch', { ds: ['1 13 2 AB'], keys: ['2 13'] }),
      'dns.dnssec-ds-mismatch',
      'DS 1 13 2 AB, and none of the zone’s keys is that one (it has 2 13)',
    ],
    [bogus('ds-mismatch', { ds: ['1 13 2 AB'], keys: [] }), 'dns.dnssec-ds-mismatch', 'publishes no key'],
    [bogus('unsigned'), 'dns.dnssec-bogus', 'without a signature'],
    [bogus('no-key'), 'dns.dnssec-bogus', 'key 4711, which example.test does not publish'],
    [bogus('invalid'), 'dns.dnssec-bogus', 'is not of these records'],
    [bogus('denial'), 'dns.dnssec-bogus', 'do not prove'],
    [bogus('excess'), 'dns.dnssec-bogus', 'more signatures'],
  ] as const)('%j is %s', (dnssec, cause, words) => {
    const found = withDnssec(doubted, observed(dnssec));
    expect(found).toMatchObject({ state: 'broken', faults: [{ cause, side: 'dns', severity: 'fail' }] });
    expect(found.summary).toContain(words);
  });

  it('fails for validating resolvers alone where this one gives an address', () => {
    const found = withDnssec(open, observed(bogus('invalid'), 'NOERROR', '192.0.2.1'));
    expect(found).toMatchObject({ state: 'open', faults: [{ cause: 'dns.dnssec-bogus', severity: 'fail' }] });
  });

  it.each([
    ['another failure', observed(bogus('invalid'), 'TIMEOUT')],
    ['a secure zone', observed({ status: 'secure', zone: 'example.test' })],
    ['an unsigned zone', observed({ status: 'insecure', zone: 'example.test', reason: 'no-ds' })],
    ['signatures that could not be judged', observed({ status: 'indeterminate', reason: 'TIMEOUT' })],
    [
      'a resolver that fails with CD, too',
      observed({ status: 'indeterminate', byResolver: { checked: 'SERVFAIL', unchecked: 'SERVFAIL' } }),
    ],
  ])('is not blamed on them: %s', (_what, observation) => {
    expect(withDnssec(doubted, observation)).toBe(doubted);
  });

  it('is the resolver’s word where it passes on no signatures', () => {
    const byResolver = { checked: 'SERVFAIL', unchecked: 'NOERROR' };
    const found = withDnssec(doubted, observed({ status: 'indeterminate', byResolver }));
    expect(found).toMatchObject({ state: 'broken', faults: [{ cause: 'dns.dnssec-bogus' }] });
    expect(found.summary).toContain('not judged here');
  });
});
