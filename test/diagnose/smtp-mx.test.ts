import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../lib/net/clock.ts';
import { createResolver } from '../../lib/net/resolver.ts';
import type { ProbeContext, Resolver } from '../../lib/probe/probe.ts';
import { faultsOf, loopbackContext, probeAndDiagnose, smtpSpec } from '../probe/smtp-scenario.ts';
import { type DnsServer, startDnsServer, type Zone } from '../servers/dns-server.ts';
import { type SmtpScript, serveSmtp } from '../servers/smtp-script.ts';

const HOST = 'mx.customer.example';
/** Looks public to the probe; the dial of these tests leads to loopback, so that nothing is sent to it. */
const PUBLIC = '198.41.0.4';
const PTR_NAME = '4.0.41.198.in-addr.arpa';

const ZONE: Zone = {
  [PTR_NAME]: { PTR: ['mx.customer.example'] },
  'here.example': { MX: [{ preference: 10, exchange: HOST }] },
  [HOST]: { A: [PUBLIC, '127.0.0.1'], AAAA: ['2001:db8:0::25'] },
  'elsewhere.example': { MX: [{ preference: 10, exchange: 'mx.provider.example' }] },
  'mx.provider.example': { A: ['203.0.113.9'] },
  'fallback.example': {
    MX: [
      { preference: 50, exchange: HOST },
      { preference: 10, exchange: 'mx.provider.example' },
    ],
  },
  'null.example': { MX: [{ preference: 0, exchange: '.' }] },
  'implicit.example': { A: [PUBLIC] },
  'implicit-elsewhere.example': { A: ['203.0.113.9'] },
  'nowhere.example': { MX: [{ preference: 10, exchange: 'gone.example' }] },
  'six-only.example': { MX: [{ preference: 10, exchange: 'six.provider.example' }] },
  'six.provider.example': { AAAA: ['2001:db8::99'] },
  'broken.example': { rcode: 'SERVFAIL' },
  'silent.example': { silent: true },
};

let dns: DnsServer;
let mail: SmtpScript;
let context: ProbeContext;

beforeEach(async () => {
  dns = await startDnsServer(ZONE);
  mail = await serveSmtp([{ say: '220 mx ESMTP' }, { on: /^EHLO/, say: '250-mx\r\n250 SIZE' }]);
  const base = loopbackContext();
  context = {
    ...base,
    resolver: createResolver({ servers: [dns.address], pins: [], timeoutMs: 400, clock: systemClock }),
    dial: (_address, _port, options) => base.dial('127.0.0.1', mail.port, options),
  };
});
afterEach(async () => {
  await dns.close();
  await mail.close();
});

const probe = (mxDomain: string | undefined, more: Parameters<typeof smtpSpec>[1] = {}) =>
  probeAndDiagnose(
    smtpSpec(25, {
      host: HOST,
      address: PUBLIC,
      ...(mxDomain === undefined ? {} : { assertions: { mxDomain } }),
      ...more,
    }),
    context,
  );

const CLEAR = 'smtp.starttls-missing warn service';

