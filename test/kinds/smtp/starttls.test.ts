import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { offersPostQuantum } from '../../../lib/kinds/connection/tls-context.ts';
import type { Assertions } from '../../../lib/model/endpoint.ts';
import { type Authority, createAuthority, type Issued } from '../../certificates/authority.ts';
import { inFakeTime } from '../../servers/fake-time.ts';
import { mailFilter } from '../../servers/hello-filter.ts';
import type { Step } from '../../servers/smtp-script.ts';
import { causesOf, faultsOf, loopbackContext, probeAndDiagnose, scenario, smtpSpec } from './scenario.ts';

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
      /STARTTLS\n220[^\n]*\nTLS handshake done: TLSv1\.3 [A-Z0-9_]+; \d certificates?: [^\n]+\nEHLO prober/,
    );
  });

  test('that refuses the recipient inside TLS is reported as such', async () => {
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
    expect(causesOf(finding)).toEqual(['tls.chain-incomplete']);
    expect(finding.summary).toMatch(/RFC 8460: certificate-not-trusted/);
  });
});

describe('smtps without a greeting: TLS was used, so no middlebox is suspected', () => {
  test.each<[string, Step[], RegExp, number]>([
    ['FIN', [{ end: 'fin' }], /finishes the TLS handshake, and then closed the connection/, 30_000],
    ['RST', [{ end: 'reset' }], /finishes the TLS handshake, and then reset the connection/, 30_000],
    [
      'silence',
      [{ after: 5_000, say: '220 late' }],
      /finishes the TLS handshake, and then stays silent/,
      3_000,
    ],
  ])('%s', async (_, steps, says, timeoutMs) => {
    const { finding } = await scenario(steps, {
      spec: { kind: 'smtps', timeoutMs },
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

describe('what is asked of TLS by name fails, though senders put up with it', () => {
  const until = (days: number) => ({
    notBefore: new Date(Date.now() - 90 * DAY),
    notAfter: new Date(Date.now() + days * DAY),
  });
  const session = async (steps: Step[], assertions: Assertions) =>
    (await scenario(steps, { spec: { assertions }, context: { trustAnchors: [authority.root] } })).finding;

  test.each<[what: string, days: number, assertions: Assertions, faults: string[]]>([
    ['few days', 10, { certDaysFail: 14 }, ['tls.cert-expires-soon fail service']],
    ['few days, a warning asked for', 10, { certDaysWarn: 14 }, ['tls.cert-expires-soon warn service']],
    ['few days, but enough', 10, { certDaysFail: 7 }, ['tls.cert-expires-soon warn service']],
    ['expired', -1, { certDaysFail: 14 }, ['tls.cert-expired fail service']],
    ['expired, and nothing asked', -1, {}, ['tls.cert-expired warn service']],
  ])('%s', async (_, days, assertions, faults) => {
    const leaf = await authority.issue({ names: ['localhost'], ip: ['127.0.0.1'], ...until(days) });
    expect(faultsOf(await session(starttls(tlsOf(leaf)), assertions))).toEqual(faults);
  });

  test.each<[Assertions, 'warn' | 'fail']>([
    [{ tlsMinVersion: 'TLSv1.3' }, 'fail'],
    [{ certDaysFail: 7 }, 'warn'],
  ])('an old version, with %j', async (assertions, severity) => {
    const old = starttls({ ...tlsOf(good), maxVersion: 'TLSv1.2' });
    const faults = faultsOf(await session(old, assertions));
    if (severity === 'fail') expect(faults).toContain('tls.protocol-too-old fail service');
    else expect(faults).toEqual([]);
  });

  test.each<[Assertions, 'warn' | 'fail']>([
    [{ certDaysFail: 7 }, 'fail'],
    [{ tlsMinVersion: 'TLSv1.2' }, 'fail'],
    [{ certDaysWarn: 7 }, 'warn'],
  ])('no STARTTLS at all, with %j', async (assertions, severity) => {
    const port = await realServer({ hideSTARTTLS: true });
    const { finding } = await probeAndDiagnose(smtpSpec(port, { assertions }));
    expect(faultsOf(finding)).toEqual([`smtp.starttls-missing ${severity} service`]);
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
    const { observation, finding } = await scenario(steps, { checksOrder: false });
    expect(observation.smtp).toMatchObject({ lastPhase: 'starttls-handshake', starttls: { code: 220 } });
    expect(finding.state).toBe('open');
    expect(faultsOf(finding)[0]).toBe('smtp.starttls-failed fail service');
    expect(
      finding.faults.slice(1).map(({ cause, severity }) => `${cause.split('.')[0]} ${severity}`),
    ).toEqual(['tls warn']);
    expect(finding.summary).toMatch(says);
  });

  test('a handshake that hangs ends with the budget', async () => {
    const { observation, finding } = await inFakeTime(() =>
      scenario(
        [
          { say: '220 mx' },
          { on: /^EHLO/, say: '250-mx\r\n250 STARTTLS' },
          { on: /^STARTTLS$/, say: '220 go' },
          { after: 5_000 },
        ],
        { spec: { timeoutMs: 500 }, checksOrder: false },
      ),
    );
    expect(observation.smtp).toMatchObject({ end: 'timeout', lastPhase: 'starttls-handshake' });
    expect(causesOf(finding)).toEqual(['smtp.starttls-failed', 'tls.handshake-timeout']);
    expect(observation.timings.total).toBeLessThan(550 + 20);
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
  expect(finding.summary).toMatch(/discarded/);
  expect(JSON.stringify(observation.smtp)).not.toMatch(/FORGED/);
});

describe('a ClientHello behind STARTTLS', () => {
  const LIMIT = 1_400;
  const checked = async (judge: Parameters<typeof mailFilter>[1]) => {
    const port = await realServer({ ...tlsOf(good), onRcptTo: (_address, _session, callback) => callback() });
    const sizes: number[] = [];
    const filter = await mailFilter(port, (bytes, before) => {
      sizes.push(bytes);
      return judge(bytes, before);
    });
    const seen = await inFakeTime(() =>
      probeAndDiagnose(
        smtpSpec(filter.port, { assertions: { recipient: 'reply@example.org' }, timeoutMs: 60_000 }),
        trusting(),
      ),
    );
    await filter.close();
    return { ...seen, sizes };
  };

  // OpenSSL 3.5: Node 24, not Node 20.
  describe.runIf(offersPostQuantum())('with a post-quantum key', () => {
    test('that is swallowed for its size is a warning, and the session with a small one is judged whole', async () => {
      const { observation, finding, sizes } = await checked((bytes) => (bytes > LIMIT ? 'swallow' : 'pass'));
      expect(sizes.map((bytes) => bytes > 1_460)).toEqual([true, false, true]);
      expect(finding.faults.map(({ cause, severity, side }) => [cause, severity, side])).toEqual([
        ['tls.large-hello-dropped', 'warn', 'network'],
      ]);
      expect(observation.hello).toEqual({
        small: sizes[1],
        large: sizes[0],
        answered: true,
        largeAnswered: false,
      });
      expect(observation.smtp).toMatchObject({
        lastPhase: 'quit',
        tls: { handshake: { status: 'complete' }, trust: { status: 'anchored' } },
        recipient: { reply: { code: 250 } },
      });
    });

    test('that is answered the next time was no matter of size, and the first failure counts', async () => {
      const { observation, finding, sizes } = await checked((_, before) =>
        before === 0 ? 'swallow' : 'pass',
      );
      expect(sizes).toHaveLength(3);
      expect(observation.hello).toBeUndefined();
      expect(finding.faults[0]?.cause).toBe('smtp.starttls-failed');
    });

    test('and one with a small one that are both swallowed fail as before', async () => {
      const { observation, finding, sizes } = await checked(() => 'swallow');
      expect(sizes).toHaveLength(2);
      expect(observation.hello).toBeUndefined();
      expect(finding.faults[0]?.cause).toBe('smtp.starttls-failed');
    });

    test('that is answered costs no second session', async () => {
      const { sizes, finding } = await checked(() => 'pass');
      expect(sizes).toHaveLength(1);
      expect(finding.faults).toEqual([]);
    });
  });

  describe.runIf(!offersPostQuantum())('without one', () => {
    test('is small, since a mail server may refuse names that would make it large', async () => {
      const { sizes, finding } = await checked((bytes) => (bytes > LIMIT ? 'swallow' : 'pass'));
      expect(sizes.map((bytes) => bytes < 600)).toEqual([true]);
      expect(finding.faults).toEqual([]);
    });
  });
});
