import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProbeContext } from '../../../lib/kinds/contract/probe.ts';
import { diagnoseDns } from '../../../lib/kinds/dns/diagnosis.ts';
import { DnsObservation } from '../../../lib/kinds/dns/observation.ts';
import { probeDns } from '../../../lib/kinds/dns/probe.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';
import type { CauseCode } from '../../../lib/model/vocabulary.ts';
import { answerTo, startDnsScript } from '../../servers/dns-script.ts';
import { type DnsServer, startDnsServer, type ZoneName } from '../../servers/dns-server.ts';
import { testContext, testSpec, testVantage } from '../../servers/probe-context.ts';

const PUBLIC4 = '162.55.130.83';
const PUBLIC6 = '2606:4700:4700::1111';

let first: DnsServer;
let second: DnsServer;
let rootless: DnsServer;
beforeAll(async () => {
  const silent = { 'dead.test': { silent: true } };
  first = await startDnsServer({
    'www.test': { A: [PUBLIC4], AAAA: [PUBLIC6], TXT: ['v=spf1 -all'], NS: ['ns.test'] },
    'alias.test': { CNAME: 'www.test' },
    'mail.test': { MX: [{ preference: 10, exchange: 'mx.test' }] },
    'empty.test': {},
    'dangling.test': { CNAME: 'gone.test' },
    'dangling2.test': { CNAME: 'empty.test' },
    'loop.test': { CNAME: 'loop.test' },
    'private.test': { A: [PUBLIC4, '10.0.0.5'] },
    'metadata.test': { A: ['169.254.169.254'] },
    'servfail.test': { rcode: 'SERVFAIL' },
    'servfail2.test': { rcode: 'SERVFAIL' },
    'refused.test': { rcode: 'REFUSED' },
    'half.test': { A: [PUBLIC4], rcode: 'SERVFAIL', onlyType: 'AAAA' },
    'denied6.test': { A: [PUBLIC4], rcode: 'NXDOMAIN', onlyType: 'AAAA' },
    'foreign.test': { A: [PUBLIC4], ownedBy: 'elsewhere.test' },
    ...silent,
  });
  second = await startDnsServer({
    'servfail.test': { rcode: 'SERVFAIL' },
    'servfail2.test': { A: [PUBLIC4] },
    'refused.test': { rcode: 'REFUSED' },
    'lost.test': { A: [PUBLIC4] },
    'denied6.test': { A: [PUBLIC4] },
    ...silent,
  });
  rootless = await startDnsServer({ '*': { silent: true } });
});
afterAll(async () => {
  await Promise.all([first, second, rootless].map((server) => server.close()));
});

function context(servers: DnsServer[], options: { allowPrivate?: boolean } = {}): ProbeContext {
  return testContext({
    dnsServers: servers.map((server) => server.address),
    timeoutMs: 2_000,
    allowPrivate: false,
    ...options,
  });
}

async function check(host: string, at: ProbeContext, endpoint: Partial<Endpoint> = {}) {
  const { dnsServer } = endpoint;
  const spec = testSpec('dns', {
    host,
    address: '',
    port: 53,
    ...(dnsServer === undefined ? {} : { dnsServer }),
  });
  const observation = await probeDns(spec, at);
  expect(DnsObservation.parse(observation)).toEqual(observation);
  const found = diagnoseDns(observation, {
    endpoint: {
      id: `dns://${host}`,
      target: host,
      kind: 'dns',
      host,
      port: 53,
      expect: 'open',
      level: 'required',
      ...endpoint,
    },
    vantage: testVantage(),
    now: 0,
  });
  const [fault] = found.faults;
  return {
    observation,
    state: found.state,
    cause: fault?.cause,
    severity: fault?.severity,
    summary: found.summary,
  };
}

