/** Vantages with IPv6 alone beside those that have IPv4 alone. */
import { describe, expect, it } from 'vitest';
import { judgeEndpoint } from '../../../lib/engine/verdict/endpoint.ts';
import type { JudgedObservation } from '../../../lib/engine/verdict/judged.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';
import type { Fault } from '../../../lib/model/finding.ts';
import { plainFault as fault } from '../../kinds/contract/plain-fault.ts';
import { endpoint, nxdomain, open, refused, unproven, vantage } from './sample.ts';

const A = '203.0.113.10';
const AAAA = '2001:db8::10';
const FOUR = ['frankfurt', 'dublin', 'ohio', 'oregon', 'singapore'];
const SIX = ['frankfurt-ipv6', 'ohio-ipv6', 'singapore-ipv6'];
const ALL = [
  ...FOUR.map((id) => vantage(id, { families: [4] })),
  ...SIX.map((id) => vantage(id, { families: [6], controls: [] })),
];

const judge = (judged: readonly JudgedObservation[], given: Partial<Endpoint> = {}) =>
  judgeEndpoint(endpoint(given), judged, ALL);
/** As a vantage sees a name with both: the address that it can't reach is seen, and not judged. */
const over4 = (seen = open, ids = FOUR) =>
  ids.flatMap((id) => [
    ...[1, 2].map((attempt) => seen({ vantage: id, address: A, attempt })),
    unproven('prober.no-ipv6', { vantage: id, address: AAAA }),
  ]);
const over6 = (seen = open, ids = SIX) =>
  ids.flatMap((id) => [1, 2].map((attempt) => seen({ vantage: id, address: AAAA, attempt })));

