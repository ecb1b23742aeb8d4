import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Assertions } from '../../lib/model/endpoint.ts';
import { type Authority, createAuthority, type Issued } from '../certificates/authority.ts';
import type { Step } from '../servers/smtp-script.ts';
import {
  causesOf,
  faultsOf,
  loopbackContext,
  probeAndDiagnose,
  scenario,
  smtpSpec,
} from './smtp-scenario.ts';

const DAY = 86_400_000;
const STRICT: Assertions = { starttls: true };

let authority: Authority;
let good: Issued;
const servers: SMTPServer[] = [];

beforeAll(async () => {
  authority = await createAuthority();
  good = await authority.issue({ names: ['localhost'], ip: ['127.0.0.1'] });
});
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise<void>((resolve) => server.close(() => resolve()));
});

/** A real mail server, Nodemailer's, on loopback. It asks DNS nothing about its clients. */
async function realServer(options: SMTPServerOptions): Promise<number> {
  const server = new SMTPServer({
    ...tlsOf(good),
    disableReverseLookup: true,
    authOptional: true,
    name: 'mx.example.com',
    ...options,
  });
  servers.push(server);
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const trusting = () => loopbackContext({ trustAnchors: [authority.root] });
const tlsOf = ({ key, chain }: Issued) => ({ key, cert: chain });

/** Greeting, EHLO with STARTTLS, 220, then TLS with `tls` and a second EHLO. */
const starttls = (tls: Step['tls'], after: readonly Step[] = SECOND_EHLO): Step[] => [
  { say: '220 mx' },
  { on: /^EHLO/, say: '250-mx\r\n250 STARTTLS' },
  { on: /^STARTTLS$/, say: '220 go', ...(tls === undefined ? {} : { tls }) },
  ...after,
];
const SECOND_EHLO: readonly Step[] = [{ on: /^EHLO/, say: '250-mx\r\n250 SIZE 1' }];

describe('a real mail server', () => {
  test('with STARTTLS and a good certificate is open without a fault', async () => {
    const port = await realServer({ ...tlsOf(good), onRcptTo: (_address, _session, callback) => callback() });
    const { observation, finding } = await probeAndDiagnose(
      smtpSpec(port, { assertions: { starttls: true, recipient: 'reply@example.org' } }),
      trusting(),
    );
    expect(finding).toMatchObject({ state: 'open', faults: [] });
    expect(finding.summary).toMatch(/STARTTLS with TLSv1\.3; reply@example\.org is accepted \(250\)/);
    expect(observation.smtp).toMatchObject({
      end: 'complete',
      lastPhase: 'quit',
      starttlsOffered: true,
      starttls: { code: 220 },
      tls: {
        handshake: { status: 'complete' },
        servername: 'localhost',
        nameMatch: { ok: true },
        trust: { status: 'anchored' },
      },
      mail: { code: 250 },
    });
    expect(observation.smtp?.extensionsAfterTls).not.toContain('STARTTLS');
    expect(observation.timings.tls).toBeGreaterThan(0);
    expect(observation.exchange.map(({ text }) => text).join('\n')).toMatch(
      /STARTTLS\n220[^\n]*\nTLS handshake done: TLSv1\.3 \S+\nEHLO prober/,
    );
  });

  test('that refuses the recipient inside TLS is told so', async () => {
    const port = await realServer({
      ...tlsOf(good),
      onRcptTo: ({ address }, _session, callback) =>
        callback(Object.assign(new Error(`no mailbox ${address}`), { responseCode: 550 })),
    });
    const { finding } = await probeAndDiagnose(
      smtpSpec(port, { assertions: { recipient: 'nobody@example.org', relayTest: true } }),
      trusting(),
    );
    expect(faultsOf(finding)).toEqual(['smtp.recipient-refused fail service']);
    expect(finding.summary).toMatch(/nobody@example\.org with "550/);
  });

  test('that greylists is a warning', async () => {
    const port = await realServer({
      ...tlsOf(good),
      onRcptTo: (_address, _session, callback) =>
        callback(Object.assign(new Error('4.7.1 Greylisting in action'), { responseCode: 450 })),
    });
    const { finding } = await probeAndDiagnose(
      smtpSpec(port, { assertions: { recipient: 'reply@example.org' } }),
      trusting(),
    );
    expect(faultsOf(finding)).toEqual(['smtp.recipient-greylisted warn service']);
    expect(finding.summary).toMatch(/by greylisting/);
  });

  test('that turns the client away at the connect is a refusal', async () => {
    const port = await realServer({
      onConnect: (_session, callback) => callback(Object.assign(new Error('go away'), { responseCode: 554 })),
    });
    const { finding } = await probeAndDiagnose(smtpSpec(port));
    expect(faultsOf(finding)).toEqual(['smtp.rejected-on-connect fail service']);
  });

  test('without STARTTLS warns', async () => {
    const port = await realServer({ hideSTARTTLS: true });
    const { finding } = await probeAndDiagnose(smtpSpec(port));
    expect(faultsOf(finding)).toEqual(['smtp.starttls-missing warn service']);
  });

  test('over smtps is open, its certificate and oldest protocol in the evidence', async () => {
    const port = await realServer({ ...tlsOf(good), secure: true, minVersion: 'TLSv1.2' });
    const { observation, finding } = await probeAndDiagnose(
      smtpSpec(port, { kind: 'smtps', oldProtocols: true }),
      trusting(),
    );
    expect(finding).toMatchObject({ state: 'open', faults: [] });
    expect(observation.kind).toBe('smtps');
    expect(observation.smtp).toMatchObject({
      banner: { code: 220 },
      tls: { handshake: { status: 'complete' }, oldestProtocol: 'TLSv1.2' },
    });
    expect(observation.smtp?.starttls).toBeUndefined();
  });

  test('that speaks in clear where smtps was expected is named, with the way to test it', async () => {
    const port = await realServer({});
    const { observation, finding } = await probeAndDiagnose(smtpSpec(port, { kind: 'smtps' }), trusting());
    expect(observation.smtp?.lastPhase).toBe('tls');
    expect(causesOf(finding)).toEqual(['tls.not-tls']);
    expect(finding.state).toBe('broken');
    expect(finding.summary).toMatch(/smtp:\/\//);
  });
});

describe('certificates', () => {
  test.each<[string, Parameters<Authority['issue']>[0], string[]]>([
    [
      'an expired one',
      {
        names: ['localhost'],
        notBefore: new Date(Date.now() - 90 * DAY),
        notAfter: new Date(Date.now() - DAY),
      },
      ['tls.cert-expired'],
    ],
    ['one for another name', { names: ['mail.example.org'] }, ['tls.cert-name-mismatch']],
    [
      'an expired one for another name',
      {
        names: ['mail.example.org'],
        notBefore: new Date(Date.now() - 90 * DAY),
        notAfter: new Date(Date.now() - DAY),
      },
      ['tls.cert-expired', 'tls.cert-name-mismatch'],
    ],
  ])(
    '%s warns on STARTTLS, fails where it is required, and fails on smtps',
    async (_, certificate, causes) => {
      const tls = tlsOf(await authority.issue(certificate));
      const context = { trustAnchors: [authority.root] };
      const lax = await scenario(starttls(tls), { context });
      expect(lax.finding.state).toBe('open');
      expect(faultsOf(lax.finding)).toEqual(causes.map((cause) => `${cause} warn service`));
      expect(lax.finding.summary).toMatch(/RFC 8460: certificate-(expired|host-mismatch)/);

      const strict = await scenario(starttls(tls), { context, spec: { assertions: STRICT } });
      expect(faultsOf(strict.finding)).toEqual(causes.map((cause) => `${cause} fail service`));

      const implicit = await scenario([{ say: '220 mx' }, ...SECOND_EHLO], {
        context,
        spec: { kind: 'smtps' },
        implicitTls: tls,
      });
      expect(implicit.finding.state).toBe('open');
      expect(faultsOf(implicit.finding)).toEqual(causes.map((cause) => `${cause} fail service`));
    },
  );

  test('one from an authority that nobody trusts is certificate-not-trusted', async () => {
    const { finding } = await scenario(starttls(tlsOf(good)));
    expect(causesOf(finding)).toEqual(['tls.chain-incomplete', 'tls.cert-untrusted-root']);
    expect(finding.summary).toMatch(/RFC 8460: certificate-not-trusted/);
  });
});

describe('smtps without a greeting: TLS was spoken, so no middlebox is suspected', () => {
  test.each<[string, Step[], RegExp]>([
    ['FIN', [{ after: 20, end: 'fin' }], /finishes the TLS handshake, and then closed the connection/],
    ['RST', [{ after: 20, end: 'reset' }], /finishes the TLS handshake, and then reset the connection/],
    ['silence', [{ after: 5_000, say: '220 late' }], /finishes the TLS handshake, and then stays silent/],
  ])('%s', async (_, steps, says) => {
    const { finding } = await scenario(steps, {
      spec: { kind: 'smtps', timeoutMs: 600 },
      implicitTls: tlsOf(good),
      context: { trustAnchors: [authority.root] },
    });
    expect(finding.state).toBe('broken');
    expect(faultsOf(finding)).toEqual(['smtp.no-banner fail service']);
    expect(finding.summary).toMatch(says);
  });

  test('its certificate is judged all the same', async () => {
    const expired = { notBefore: new Date(Date.now() - 90 * DAY), notAfter: new Date(Date.now() - DAY) };
    const { finding } = await scenario([{ say: '421 too busy' }], {
      spec: { kind: 'smtps' },
      implicitTls: tlsOf(await authority.issue({ names: ['localhost'], ...expired })),
      context: { trustAnchors: [authority.root] },
    });
    expect(causesOf(finding)).toEqual(['tls.cert-expired', 'smtp.temporarily-unavailable']);
  });
});

describe('STARTTLS that does not work', () => {
  test.each<[string, Step[], RegExp]>([
    [
      'the connection is closed instead of a handshake',
      [
        { say: '220 mx' },
        { on: /^EHLO/, say: '250-mx\r\n250 STARTTLS' },
        { on: /^STARTTLS$/, say: '220 go', end: 'fin' },
      ],
      /TLS after STARTTLS failed/,
    ],
    [
      'no cipher in common',
      starttls({ ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' }, []),
      /TLS after STARTTLS failed/,
    ],
  ])('%s', async (_, steps, says) => {
    const { observation, finding } = await scenario(steps);
    expect(observation.smtp).toMatchObject({ lastPhase: 'starttls-handshake', starttls: { code: 220 } });
    expect(finding.state).toBe('open');
    expect(faultsOf(finding)[0]).toBe('smtp.starttls-failed fail service');
    expect(
      finding.faults.slice(1).map(({ cause, severity }) => `${cause.split('.')[0]} ${severity}`),
    ).toEqual(['tls warn']);
    expect(finding.summary).toMatch(says);
  });

  test('a handshake that hangs ends with the budget', async () => {
    const { observation, finding } = await scenario(
      [
        { say: '220 mx' },
        { on: /^EHLO/, say: '250-mx\r\n250 STARTTLS' },
        { on: /^STARTTLS$/, say: '220 go' },
        { after: 5_000 },
      ],
      { spec: { timeoutMs: 500 }, manners: false },
    );
    expect(observation.smtp).toMatchObject({ end: 'timeout', lastPhase: 'starttls-handshake' });
    expect(causesOf(finding)).toEqual(['smtp.starttls-failed', 'tls.handshake-timeout']);
    expect(observation.timings.total).toBeLessThan(2_000);
  });

  test('EHLO refused inside TLS failed there', async () => {
    const { finding } = await scenario(starttls(tlsOf(good), [{ on: /^EHLO/, say: '554 no' }]), {
      context: { trustAnchors: [authority.root] },
    });
    expect(faultsOf(finding)).toEqual(['smtp.starttls-failed fail service']);
    expect(finding.summary).toMatch(/refused EHLO with "554 no"/);
  });

  test('a server that leaves after the handshake failed there', async () => {
    const { finding } = await scenario(starttls(tlsOf(good), [{ on: /^EHLO/, end: 'fin' }]), {
      context: { trustAnchors: [authority.root] },
    });
    expect(faultsOf(finding)).toEqual(['smtp.starttls-failed fail service']);
    expect(finding.summary).toMatch(/closed the connection in answer to EHLO/);
  });
});

test('bytes in clear behind the 220 to STARTTLS are thrown away, not taken for an encrypted reply', async () => {
  // RFC 3207 §4.2, CVE-2011-0411: the forged reply says that relaying is open.
  const forged = '250-evil\r\n250 FORGED\r\n';
  const steps: Step[] = [
    { say: '220 mx' },
    { on: /^EHLO/, say: '250-mx\r\n250 STARTTLS' },
    { on: /^STARTTLS$/, say: Buffer.from(`220 go\r\n${forged}`), tls: tlsOf(good) },
    ...SECOND_EHLO,
  ];
  const { observation, server, finding } = await scenario(steps, {
    context: { trustAnchors: [authority.root] },
  });
  expect(observation.smtp?.discardedAfterStarttls).toBe(forged.length);
  expect(observation.smtp?.extensionsAfterTls).toEqual(['SIZE 1']);
  expect(server.heard.filter((line) => line.startsWith('EHLO'))).toHaveLength(2);
  expect(finding.summary).toMatch(/thrown away/);
  expect(JSON.stringify(observation.smtp)).not.toMatch(/FORGED/);
});
