import { describe, expect, test } from 'vitest';
import { EndpointReport } from '../../../lib/engine/report-schema.ts';
import { judgeEndpoint } from '../../../lib/engine/verdict/endpoint.ts';
import type { JudgedObservation } from '../../../lib/engine/verdict/judged.ts';
import { causes } from '../../../lib/kinds/causes.ts';
import { fault as faultOf, finding } from '../../../lib/kinds/contract/fault.ts';
import { runSentence } from '../../../lib/kinds/run-causes/messages.ts';
import { CAUSE_CODES } from '../../../lib/model/cause-codes.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';
import type { CauseCode } from '../../../lib/model/vocabulary.ts';
import { plainFault as fault } from '../../kinds/contract/plain-fault.ts';
import { unrenderedSummary } from '../../report/unrendered.ts';
import {
  endpoint,
  filtered,
  lookup,
  notSsh,
  nxdomain,
  open,
  refused,
  silent,
  unproven,
  vantage,
} from './sample.ts';

const local = vantage('local', { sourceAddress: '198.51.100.7' });
const judge = (judged: JudgedObservation[], over: Partial<Endpoint> = {}) =>
  judgeEndpoint(endpoint(over), judged, [local]);

const expired = fault('tls.cert-expired', 'The certificate expired on 2026-02-01.');
const wrongName = fault('tls.cert-name-mismatch', 'The certificate is for other.example.');
const soon = fault('tls.cert-expires-soon', 'The certificate expires in 12 days.', { severity: 'warn' });
const remark = fault('smtp.starttls-missing', 'No STARTTLS.', { severity: 'info' });

