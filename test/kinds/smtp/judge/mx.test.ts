import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ProbeContext } from '../../../../lib/kinds/contract/probe.ts';
import { systemClock } from '../../../../lib/net/clock.ts';
import type { Resolver } from '../../../../lib/net/network-access.ts';
import { createResolver } from '../../../../lib/net/resolver.ts';
import { type DnsServer, startDnsServer, type Zone } from '../../../servers/dns-server.ts';
import { inFakeTime } from '../../../servers/fake-time.ts';
import { type SmtpScript, serveSmtp } from '../../../servers/smtp-script.ts';
import { faultsOf, loopbackContext, probeAndDiagnose, smtpSpec } from '../scenario.ts';

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
  'literal.example': { MX: [{ preference: 10, exchange: '192.0.2.25' }] },
  'literal-here.example': { MX: [{ preference: 10, exchange: PUBLIC }] },
  'digits.example': { MX: [{ preference: 10, exchange: '192.0.2' }] },
  'literal-beside.example': {
    MX: [
      { preference: 10, exchange: '192.0.2.25' },
      { preference: 20, exchange: HOST },
    ],
  },
  'alias.example': { MX: [{ preference: 10, exchange: 'mail.customer.example' }] },
  'mail.customer.example': { CNAME: HOST },
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
    [
      'an MX that is an IP address fails',
      'literal.example',
      ['smtp.mx-is-address fail dns', CLEAR],
      /is an IP address \(192\.0\.2\.25\)/,
    ],
    [
      'an MX that is the very address dialled fails as well',
      'literal-here.example',
      ['smtp.mx-is-address fail dns', CLEAR],
    ],
    ['an MX of digits and dots alone fails', 'digits.example', ['smtp.mx-is-address fail dns', CLEAR]],
    [
      'an IP address beside a host name is skipped, with a warning',
      'literal-beside.example',
      [CLEAR, 'smtp.mx-elsewhere warn dns', 'smtp.mx-is-address warn dns'],
    ],
    [
      'an MX that is an alias warns',
      'alias.example',
      [CLEAR, 'smtp.mx-is-alias warn dns'],
      /mail\.customer\.example → mx\.customer\.example/,
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
    // Asked for by name and not learnt: no pass.
    expect(finding.state).toBe(faults[0]?.startsWith('dns.') ? 'inconclusive' : 'open');
    if (says !== undefined) expect(finding.faults.map(({ summary }) => summary).join('\n')).toMatch(says);
  });

  test.each([
    [587, 'smtp.mx-elsewhere', ['203.0.113.9']],
    [25, undefined, [PUBLIC]],
  ] as const)(
    'a pin of the exchange for port %i decides for that port alone',
    async (port, cause, addresses) => {
      const pins = [{ host: 'mx.provider.example', port, address: PUBLIC }];
      const resolver = createResolver({ servers: [dns.address], pins, timeoutMs: 400, clock: systemClock });
      const spec = { host: HOST, port: 587, address: PUBLIC, assertions: { mxDomain: 'elsewhere.example' } };
      const { observation, finding } = await probeAndDiagnose(smtpSpec(587, spec), { ...context, resolver });
      expect(observation.smtp?.mx?.addresses).toEqual(addresses);
      expect(finding.faults.find((one) => one.cause.startsWith('smtp.mx'))?.cause).toBe(cause);
    },
  );

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

  test('the wrong MX is reported even when the connect is refused', async () => {
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

describe('a denial of a resolver that does not pass the controls says nothing about the domain', () => {
  const CLOSED: Zone = { '.': { NS: ['ns.corp.test'] }, com: { rcode: 'NXDOMAIN' } };
  const UNFIT = 'prober.resolver-unfit warn prober';
  const asking = async (domain: string, ...zones: readonly Zone[]) => {
    const servers = await Promise.all(zones.map((zone) => startDnsServer(zone)));
    const addresses = servers.map(({ address }) => address);
    const resolver = createResolver({ servers: addresses, pins: [], timeoutMs: 2_000, clock: systemClock });
    context = { ...context, resolver };
    const seen = await probe(domain);
    await Promise.all(servers.map((server) => server.close()));
    return seen;
  };

  test.each<[string, Zone]>([
    ['no such domain', { ...CLOSED, '*': { rcode: 'NXDOMAIN' } }],
    ['no MX and no address', { ...CLOSED, 'gone.example': {} }],
    [
      'the exchange does not exist',
      { ...CLOSED, 'gone.example': { MX: [{ preference: 1, exchange: HOST }] } },
    ],
  ])('%s', async (_, zone) => {
    const { finding, observation } = await asking('gone.example', zone);
    expect(faultsOf(finding).sort()).toEqual([UNFIT, CLEAR].sort());
    expect(observation.smtp?.mx?.doubted).toBe(true);
    // That an address has no name is a denial, too.
    expect(observation.smtp?.ptr).toBeUndefined();
  });

  test('a second one that passes them is believed, in both directions', async () => {
    const unfit: Zone = { ...CLOSED, '*': { rcode: 'NXDOMAIN' } };
    const there = await asking('here.example', unfit, ZONE);
    expect(faultsOf(there.finding)).toEqual([CLEAR]);
    expect(there.observation.smtp?.ptr).toEqual([HOST]);
    const gone = await asking('missing.example', unfit, ZONE);
    expect(faultsOf(gone.finding)).toEqual(['smtp.mx-elsewhere fail dns', CLEAR]);
  });

  test('two that fail them are not', async () => {
    const unfit: Zone = { ...CLOSED, '*': { rcode: 'NXDOMAIN' } };
    const { finding } = await asking('here.example', unfit, unfit);
    expect(faultsOf(finding).sort()).toEqual([UNFIT, CLEAR].sort());
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
      validate: () => new Promise(() => {}),
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
      validate: () => new Promise(() => {}),
    };
    context = { ...context, resolver: never };
    const { finding, observation } = await inFakeTime(() =>
      probe('here.example', { timeoutMs: 600, assertions: { mxDomain: 'here.example' } }),
    );
    expect(observation.smtp?.mx?.error).toBe('TIMEOUT');
    expect(finding.state).toBe('inconclusive');
    expect(faultsOf(finding)).toEqual(['dns.timeout warn dns', CLEAR]);
    // The budget, and what the look-ups that nobody asked for get after it.
    expect(observation.timings.total).toBeLessThan(600 + 200 + 20);
  });
});
