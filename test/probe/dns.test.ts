import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diagnoseDns } from '../../lib/diagnose/dns.ts';
import type { Endpoint } from '../../lib/model/endpoint.ts';
import { DnsObservation } from '../../lib/model/observation.ts';
import type { CauseCode } from '../../lib/model/vocabulary.ts';
import { probeDns } from '../../lib/probe/dns.ts';
import type { ProbeContext } from '../../lib/probe/probe.ts';
import { type DnsServer, startDnsServer } from '../servers/dns-server.ts';
import { testContext, testSpec, testVantage } from '../servers/probe-context.ts';

const PUBLIC4 = '162.55.130.83';
const PUBLIC6 = '2606:4700:4700::1111';

let first: DnsServer;
let second: DnsServer;
let rootless: DnsServer;
beforeAll(async () => {
  const silent = { 'dead.test': { silent: true } };
  first = await startDnsServer({
    '.': { NS: ['a.root.example'] },
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
    ...silent,
  });
  second = await startDnsServer({
    'servfail.test': { rcode: 'SERVFAIL' },
    'servfail2.test': { A: [PUBLIC4] },
    'refused.test': { rcode: 'REFUSED' },
    'lost.test': { A: [PUBLIC4] },
    ...silent,
  });
  rootless = await startDnsServer({ '.': { silent: true }, 'lost.test': { silent: true }, ...silent });
});
afterAll(async () => {
  await Promise.all([first, second, rootless].map((server) => server.close()));
});

function context(servers: DnsServer[], options: { allowPrivate?: boolean } = {}): ProbeContext {
  return testContext({
    dnsServers: servers.map((server) => server.address),
    timeoutMs: 200,
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
  it('collects addresses, chain and the other records with what was asked of whom', async () => {
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

  it('holds silence against no name while the resolver is silent about the root, too', async () => {
    const found = await check('dead.test', context([rootless, second]));
    expect(found).toMatchObject({ state: 'inconclusive', cause: 'dns.timeout' });
    expect(found.summary).toContain('did not answer for the root either');
  });

  it('goes on with the second resolver when only the first fails, and says so', async () => {
    const found = await check('servfail2.test', context([first, second]));
    expect(found.observation.dns.addresses).toEqual([{ address: PUBLIC4, family: 4 }]);
    expect(found).toMatchObject({ state: 'open', cause: 'dns.servfail', severity: 'warn' });
  });

  it('holds a first resolver that is out of reach against no name that the second one knows', async () => {
    const found = await check('lost.test', context([rootless, second]));
    expect(found).toMatchObject({ state: 'open', cause: 'dns.timeout', severity: 'info' });
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
});

/** The summary of the gravest fault. */
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