describe('one address from one vantage, expected open', () => {
  test.each<[string, JudgedObservation[], string, string | undefined]>([
    ['open passes', [open()], 'pass', undefined],
    ['refused fails', [refused()], 'fail', 'tcp.refused'],
    ['filtered fails', [filtered()], 'fail', 'tcp.filtered'],
    ['broken fails', [silent()], 'fail', 'tcp.accepts-then-silent'],
    ['a name that does not exist fails', [nxdomain()], 'fail', 'dns.nxdomain'],
    ['an open service with a failing fault fails', [open({}, [expired])], 'fail', 'tls.cert-expired'],
    ['an open service with a warning warns', [open({}, [soon])], 'warn', 'tls.cert-expires-soon'],
    ['a remark changes nothing', [open({}, [remark])], 'pass', undefined],
    [
      'silence without a control is inconclusive',
      [unproven('prober.no-control')],
      'inconclusive',
      'prober.no-control',
    ],
    [
      'a blocked way out is inconclusive',
      [unproven('prober.egress-blocked')],
      'inconclusive',
      'prober.egress-blocked',
    ],
    ['no observation at all is inconclusive', [], 'inconclusive', 'prober.unavailable'],
    [
      'a look-up alone, however good, proves nothing',
      [lookup(finding('open', [], { summary: 'resolved' }))],
      'inconclusive',
      'prober.unavailable',
    ],
  ])('%s', (_, judged, verdict, cause) => {
    const report = judge(judged);
    expect([report.verdict, report.cause]).toEqual([verdict, cause]);
    expect(EndpointReport.parse(report)).toEqual(report);
    expect(report.observations).toHaveLength(judged.length);
  });

  test('carries each sentence of its summary as key and parameters, the most serious fault first', () => {
    const said = runSentence.mustBeClosed({ port: 443, seen: 'HTTP 200.' });
    const report = judge([open({}, [soon, faultOf('tls.cert-expired', said)])]);
    expect(report.message).toEqual(said.message);
    expect(report.summary).toContain(said.text);
    expect(report.furtherMessages?.map(({ key }) => key)).toEqual([
      'verdict.seenFromAt',
      'verdict.oneVantage',
    ]);
    expect(unrenderedSummary(report)).toEqual([]);
    // A sentence of an older prober has no key of its own.
    expect(judge([open()]).message?.key).toBe('verdict.words');
  });

  test('names the most serious of several faults and lists the others once', () => {
    const report = judge([open({}, [soon, wrongName, expired])]);
    expect(report.cause).toBe('tls.cert-expired');
    expect(report.alsoFound).toEqual(['tls.cert-name-mismatch', 'tls.cert-expires-soon']);
    expect(report.side).toBe('service');
  });

  test('keeps a remark on a pass under alsoFound, without cause, side or fix', () => {
    const report = judge([open({}, [remark])]);
    expect(report.alsoFound).toEqual(['smtp.starttls-missing']);
    expect(report).not.toHaveProperty('side');
    expect(report).not.toHaveProperty('fix');
  });

  test('lowers a failure of a recommended endpoint to a warning and keeps its cause', () => {
    const report = judge([refused()], { level: 'recommended' });
    expect([report.verdict, report.cause]).toEqual(['warn', 'tcp.refused']);
    expect(report.summary).toContain('Recommended, not required');
  });

  test('does not lower inconclusive for a recommended endpoint', () => {
    expect(judge([unproven('prober.no-control')], { level: 'recommended' }).verdict).toBe('inconclusive');
  });

  test('a public name with a private address fails although nothing was dialled', () => {
    const judged = lookup(finding('broken', [fault('dns.private-address', 'resolves to 10.0.0.1')]));
    expect(judge([judged]).verdict).toBe('fail');
  });

  test('says who saw it, from which source, where, when, and which control answered', () => {
    const { summary } = judge([filtered()]);
    for (const word of [
      'local (source 198.51.100.7)',
      '203.0.113.10 port 443',
      '2026-03-01 09:31:00 UTC',
      'control.example.net:443',
      '2026-03-01 09:30:01 UTC',
      'Seen from one vantage only',
    ])
      expect(summary).toContain(word);
  });

  test('names no fixed address of IPv4 for what was seen over IPv6', () => {
    const seenAs = [{ address: '2600:1f18::10', at: '2026-03-01T09:30:02.000Z' }];
    const smtp = vantage('smtp', { sourceAddress: '198.51.100.7', seenAs });
    const report = judgeEndpoint(
      endpoint(),
      [refused({ vantage: 'smtp', address: '2a00:1450::10' })],
      [smtp],
    );
    expect(report.summary).toContain('2600:1f18::10');
    expect(JSON.stringify([report.summary, report.rules])).not.toContain('198.51.100.7');
  });

  test('names the address that a reflector saw, and no rule or search rests on it', () => {
    const seenAs = [
      { address: '2600:1f18::10', at: '2026-03-01T09:30:02.000Z' },
      { address: '198.51.100.9', at: '2026-03-01T09:30:02.000Z' },
    ];
    const at = { address: '203.0.114.10' };
    const report = judgeEndpoint(
      endpoint({ warnIfPublic: true }),
      [filtered(at)],
      [vantage('local', { seenAs })],
    );
    expect(report.summary).toContain('local (seen as 198.51.100.9 by a reflector)');
    // Another connection may have another source: a search for this one alone could miss the packet.
    expect(JSON.stringify([report.rules, report.fix])).not.toContain('198.51.100.9');
  });

  test('quotes the last words of both sides of a failure', () => {
    const { summary } = judge([open({}, [expired])]);
    expect(summary).toContain('last sent "PING\\r\\n", last received "+PONG\\r\\n"');
  });
});