describe('where the mail of a domain goes', () => {
  test.each<[string, string, string[], RegExp?]>([
    ['an MX that names the dialled address is right', 'here.example', [CLEAR]],
    [
      'an MX elsewhere fails',
      'elsewhere.example',
      ['smtp.mx-elsewhere fail dns', CLEAR],
      /goes to 203\.0\.113\.9 \(MX 10 mx\.provider\.example\), not to 198\.41\.0\.4/,
    ],
    [
      'an MX that names the address only as a fallback warns',
      'fallback.example',
      [CLEAR, 'smtp.mx-elsewhere warn dns'],
      /senders try mx\.provider\.example first/,
    ],
    ['a null MX fails when the domain should take mail', 'null.example', ['smtp.null-mx fail dns', CLEAR]],
    ['without MX the domain itself is its MX', 'implicit.example', [CLEAR]],
    [
      'without MX the address of the domain itself can be elsewhere',
      'implicit-elsewhere.example',
      ['smtp.mx-elsewhere fail dns', CLEAR],
      /no MX record, so its own address counts/,
    ],
    [
      'an MX without address reaches nobody',
      'nowhere.example',
      ['smtp.mx-elsewhere fail dns', CLEAR],
      /reaches no server/,
    ],
    [
      'a domain that does not exist gets no mail',
      'missing.example',
      ['smtp.mx-elsewhere fail dns', CLEAR],
      /NXDOMAIN/,
    ],
    [
      'an MX with the other family alone warns for a name',
      'six-only.example',
      [CLEAR, 'smtp.mx-elsewhere warn dns'],
    ],
    ['SERVFAIL leaves it open', 'broken.example', ['dns.servfail warn dns', CLEAR]],
    ['silence leaves it open', 'silent.example', ['dns.timeout warn dns', CLEAR]],
  ])('%s', async (_, domain, faults, says) => {
    const { finding } = await probe(domain);
    expect(faultsOf(finding)).toEqual(faults);
    expect(finding.state).toBe('open');
    if (says !== undefined) expect(finding.faults.map(({ summary }) => summary).join('\n')).toMatch(says);
  });

  test('the evidence holds records, addresses and PTR', async () => {
    const { observation } = await probe('fallback.example');
    expect(observation.smtp?.ptr).toEqual([HOST]);
    expect(observation.smtp?.mx).toMatchObject({
      domain: 'fallback.example',
      nullMx: false,
      records: [
        { preference: 10, exchange: 'mx.provider.example', addresses: ['203.0.113.9'] },
        { preference: 50, exchange: HOST },
      ],
    });
    expect(observation.smtp?.mx?.addresses).toContain(PUBLIC);
  });

  test('one IPv6 address has many spellings', async () => {
    const { finding } = await probe('here.example', {
      address: '2001:0DB8::0:25',
      family: 6,
      assertions: { mxDomain: 'here.example' },
    });
    expect(faultsOf(finding)).toEqual([CLEAR]);
  });

  test('an IP literal whose domain has an MX of the other family alone fails', async () => {
    const { finding } = await probe('six-only.example', {
      host: PUBLIC,
      assertions: { mxDomain: 'six-only.example' },
    });
    expect(faultsOf(finding)).toContain('smtp.mx-elsewhere fail dns');
  });

  test('the wrong MX is told even when the connect is refused', async () => {
    const gone = mail.port;
    await mail.close();
    const base = loopbackContext();
    context = { ...context, dial: (_a, _p, options) => base.dial('127.0.0.1', gone, options) };
    const { finding, observation } = await probe('elsewhere.example');
    expect(observation.smtp).toMatchObject({ lastPhase: 'connect' });
    expect(faultsOf(finding)).toEqual(['tcp.refused fail host', 'smtp.mx-elsewhere fail dns']);
    expect(finding.state).toBe('closed');
  });

  test('a null MX of the probed host itself is a remark', async () => {
    const { finding } = await probe(undefined, { host: 'null.example' });
    expect(faultsOf(finding)).toEqual([CLEAR, 'smtp.null-mx warn dns']);
  });
});

describe('restraint in look-ups', () => {
  test('without an asserted domain the exchanges are not followed', async () => {
    const { observation } = await probe(undefined, { host: 'elsewhere.example' });
    expect(observation.smtp?.mx?.records).toEqual([{ preference: 10, exchange: 'mx.provider.example' }]);
    expect(dns.queries.map(({ name, type }) => `${name} ${type}`).sort()).toEqual([
      `${PTR_NAME} PTR`,
      'elsewhere.example MX',
    ]);
  });

  test('an IP literal is asked its PTR only', async () => {
    const { observation } = await probe(undefined, { host: PUBLIC });
    expect(observation.smtp?.ptr).toEqual([HOST]);
    expect(dns.queries.map(({ type }) => type)).toEqual(['PTR']);
  });

  test.each(['127.0.0.1', '10.0.0.25', 'fd00::25'])(
    'nothing is asked about the private address %s',
    async (address) => {
      const { observation } = await probe(undefined, { address, host: 'mail.internal' });
      expect(observation.smtp?.ptr).toBeUndefined();
      expect(dns.queries).toEqual([]);
    },
  );

  test('look-ups that never end neither slow nor fail a session', async () => {
    const never: Resolver = {
      servers: ['192.0.2.53'],
      addresses: () => new Promise(() => {}),
      ask: () => new Promise(() => {}),
    };
    context = { ...context, resolver: never };
    const { finding, observation } = await probe(undefined);
    expect(faultsOf(finding)).toEqual([CLEAR]);
    expect(observation.smtp).toMatchObject({ end: 'complete', lastPhase: 'quit' });
    expect(observation.smtp?.ptr).toBeUndefined();
  });

  test('an asserted domain that never answers is bounded by the budget of the probe', async () => {
    const never: Resolver = {
      servers: ['192.0.2.53'],
      addresses: () => new Promise(() => {}),
      ask: () => new Promise(() => {}),
    };
    context = { ...context, resolver: never };
    const { finding, observation } = await probe('here.example', {
      timeoutMs: 600,
      assertions: { mxDomain: 'here.example' },
    });
    expect(observation.smtp?.mx?.error).toBe('TIMEOUT');
    expect(faultsOf(finding)).toEqual(['dns.timeout warn dns', CLEAR]);
    expect(observation.timings.total).toBeLessThan(5_000);
  });
});