describe('a name with both families', () => {
  it('passes, each family from its own vantages, and no word of IPv6 that was not judged', () => {
    const report = judge([...over4(), ...over6()]);
    expect([report.verdict, report.cause, report.alsoFound]).toEqual(['pass', undefined, undefined]);
    expect(report.summary).toContain('IPv4: Reachable from all 5 vantages that count (dublin,');
    expect(report.summary).toContain('IPv6: Reachable from all 3 vantages that count (frankfurt-ipv6,');
    expect(report.summary).not.toContain('no-ipv6');
  });

  it('fails where its AAAA is broken while A works, with the vantages of IPv6 as evidence', () => {
    const report = judge([...over4(), ...over6(refused)]);
    expect(report).toMatchObject({ verdict: 'fail', cause: 'tcp.some-addresses-dead' });
    expect(report.alsoFound).toContain('tcp.refused');
    expect(report.summary).toContain(
      `IPv6 of app.example.com is dead while IPv4 works: IPv6 address ${AAAA} (tcp.refused); ${A} answered.`,
    );
    expect(report.summary).toMatch(/Seen from frankfurt-ipv6 .* at 2001:db8::10/);
    expect(report.summary).toContain('IPv4: Reachable from all 5 vantages');
    expect(report.summary).toContain('IPv6: The same from all 3 vantages that count');
  });

  it('fails from one vantage of IPv6, which five of IPv4 can’t outvote', () => {
    const report = judge([...over4(), ...over6(refused, ['ohio-ipv6'])]);
    expect(report).toMatchObject({ verdict: 'fail', cause: 'tcp.some-addresses-dead' });
    expect(report.summary).toContain('IPv6: Seen from one vantage only.');
  });

  it('warns where one of three vantages of IPv6 does not get through', () => {
    const report = judge([...over4(), ...over6(open, SIX.slice(1)), ...over6(refused, SIX.slice(0, 1))]);
    expect(report).toMatchObject({ verdict: 'warn', cause: 'tcp.refused' });
    expect(report.summary).toContain('IPv6: Fails from frankfurt-ipv6 alone');
  });

  it('fails where its A is broken while AAAA works', () => {
    const report = judge([...over4(refused), ...over6()]);
    expect(report).toMatchObject({ verdict: 'fail', cause: 'tcp.some-addresses-dead' });
    expect(report.summary).toContain('IPv4 of app.example.com is dead while IPv6 works');
  });

  it('fails by the fault itself where neither works', () => {
    const report = judge([...over4(refused), ...over6(refused)]);
    expect([report.verdict, report.cause, report.alsoFound]).toEqual(['fail', 'tcp.refused', undefined]);
  });

  it('is judged by IPv4 where no vantage of IPv6 counts, and says so', () => {
    const six = SIX.map((id) => unproven('prober.no-control', { vantage: id, address: AAAA }));
    const report = judge([...over4(), ...six]);
    expect([report.verdict, report.cause]).toEqual(['pass', undefined]);
    expect(report.alsoFound).toEqual(expect.arrayContaining(['prober.no-control', 'prober.no-ipv6']));
    expect(report.summary).toContain('IPv6: No vantage counts: frankfurt-ipv6 (prober.no-control)');
  });

  it('is inconclusive where no vantage of IPv4 counts, whatever IPv6 shows', () => {
    const four = FOUR.map((id) => unproven('prober.no-control', { vantage: id, address: A }));
    expect(judge([...four, ...over6()])).toMatchObject({
      verdict: 'inconclusive',
      cause: 'prober.no-control',
    });
  });

  it('passes where a redirect leads to a host with IPv4 alone, which vantages of IPv6 can’t follow', () => {
    const behind = {
      ...fault('prober.unavailable', 'This vantage has no IPv4, so www.example.com was not judged.'),
      severity: 'warn' as const,
      at: { kind: 'https' as const, host: 'www.example.com', port: 443, address: '203.0.113.20' },
    };
    const stuck = (where: Parameters<typeof open>[0], more: Fault[] = []) => open(where, [behind, ...more]);
    const report = judge([...over4(), ...over6(stuck)]);
    expect([report.verdict, report.cause, report.at]).toEqual(['pass', undefined, undefined]);
    expect(report.alsoFound).toEqual(['prober.unavailable']);
    expect(report.summary).toContain('IPv6: Reachable from all 3 vantages that count');
    // What is wrong besides stays.
    const expiring = { ...fault('tls.cert-expires-soon', 'Ends soon.'), severity: 'warn' as const };
    const other = judge([...over4(), ...over6((where) => stuck(where, [expiring]))]);
    expect([other.verdict, other.cause]).toEqual(['warn', 'tls.cert-expires-soon']);
    // Nobody judged where it leads.
    expect(judge(over6(stuck))).toMatchObject({ verdict: 'warn', cause: 'prober.unavailable' });
  });

  it('warns, and says why, where a redirect leads to a host with IPv6 alone', () => {
    const behind = {
      ...fault('prober.no-ipv6', 'This vantage has no IPv6, so www.example.com was not judged.'),
      severity: 'warn' as const,
      at: { kind: 'https' as const, host: 'www.example.com', port: 443, address: '2001:db8::20' },
    };
    const report = judge([...over4((where) => open(where, [behind])), ...over6()]);
    expect(report).toMatchObject({
      verdict: 'warn',
      cause: 'prober.no-ipv6',
      at: { host: 'www.example.com' },
    });
    expect(report.summary).toContain('www.example.com was not judged');
  });

  it('must not be open over either where it must be closed', () => {
    const report = judge([...over4(refused), ...over6()], { expect: 'closed' });
    expect(report).toMatchObject({ verdict: 'fail', cause: 'exposure.open-but-must-be-closed' });
    expect(judge([...over4(refused), ...over6(refused)], { expect: 'closed' }).verdict).toBe('pass');
  });

  it('keeps out whoever is not on the allow-list, over both', () => {
    const listed = { allowListedVantages: ['dublin'] };
    const seen = [...over4(open, ['dublin']), ...over4(refused, ['ohio'])];
    expect(judge([...seen, ...over6(refused)], listed).verdict).toBe('pass');
    expect(judge([...seen, ...over6()], listed).verdict).toBe('fail');
  });
});

it('leaves a host with AAAA alone to the vantages that have IPv6', () => {
  const four = FOUR.map((id) => unproven('prober.no-ipv6', { vantage: id, address: AAAA }));
  const report = judge([...four, ...over6()]);
  expect([report.verdict, report.cause, report.alsoFound]).toEqual(['pass', undefined, undefined]);
  expect(judge([...four, ...over6(refused)])).toMatchObject({ verdict: 'fail', cause: 'tcp.refused' });
  expect(judge(four)).toMatchObject({ verdict: 'inconclusive', cause: 'prober.no-ipv6' });
});

it('gives one sentence to a name that no vantage can resolve', () => {
  const report = judge(
    [...FOUR, ...SIX].flatMap((id) => [1, 2].map((attempt) => nxdomain({ vantage: id, attempt }))),
  );
  expect([report.verdict, report.cause, report.alsoFound]).toEqual(['fail', 'dns.nxdomain', undefined]);
});