describe('several addresses of a name', () => {
  const other = '203.0.113.11';
  const six = '2001:db8::10';

  test('one dead address of two fails, with its own cause and side as well', () => {
    const report = judge([open(), filtered({ address: other })]);
    expect([report.verdict, report.cause, report.side]).toEqual([
      'fail',
      'tcp.some-addresses-dead',
      'network',
    ]);
    expect(report.alsoFound).toEqual(['tcp.filtered']);
    expect(report.summary).toContain('1 of 2 addresses');
    expect(report.summary).toContain(other);
  });

  test('takes the side of what killed the address', () => {
    expect(judge([open(), refused({ address: other })]).side).toBe('host');
  });

  test('says IPv6 when IPv6 is dead and IPv4 works', () => {
    const { cause, summary } = judge([open(), filtered({ address: six })]);
    expect(cause).toBe('tcp.some-addresses-dead');
    expect(summary).toContain('IPv6 of app.example.com is dead while IPv4 works');
  });

  test('a fault of the service on one address is named itself: that address is not dead', () => {
    const report = judge([open(), open({ address: other }, [expired])]);
    expect([report.verdict, report.cause, report.alsoFound]).toEqual(['fail', 'tls.cert-expired', undefined]);
  });

  test('all addresses dead is the fault itself, not some of them', () => {
    const report = judge([filtered(), filtered({ address: other })]);
    expect([report.cause, report.alsoFound]).toEqual(['tcp.filtered', undefined]);
  });

  test('no IPv6 at the vantage leaves a verdict on IPv4 and is listed', () => {
    const report = judge([open(), unproven('prober.no-ipv6', { address: six })]);
    expect([report.verdict, report.cause, report.alsoFound]).toEqual(['pass', undefined, ['prober.no-ipv6']]);
    expect(report.summary).toContain('prober.no-ipv6 at local');
  });

  test('a host with AAAA alone is inconclusive from a vantage without IPv6', () => {
    const report = judge([unproven('prober.no-ipv6', { address: six })]);
    expect([report.verdict, report.cause, report.side]).toEqual(['inconclusive', 'prober.no-ipv6', 'prober']);
  });

  test('an address that could not be judged keeps the others from passing', () => {
    expect(judge([open(), unproven('prober.no-control', { address: other })]).verdict).toBe('inconclusive');
  });

  test('a proven failure wins over an address that could not be judged', () => {
    const report = judge([refused(), unproven('prober.no-control', { address: other })]);
    expect([report.verdict, report.cause, report.alsoFound]).toEqual([
      'fail',
      'tcp.refused',
      ['prober.no-control'],
    ]);
  });

  test('a drift from the documented address is found with an open service', () => {
    const drift = lookup(
      finding('open', [fault('dns.documented-address-changed', 'now 203.0.113.10', { severity: 'warn' })]),
    );
    expect(judge([drift, open()])).toMatchObject({
      verdict: 'warn',
      cause: 'dns.documented-address-changed',
    });
  });
});

describe('attempts', () => {
  test('a failure that did not repeat is a flap and a warning', () => {
    const report = judge([filtered(), open({ attempt: 2 })]);
    expect(report).toMatchObject({ verdict: 'warn', flapped: true, cause: 'tcp.filtered' });
    expect(report.summary).toContain(
      'did not repeat: failed on 2026-03-01 09:31:00 UTC, answered on 2026-03-01 09:32:00 UTC',
    );
    expect(report).not.toHaveProperty('rules');
    expect(report.fix).toContain('did not repeat');
  });

  test('a failure that repeated counts', () => {
    const report = judge([filtered(), filtered({ attempt: 2 })]);
    expect(report).toMatchObject({ verdict: 'fail', cause: 'tcp.filtered' });
    expect(report).not.toHaveProperty('flapped');
    expect(report.summary).toContain('2 of 2 attempts failed');
  });

  test('a failure after a good attempt is not confirmed yet', () => {
    expect(judge([open(), filtered({ attempt: 2 })])).toMatchObject({ verdict: 'warn', flapped: true });
  });

  test('an attempt that proved nothing neither confirms a failure nor takes it back', () => {
    expect(judge([filtered(), unproven('prober.deadline', { attempt: 2 })]).verdict).toBe('fail');
    expect(judge([unproven('prober.deadline'), open({ attempt: 2 })])).toMatchObject({ verdict: 'pass' });
  });

  test('a look-up that worked the second time, and nothing else, proves nothing', () => {
    const second = lookup(finding('open', [], { summary: 'resolved' }), { attempt: 2 });
    expect(judge([nxdomain(), second])).toMatchObject({ verdict: 'inconclusive', cause: 'dns.nxdomain' });
    expect(judge([nxdomain(), second, open({ attempt: 2 })])).toMatchObject({
      verdict: 'warn',
      flapped: true,
    });
  });

  test('a look-up that worked the second time is a flap of the name', () => {
    const report = judge([nxdomain(), open({ attempt: 2 })]);
    expect(report).toMatchObject({ verdict: 'warn', cause: 'dns.nxdomain', flapped: true });
  });
});