describe('the dns probe', () => {
  it('collects addresses, chain and the other records with what was asked of which server', async () => {
    const { observation, state, cause } = await check('alias.test', context([first]));
    expect(observation).toMatchObject({ address: '', dns: { name: 'alias.test', cnames: ['www.test'] } });
    expect(observation.dns.addresses.map((one) => one.address)).toEqual([PUBLIC4, PUBLIC6]);
    const answers = observation.dns.answers.map((one) => `${one.type} ${one.code}`);
    expect(answers).toEqual(expect.arrayContaining(['A NOERROR', 'TXT NOERROR', 'NS NOERROR', 'MX NODATA']));
    expect(observation.exchange.map((line) => `${line.dir} ${line.text}`)).toContain(
      `sent TXT alias.test to ${first.address}`,
    );
    expect({ state, cause }).toEqual({ state: 'open', cause: undefined });
  });

  it.each<[string, string, CauseCode]>([
    ['none.test', 'broken', 'dns.nxdomain'],
    ['a..b', 'broken', 'dns.nxdomain'],
    ['empty.test', 'broken', 'dns.no-address'],
    ['dangling.test', 'broken', 'dns.dangling-cname'],
    ['dangling2.test', 'broken', 'dns.dangling-cname'],
    ['loop.test', 'broken', 'dns.dangling-cname'],
    ['servfail.test', 'inconclusive', 'dns.servfail'],
    ['refused.test', 'inconclusive', 'dns.refused'],
    ['dead.test', 'inconclusive', 'dns.timeout'],
  ])('finds %s %s: %s, as one resolver says', async (host, state, cause) => {
    expect(await check(host, context([first]))).toMatchObject({ state, cause, severity: 'fail' });
  });

  it.each<[string, string, CauseCode]>([
    ['servfail.test', 'broken', 'dns.servfail'],
    ['refused.test', 'broken', 'dns.refused'],
    ['dead.test', 'broken', 'dns.timeout'],
  ])('finds %s %s when a second resolver agrees: %s', async (host, state, cause) => {
    expect(await check(host, context([first, second]))).toMatchObject({ state, cause });
  });

  it('asks a chosen server alone, and takes its word', async () => {
    const at = context([second], { allowPrivate: true });
    const chosen = { dnsServer: first.address };
    expect(await check('www.test', at, chosen)).toMatchObject({ state: 'open', cause: undefined });
    expect(await check('refused.test', at, chosen)).toMatchObject({ state: 'broken', cause: 'dns.refused' });
    expect(await check('servfail.test', at, chosen)).toMatchObject({
      state: 'broken',
      cause: 'dns.servfail',
    });
  });

  it('asks no server that the guard refuses', async () => {
    const before = first.queries.length;
    const found = await check('www.test', context([second]), { dnsServer: first.address });
    expect(found).toMatchObject({ state: 'inconclusive', cause: 'prober.address-refused' });
    expect(first.queries).toHaveLength(before);
  });

  it('blames silence on no name while the resolver is silent about the root, too', async () => {
    const found = await check('dead.test', context([rootless, second]));
    expect(found).toMatchObject({ state: 'inconclusive', cause: 'prober.resolver-unfit' });
    expect(found.summary).toContain('did not answer for the root either');
  });

  it('goes on with the second resolver when only the first fails, and says so', async () => {
    const found = await check('servfail2.test', context([first, second]));
    expect(found.observation.dns.addresses).toEqual([{ address: PUBLIC4, family: 4 }]);
    expect(found).toMatchObject({ state: 'open', cause: 'dns.servfail', severity: 'warn' });
  });

  it('blames a first resolver that is out of reach on no name that the second one knows', async () => {
    const found = await check('lost.test', context([rootless, second]));
    expect(found).toMatchObject({ state: 'open', cause: 'prober.resolver-unfit', severity: 'info' });
  });

  it('warns when the question for one family fails', async () => {
    expect(await check('half.test', context([first]))).toMatchObject({
      state: 'open',
      cause: 'dns.servfail',
      severity: 'warn',
    });
  });

  it('lets a domain that only gets mail pass with a warning, but not a host', async () => {
    const mail = await check('mail.test', context([first]));
    expect(mail).toMatchObject({ state: 'open', cause: 'dns.no-address', severity: 'warn' });
    expect(await check('mail.test', context([first]), { kind: 'https' })).toMatchObject({ state: 'broken' });
  });

  it.each([
    ['private.test', '10.0.0.5 (private (RFC 1918))'],
    ['metadata.test', '169.254.169.254 (cloud metadata)'],
  ])('names the address of %s that the internet cannot reach', async (host, text) => {
    const found = await check(host, context([first]));
    expect(found).toMatchObject({ state: 'open', cause: 'dns.private-address', severity: 'fail' });
    expect(found.observation.dns.refused).toHaveLength(1);
    expect(diagnosis(found.observation)).toContain(text);
  });

  it('takes a private address for granted where private addresses are allowed', async () => {
    expect((await check('private.test', context([first], { allowPrivate: true }))).cause).toBeUndefined();
  });

  it.each<[string, Partial<Endpoint>, CauseCode | undefined, string | undefined]>([
    ['the same', { documentedAddresses: [PUBLIC4] }, undefined, undefined],
    [
      'another spelling',
      { assertions: { addresses: [PUBLIC4, '2606:4700:4700:0:0::1111'] } },
      undefined,
      undefined,
    ],
    [
      'another documented',
      { documentedAddresses: ['162.55.130.84'] },
      'dns.documented-address-changed',
      'warn',
    ],
    [
      'one declared of two',
      { assertions: { addresses: [PUBLIC4] } },
      'dns.documented-address-changed',
      'fail',
    ],
  ])('compares the addresses with %s', async (_name, endpoint, cause, severity) => {
    expect(await check('www.test', context([first]), endpoint)).toMatchObject({
      state: 'open',
      cause,
      severity,
    });
  });

  it('says which family a name has when the other one was asked for', async () => {
    const observation = await probeDns(
      testSpec('dns', { host: 'half.test', address: '', port: 53 }),
      context([first]),
    );
    const only6: DnsObservation = {
      ...observation,
      dns: {
        ...observation.dns,
        addresses: [],
        answers: [
          { type: 'A', code: 'NOERROR', records: [PUBLIC4], ms: 1 },
          { type: 'AAAA', code: 'NODATA', records: [], ms: 1 },
        ],
      },
    };
    expect(diagnosis(only6)).toBe(
      `half.test has no address of the family that was asked for; it has A ${PUBLIC4}.`,
    );
  });

  it('takes a given address as it is', async () => {
    const before = first.queries.length;
    const { observation, state, cause } = await check(PUBLIC4, context([first]));
    expect(first.queries).toHaveLength(before);
    expect(observation.dns).toMatchObject({ given: true, answers: [] });
    expect({ state, cause }).toEqual({ state: 'open', cause: undefined });
  });

  describe('with a resolver that is not to be believed', () => {
    const everything = (entry: ZoneName) => startDnsServer({ '*': entry });

    it.each<[string, ZoneName]>([
      ['denies everything', { rcode: 'NXDOMAIN' }],
      ['has nothing for anybody', {}],
      ['refuses everything', { rcode: 'REFUSED' }],
      ['fails for everything', { rcode: 'SERVFAIL' }],
      ['is silent', { silent: true }],
    ])('blames no name while the only one %s', async (_what, entry) => {
      const liar = await everything(entry);
      const found = await check('www.test', context([liar]));
      await liar.close();
      expect(found).toMatchObject({
        state: 'inconclusive',
        cause: 'prober.resolver-unfit',
        severity: 'fail',
      });
      expect(found.observation.dns.control).toMatchObject({ server: liar.address });
    });

    it('does not believe a root of somebody’s own', async () => {
      const closed = await startDnsServer({ '.': { NS: ['ns.corp.test'] }, com: { rcode: 'NXDOMAIN' } });
      const found = await check('www.test', context([closed]));
      await closed.close();
      expect(found).toMatchObject({ state: 'inconclusive', cause: 'prober.resolver-unfit' });
    });

    it('does not believe a denial of one that denies nothing else', async () => {
      const portal = await startDnsServer({
        'www.test': {},
        com: { NS: ['a.gtld-servers.net'] },
        '*': { A: ['192.0.2.80'] },
      });
      const found = await check('www.test', context([portal]));
      await portal.close();
      expect(found).toMatchObject({ state: 'inconclusive', cause: 'prober.resolver-unfit' });
      expect(found.summary).toContain('does not deny a name that does not exist');
    });

    it('takes the address that the second one knows, and says so', async () => {
      const liar = await everything({ rcode: 'NXDOMAIN' });
      const found = await check('www.test', context([liar, first]));
      await liar.close();
      expect(found.observation.dns.addresses).toHaveLength(2);
      expect(found).toMatchObject({ state: 'open', cause: 'prober.resolver-unfit', severity: 'info' });
    });

    it('warns where a fit one denies what the second one knows', async () => {
      const found = await check('lost.test', context([first, second]));
      expect(found).toMatchObject({ state: 'open', cause: 'dns.nxdomain', severity: 'warn' });
    });

    it('lets two that deny everything confirm each other in nothing', async () => {
      const [one, other] = await Promise.all([
        everything({ rcode: 'NXDOMAIN' }),
        everything({ rcode: 'NXDOMAIN' }),
      ]);
      const found = await check('none.test', context([one, other]));
      await Promise.all([one.close(), other.close()]);
      expect(found).toMatchObject({ state: 'inconclusive', cause: 'prober.resolver-unfit' });
    });

    it('lets one that denies everything not confirm the denial of a working one', async () => {
      const liar = await everything({ rcode: 'NXDOMAIN' });
      const found = await check('none.test', context([first, liar]));
      await liar.close();
      expect(found).toMatchObject({ state: 'inconclusive', cause: 'prober.resolver-unfit' });
    });
  });

  it('believes a denial in which two fit resolvers agree', async () => {
    expect(await check('none.test', context([first, second]))).toMatchObject({
      state: 'broken',
      cause: 'dns.nxdomain',
    });
  });

  it('asks for what everybody knows once a run, and not at all while all is well', async () => {
    const before = first.queries.length;
    const at = context([first]);
    await at.resolver.addresses('www.test');
    // A question that a busy machine answers late is sent again under the same id.
    const asked = () => [...new Map(first.queries.slice(before).map((one) => [one.id, one])).values()];
    expect(asked().map(({ name }) => name)).toEqual(['www.test', 'www.test']);
    await Promise.all(['none.test', 'gone.test', 'lost.test'].map((host) => at.resolver.addresses(host)));
    const known = asked().filter(({ name }) => name.endsWith('com') || name === '.');
    expect(known.map(({ type }) => type).sort()).toEqual(['A', 'NS', 'NS']);
  });

  it.each<[string, ZoneName]>([
    ['refers to the parent', { refersTo: 'test' }],
    ['refers to the root', { refersTo: '.' }],
    ['says NOTAUTH', { rcode: 'NOTAUTH' }],
  ])('calls a server lame that %s', async (_what, entry) => {
    const lame = await startDnsServer({ '*': entry });
    const found = await check('www.test', context([lame]), { kind: 'https' });
    const asked = await check('www.test', context([first], { allowPrivate: true }), {
      dnsServer: lame.address,
    });
    await lame.close();
    expect(found).toMatchObject({ state: 'broken', cause: 'dns.lame', severity: 'fail' });
    expect(asked).toMatchObject({ state: 'broken', cause: 'dns.lame' });
  });

  it('finds a chosen server closed where nothing listens', async () => {
    const gone = await startDnsServer({});
    await gone.close();
    const at = context([first], { allowPrivate: true });
    const observation = await check('www.test', at, { dnsServer: gone.address });
    expect(observation).toMatchObject({ state: 'closed', cause: 'dns.server-closed' });
  });

  it('warns of NXDOMAIN for one family with an address of the other', async () => {
    const found = await check('denied6.test', context([first]));
    expect(found).toMatchObject({ state: 'open', cause: 'dns.nxdomain-beside-address', severity: 'warn' });
    expect(found.observation.dns.addresses).toEqual([{ address: PUBLIC4, family: 4 }]);
    const other = await check('denied6.test', context([first, second]));
    expect(other).toMatchObject({ state: 'open', cause: 'prober.resolver-unfit', severity: 'info' });
  });

  it('blames no name for an answer that our own network cuts', async () => {
    const cut = await startDnsScript(
      (asked) => [
        asked.request.questions?.[0]?.type === 'NS'
          ? answerTo(asked, {
              answers: [
                { type: 'NS', name: asked.request.questions[0].name, ttl: 1, data: 'a.gtld-servers.net' },
              ],
            })
          : answerTo(asked, { flags: 0x0200 }),
      ],
      { tcp: false },
    );
    const at = testContext({ dnsServers: [cut.address], timeoutMs: 1_000, allowPrivate: false });
    const found = await check('www.test', at);
    await cut.close();
    expect(found).toMatchObject({ state: 'inconclusive', cause: 'prober.resolver-unfit' });
    expect(found.summary).toContain('TCP');
  });

  it('names the server that this vantage has no way to', async () => {
    const at = testContext({ dnsServers: ['fe80::1'], timeoutMs: 200, allowPrivate: false });
    const found = await check('www.test', at);
    expect(found).toMatchObject({ state: 'inconclusive', cause: 'prober.resolver-unfit' });
    expect(found.summary).toContain('no way to fe80::1 (EINVAL)');
  });

  it('counts no address that belongs to another name', async () => {
    expect(await check('foreign.test', context([first]))).toMatchObject({
      state: 'broken',
      cause: 'dns.no-address',
    });
  });
});

/** The summary of the most serious fault. */
function diagnosis(observation: DnsObservation): string {
  const found = diagnoseDns(observation, {
    endpoint: {
      id: '',
      target: '',
      kind: 'dns',
      host: observation.host,
      port: 53,
      expect: 'open',
      level: 'required',
    },
    vantage: testVantage(),
    now: 0,
  });
  return found.faults[0]?.summary ?? '';
}