describe('expected closed', () => {
  const closed = { expect: 'closed' } as const;
  test.each<[string, JudgedObservation[], string, string | undefined]>([
    ['refused passes', [refused()], 'pass', undefined],
    ['filtered with a working control passes', [filtered()], 'pass', undefined],
    ['an answer of the protocol fails', [open()], 'fail', 'exposure.open-but-must-be-closed'],
    [
      'a certificate fault does not matter beside the exposure',
      [open({}, [expired])],
      'fail',
      'exposure.open-but-must-be-closed',
    ],
    ['bytes of another protocol fail, too', [notSsh()], 'fail', 'exposure.open-but-must-be-closed'],
    ['a handshake without bytes is a warning', [silent()], 'warn', 'tcp.accepts-then-silent'],
    [
      'silence without a control is inconclusive',
      [unproven('prober.no-control')],
      'inconclusive',
      'prober.no-control',
    ],
    [
      'a blocked way out is inconclusive',
      [unproven('prober.egress-blocked')],
      'inconclusive',
      'prober.egress-blocked',
    ],
    ['a name that does not exist is no reason to be calm', [nxdomain()], 'inconclusive', 'dns.nxdomain'],
    [
      'a private address is met, with a warning',
      [lookup(finding('broken', [fault('dns.private-address', 'resolves to 10.0.0.1')]))],
      'warn',
      'dns.private-address',
    ],
    [
      'a good look-up is no exposure',
      [lookup(finding('open', [], { summary: 'resolved' })), refused()],
      'pass',
      undefined,
    ],
    [
      'one open address of two fails',
      [refused(), open({ address: '203.0.113.11' })],
      'fail',
      'exposure.open-but-must-be-closed',
    ],
    [
      'an address that could not be judged keeps the others from passing',
      [refused(), unproven('prober.no-control', { address: '203.0.113.11' })],
      'inconclusive',
      'prober.no-control',
    ],
  ])('%s', (_, judged, verdict, cause) => {
    const report = judge(judged, closed);
    expect([report.verdict, report.cause]).toEqual([verdict, cause]);
    expect(EndpointReport.parse(report)).toEqual(report);
  });

  test('bytes are no lost packet: a later silence does not take the exposure back', () => {
    expect(judge([open(), filtered({ attempt: 2 })], closed)).toMatchObject({
      verdict: 'fail',
      flapped: true,
      cause: 'exposure.open-but-must-be-closed',
    });
  });

  test('says what answered, and gives rules that shut it', () => {
    const report = judge([open()], closed);
    expect(report.summary).toContain('+PONG');
    expect(report.rules?.map(({ product }) => product)).toContain('Cisco ASA');
    expect(report.rules?.find(({ product }) => product === 'Cisco ASA')?.rule).toContain(
      'extended deny tcp any4 host 203.0.113.10 eq 443',
    );
  });
});

describe('fix', () => {
  const met = (address: string) => ({
    at: { kind: 'https' as const, host: 'www.example.com', port: 443, address },
  });
  const behind = (address: string) => ({
    ...fault('tcp.filtered', 'app.example.com redirects to https://www.example.com/: no answer.'),
    ...met(address),
  });

  test('is for where the redirect leads when packets are dropped there', () => {
    const report = judge(
      [
        open({ vantage: 'local' }, [behind('203.0.113.20')]),
        open({ vantage: 'far' }, [behind('203.0.113.21')]),
      ],
      { kind: 'http', port: 80 },
    );
    expect(report.fix).toContain(
      'in front of www.example.com, 203.0.113.21, 203.0.113.20 port 443/tcp: Look for the SYNs',
    );
    const asa = report.rules?.find(({ product }) => product === 'Cisco ASA')?.rule;
    expect(asa).toContain('host 203.0.113.20 eq 443');
    expect(asa).toContain('host 203.0.113.21 eq 443');
    expect(JSON.stringify(report.rules)).not.toMatch(/203\.0\.113\.10|\b80\b/);
  });

  test('begins with what to ask the person at the listener, where one was asked for a proof', () => {
    expect(judge([refused()], { kind: 'listener' }).fix).toContain(
      'port 443/tcp: Ask first whether the listener’s window is still open',
    );
    expect(judge([filtered()], { kind: 'listener' }).fix).toMatch(
      /Ask first what the listener’s screen says.*SYNs/,
    );
    expect(judge([refused()]).fix).not.toContain('listener');
  });

  test('names the port at which the fault was met, not the usual one', () => {
    const at = (cause: CauseCode, kind: Endpoint['kind'], port: number): string =>
      judge([open({}, [fault(cause, 'Seen.')])], { kind, port }).fix ?? '';
    expect(at('tls.not-tls', 'tls', 8443)).toContain('(nginx: "listen 8443 ssl"; Apache');
    expect(at('http.not-http', 'http', 8080)).toContain('let port 8080 speak plain HTTP');
    expect(at('http.no-https-redirect', 'http', 8080)).toContain('Answer every request on port 8080 with');
    expect(at('quic.no-answer', 'quic', 4433)).toContain('let UDP 4433 in as well as TCP 4433');
    expect(at('smtp.starttls-failed', 'smtp', 2525)).toContain('-connect HOST:2525 ');
    expect(at('ntp.not-ntp', 'ntp', 1123)).toContain('behind UDP 1123,');
    // What still names a port means another one than the endpoint's, or one that a standard fixes.
    const fixed = CAUSE_CODES.filter((code) =>
      /\b(port|UDP|TCP|UDP and TCP) ?\d\d|[: ](22|25|443) /.test(causes[code].next),
    );
    expect(fixed).toEqual([
      'dns.timeout',
      'dns.server-dead',
      'dns.tcp-missing',
      'tls.cert-expired',
      'http.acme-path-blocked',
      'smtp.login-required',
      'ntp.not-synchronised',
      'prober.egress-blocked',
      'prober.resolver-unfit',
    ]);
    for (const code of CAUSE_CODES) {
      expect(at(code, 'tcp', 4711)).not.toMatch(/\bPORT\b/);
    }
  });

  test('is for whoever runs the server that the redirect leads to when its certificate has ended', () => {
    const report = judge([open({}, [{ ...expired, ...met('203.0.113.20') }])], { kind: 'http', port: 80 });
    expect(report.fix).toContain('the https service of www.example.com, 203.0.113.20 port 443/tcp: Renew');
    expect(report.at).toEqual({ kind: 'https', host: 'www.example.com', port: 443, address: '203.0.113.20' });
    expect(report).not.toHaveProperty('rules');
  });

  test('gives allow rules for the address and port', () => {
    const report = judge([filtered()]);
    expect(report.fix).toContain('203.0.113.10 port 443/tcp');
    expect(report.rules).toHaveLength(14);
    expect(report.rules?.[0]?.rule).toContain('destination 203.0.113.10');
  });

  test.each(['192.168.7.1', '10.0.0.9', '127.0.0.1', 'fd00::1', '::1', '100.64.0.1'])(
    'gives none for %s, which no firewall at the edge knows',
    (address) => {
      const report = judge([filtered({ address })]);
      expect(report.cause).toBe('tcp.filtered');
      expect(report).not.toHaveProperty('rules');
    },
  );

  test('gives none for a refusal, which the host itself sent', () => {
    const report = judge([refused()]);
    expect(report.fix).toContain('203.0.113.10 port 443/tcp');
    expect(report).not.toHaveProperty('rules');
  });

  test('names the source and the time of the attempt with each rule', () => {
    const find = judge([filtered()]).rules?.find(({ product }) => product === 'Cisco ASA')?.find;
    expect(find).toContain('packet-tracer input outside tcp 198.51.100.7 40000 203.0.113.10 443');
    expect(find).toMatch(/on \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/);
  });

  test('gives none for what no firewall rule fixes', () => {
    expect(judge([open({}, [expired])])).not.toHaveProperty('rules');
  });

  test('gives none for the far end of a vendor, and says where to look', () => {
    const report = judge([filtered()], { isDependency: true });
    expect(report).not.toHaveProperty('rules');
    expect(report.fix).toContain('must let tcp port 443 out to it');
  });

  test('opens a restricted service to the vantage alone, never to everyone', () => {
    const report = judge([filtered()], { warnIfPublic: true });
    const asa = report.rules?.find(({ product }) => product === 'Cisco ASA')?.rule;
    expect(asa).toContain('permit tcp host 198.51.100.7 host 203.0.113.10 eq 443');
    expect(
      judgeEndpoint(endpoint({ warnIfPublic: true }), [filtered()], [vantage('local')]),
    ).not.toHaveProperty('rules');
  });

  test('writes one text a product for several addresses', () => {
    const report = judge([filtered(), filtered({ address: '203.0.113.11' })]);
    expect(report.rules).toHaveLength(14);
    const asa = report.rules?.find(({ product }) => product === 'Cisco ASA')?.rule;
    expect(asa).toContain('host 203.0.113.10 ');
    expect(asa).toContain('host 203.0.113.11 ');
  });
});

describe('evidence', () => {
  test("keeps the probe's own facts and the exchange, and nothing twice", () => {
    const [shown] = judge([open()]).observations;
    expect(Object.keys(shown?.evidence ?? {}).sort()).toEqual(['connect', 'exchange', 'kind', 'read']);
    expect(shown).toMatchObject({ state: 'open', localAddress: '192.168.1.5', attempt: 1 });
  });
});
