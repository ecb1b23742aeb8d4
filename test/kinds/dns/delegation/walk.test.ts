import type { Answer } from 'dns-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { createDelegationWalk, type DelegationSetup } from '../../../../lib/kinds/dns/delegation/walk.ts';
import { Delegation } from '../../../../lib/model/delegation.ts';
import { systemClock } from '../../../../lib/net/clock.ts';
import { createGuard } from '../../../../lib/net/guard.ts';
import {
  AA,
  a,
  cname,
  ns,
  RCODE,
  soa,
  startZoneServers,
  type ZoneAnswer,
  type ZoneServers,
  zoneAnswer,
} from '../../../servers/zone-servers.ts';

const ROOT = '127.0.77.1';
const TEST = '127.0.77.2';
const [NS1, NS2, NS3] = ['127.0.77.11', '127.0.77.12', '127.0.77.13'];
const ZONE = 'shop.test';
const WWW = 'www.shop.test';

let running: ZoneServers | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});

const silent: ZoneAnswer = () => undefined;

/** The records of the zone as a healthy server has them. */
const records = (serial = 5, more: readonly Answer[] = []): Answer[] => [
  soa(ZONE, serial),
  ns(ZONE, 'ns1.shop.test'),
  ns(ZONE, 'ns2.shop.test'),
  a('ns1.shop.test', NS1),
  a('ns2.shop.test', NS2),
  a(WWW, '162.55.130.83'),
  ...more,
];
const healthy = (serial?: number, more?: readonly Answer[]): ZoneAnswer =>
  zoneAnswer(ZONE, records(serial, more));

const GLUE = [a('ns1.shop.test', NS1), a('ns2.shop.test', NS2)];
const parents = (
  shop: { ns: readonly string[]; glue?: readonly Answer[] } = {
    ns: ['ns1.shop.test', 'ns2.shop.test'],
    glue: GLUE,
  },
) => ({
  [ROOT]: zoneAnswer('.', [soa('.')], { test: { ns: ['a.nic.test'], glue: [a('a.nic.test', TEST)] } }),
  [TEST]: zoneAnswer('test', [soa('test')], { [ZONE]: shop }),
});

const KNOWN: Readonly<Record<string, readonly string[]>> = {
  '. NS': ['a.root-servers.net'],
  'a.root-servers.net A': [ROOT],
};

async function walk(
  servers: Parameters<typeof startZoneServers>[0],
  options: Partial<DelegationSetup> & {
    readonly name?: string;
    readonly ms?: number;
    readonly known?: typeof KNOWN;
  } = {},
): Promise<Delegation> {
  const { name = WWW, ms = 6_000, known = KNOWN, ...setup } = options;
  running = await startZoneServers(servers);
  const delegation = await createDelegationWalk({
    resolver: {
      ask: async (asked, type) => {
        const found = known[`${asked} ${type}`];
        return { code: found === undefined ? 'NXDOMAIN' : 'NOERROR', records: [...(found ?? [])], ms: 0 };
      },
    },
    guard: createGuard({ allowPrivate: true }),
    clock: systemClock,
    deadline: new AbortController().signal,
    families: [4, 6],
    randomHex: (bytes) => 'ab'.repeat(bytes),
    port: running.port,
    ...setup,
  })(name, ms);
  expect(Delegation.parse(delegation)).toEqual(delegation);
  return delegation;
}

const addressesOf = ({ servers }: Delegation) => servers.flatMap(({ addresses }) => addresses);

describe('the walk to a zone', () => {
  it('goes from the resolver’s root to the zone and asks each server by UDP and TCP', async () => {
    const found = await walk({ ...parents(), [NS1]: healthy(), [NS2]: healthy() });
    expect(found).toMatchObject({
      name: WWW,
      zone: ZONE,
      parent: { zone: 'test', server: `a.nic.test (${TEST})`, code: 'REFERRAL' },
      controls: [],
    });
    expect(
      found.servers.map(({ name, atParent, atZone, inZone }) => ({ name, atParent, atZone, inZone })),
    ).toEqual([
      { name: 'ns1.shop.test', atParent: true, atZone: true, inZone: [NS1] },
      { name: 'ns2.shop.test', atParent: true, atZone: true, inZone: [NS2] },
    ]);
    expect(addressesOf(found)).toMatchObject(
      [NS1, NS2].map((address) => ({
        address,
        from: 'glue',
        serial: '5',
        udp: { code: 'NOERROR', aa: true },
        tcp: { code: 'NOERROR', aa: true },
        a: { code: 'NOERROR', records: ['162.55.130.83'] },
        aaaa: { code: 'NODATA' },
      })),
    );
    expect(addressesOf(found)[0]).not.toHaveProperty('plain');
    expect(found).not.toHaveProperty('wildcard');
  });

  it('asks the zones above once for all names of a run, and a name once', async () => {
    running = await startZoneServers({ ...parents(), [NS1]: healthy(), [NS2]: healthy() });
    const walkDelegation = createDelegationWalk({
      resolver: {
        ask: async (asked, type) => ({
          code: 'NOERROR',
          records: [...(KNOWN[`${asked} ${type}`] ?? [])],
          ms: 0,
        }),
      },
      guard: createGuard({ allowPrivate: true }),
      clock: systemClock,
      deadline: new AbortController().signal,
      families: [4],
      randomHex: (bytes) => 'ab'.repeat(bytes),
      port: running.port,
    });
    const [one, again] = await Promise.all([
      walkDelegation(WWW, 6_000),
      walkDelegation('WWW.shop.test.', 6_000),
    ]);
    expect(again).toBe(one);
    await walkDelegation('mail.shop.test', 6_000);
    const above = running.asked.filter((line) => line.startsWith(`${ROOT} `) || line.startsWith(`${TEST} `));
    expect(above).toEqual([`${ROOT} NS test udp`, `${TEST} NS shop.test udp`]);
  });

  it('says what a lame, a refusing and a not authoritative server answer', async () => {
    const found = await walk({
      ...parents({ ns: ['ns1.shop.test', 'ns2.shop.test'], glue: [...GLUE, a('ns1.shop.test', NS3)] }),
      [NS1]: () => ({ authorities: [ns('test', 'a.nic.test')] }),
      [NS2]: () => ({ flags: RCODE.REFUSED }),
      [NS3]: ({ name, type }) => ({ answers: type === 'SOA' ? [soa(name)] : [] }),
    });
    expect(addressesOf(found).map(({ address, udp }) => ({ address, udp }))).toEqual([
      { address: NS1, udp: { code: 'REFERRAL', aa: false, refersTo: 'test' } },
      { address: NS3, udp: { code: 'NOERROR', aa: false, records: [expect.stringContaining('shop.test')] } },
      { address: NS2, udp: { code: 'REFUSED', aa: false } },
    ]);
  });

  it('finds silence out with a control at the zone above', async () => {
    const found = await walk({ ...parents(), [NS1]: silent, [NS2]: silent });
    expect(addressesOf(found).map(({ udp, plain, tcp }) => [udp?.code, plain?.code, tcp?.code])).toEqual([
      ['TIMEOUT', 'TIMEOUT', 'TIMEOUT'],
      ['TIMEOUT', 'TIMEOUT', 'TIMEOUT'],
    ]);
    expect(found.controls).toEqual([
      { family: 4, over: 'udp', server: `a.nic.test (${TEST})`, code: 'NOERROR' },
      { family: 4, over: 'tcp', server: `a.nic.test (${TEST})`, code: 'NOERROR' },
    ]);
  });

  it('notices that questions with EDNS get lost, and long answers', async () => {
    const long: Answer = {
      type: 'TXT',
      name: ZONE,
      ttl: 1,
      data: ['x'.repeat(250), 'y'.repeat(250), 'z'.repeat(250)],
    };
    const found = await walk({
      ...parents(),
      [NS1]: (asked) => (asked.edns && asked.over === 'udp' ? undefined : healthy()(asked)),
      [NS2]: (asked) =>
        asked.type === 'TXT' && asked.over === 'udp' ? undefined : healthy(5, [long])(asked),
    });
    const [deaf, cut] = addressesOf(found);
    expect(deaf).toMatchObject({
      udp: { code: 'TIMEOUT' },
      plain: { code: 'NOERROR', aa: true },
      a: { code: 'NOERROR' },
    });
    expect(cut).toMatchObject({ udp: { code: 'NOERROR' }, long: { code: 'TIMEOUT' } });
    expect(cut?.longByTcp?.bytes).toBeGreaterThan(750);
  });

  it('sees servers of the zone that the parent does not name, and glue that is old', async () => {
    const own = [
      soa(ZONE),
      ns(ZONE, 'ns1.shop.test'),
      ns(ZONE, 'ns.elsewhere.test'),
      a('ns1.shop.test', NS2),
      a(WWW, '162.55.130.83'),
    ];
    const found = await walk(
      {
        ...parents({ ns: ['ns1.shop.test', 'ns9.elsewhere.test'], glue: [a('ns1.shop.test', NS1)] }),
        [NS1]: zoneAnswer(ZONE, own),
        [NS2]: zoneAnswer(ZONE, own),
        [NS3]: zoneAnswer(ZONE, own),
      },
      { known: { ...KNOWN, 'ns.elsewhere.test A': [NS3] } },
    );
    expect(
      found.servers.map(({ name, atParent, atZone, noAddress, addresses }) => ({
        ...{ name, atParent, atZone, noAddress },
        at: addresses.map(({ address, from }) => `${address} ${from}`),
      })),
    ).toEqual([
      { name: 'ns1.shop.test', atParent: true, atZone: true, at: [`${NS1} glue`, `${NS2} zone`] },
      { name: 'ns9.elsewhere.test', atParent: true, atZone: false, noAddress: 'NXDOMAIN', at: [] },
      { name: 'ns.elsewhere.test', atParent: false, atZone: true, at: [`${NS3} resolver`] },
    ]);
  });

  it('finds a wildcard and an alias in the place of the zone', async () => {
    const found = await walk({
      ...parents(),
      [NS1]: (asked) =>
        asked.name.startsWith('inbound-check-abab')
          ? { flags: AA, answers: [a(asked.name, '162.55.130.83')] }
          : asked.name === ZONE && asked.type === 'CNAME'
            ? { flags: AA, answers: [cname(ZONE, 'shop.hoster.test')] }
            : healthy()(asked),
      [NS2]: healthy(),
    });
    expect(found).toMatchObject({ wildcard: ['162.55.130.83'], apexAlias: 'shop.hoster.test' });
  });

  it('knows a zone that the servers of its parent hold, too', async () => {
    const both: ZoneAnswer = (asked) =>
      asked.name === ZONE || asked.name.endsWith(`.${ZONE}`)
        ? healthy()(asked)
        : zoneAnswer('test', [soa('test')])(asked);
    const found = await walk({
      [ROOT]: parents()[ROOT] ?? silent,
      [TEST]: both,
      [NS1]: healthy(),
      [NS2]: healthy(),
    });
    expect(found).toMatchObject({
      zone: ZONE,
      servers: [{ name: 'ns1.shop.test', atZone: true }, { name: 'ns2.shop.test' }],
    });
    expect(found).not.toHaveProperty('parent');
  });

  it('says that nobody delegates a name', async () => {
    const found = await walk({ ...parents(), [NS1]: healthy() }, { name: 'www.gone.test' });
    expect(found).toMatchObject({
      zone: 'test',
      end: 'not-delegated',
      parent: { zone: 'test', server: `a.nic.test (${TEST})`, code: 'NXDOMAIN' },
      servers: [],
    });
  });

  it('ends without a root, and without one that may be asked', async () => {
    expect(await walk({ [ROOT]: silent }, { known: {} })).toMatchObject({ end: 'no-root', servers: [] });
    await running?.close();
    const strict = { guard: createGuard({ allowPrivate: false }) };
    expect(await walk({ [ROOT]: healthy() }, strict)).toMatchObject({ end: 'no-root' });
    expect(running?.asked).toEqual([]);
  });

  it('takes what asks others in the place of the root for what it is', async () => {
    const proxy: ZoneAnswer = ({ name }) => ({ flags: 0x0080, answers: [ns(name, 'a.nic.test')] });
    expect(await walk({ [ROOT]: proxy })).toMatchObject({ end: 'intercepted', zone: '.' });
  });

  it('asks nothing of a family that the vantage does not have', async () => {
    const six: Answer = { type: 'AAAA', name: 'ns1.shop.test', ttl: 1, data: '::1' };
    const found = await walk(
      {
        ...parents({ ns: ['ns1.shop.test'], glue: [a('ns1.shop.test', NS1), six] }),
        [NS1]: healthy(),
        '::1': healthy(),
      },
      { families: [4] },
    );
    expect(addressesOf(found)[1]).toEqual({ address: '::1', family: 6, from: 'glue', notAsked: 'family' });
    expect(running?.asked.some((line) => line.startsWith('::1'))).toBe(false);
  });

  it('asks over IPv6 where the vantage has it', async () => {
    const six: Answer = { type: 'AAAA', name: 'ns1.shop.test', ttl: 1, data: '::1' };
    const found = await walk({
      ...parents({ ns: ['ns1.shop.test'], glue: [six] }),
      '::1': healthy(),
    });
    expect(addressesOf(found)[0]).toMatchObject({
      address: '::1',
      family: 6,
      udp: { aa: true },
      tcp: { aa: true },
    });
  });
});

describe('hostile name servers', () => {
  it('lets no name server lead to a private address or to cloud metadata', async () => {
    const allowed = new Set([ROOT, TEST, NS1]);
    const guard = (address: string) =>
      allowed.has(address) ? undefined : createGuard({ allowPrivate: false })(address);
    const found = await walk(
      {
        ...parents({
          ns: ['ns1.shop.test', 'meta.shop.test', 'inner.shop.test'],
          glue: [a('ns1.shop.test', NS1), a('meta.shop.test', '169.254.169.254'), a('inner.shop.test', NS2)],
        }),
        [NS1]: healthy(),
        [NS2]: healthy(),
      },
      { guard },
    );
    const refused = addressesOf(found).filter((one) => one.refused !== undefined);
    expect(refused.map(({ address }) => address)).toEqual(['169.254.169.254', NS2]);
    expect(refused[0]).not.toHaveProperty('udp');
    expect(running?.asked.some((line) => line.startsWith(NS2))).toBe(false);
  });

  it('asks 13 of a thousand name servers, and says how many it left out', async () => {
    const many = Array.from({ length: 60 }, (_, n) => `n${n}.shop.test`);
    const found = await walk({
      ...parents({ ns: many, glue: many.map((name) => a(name, NS1)) }),
      [NS1]: healthy(),
    });
    expect(found.servers.length).toBeLessThanOrEqual(13);
    expect(found.leftOut).toBe(60 - 13);
  });

  it('asks 26 of a name server’s hundred addresses', async () => {
    const glue = Array.from({ length: 60 }, (_, n) => a('ns1.shop.test', `127.0.78.${n + 1}`));
    const found = await walk(
      { ...parents({ ns: ['ns1.shop.test'], glue: [a('ns1.shop.test', NS1), ...glue] }), [NS1]: healthy() },
      { ms: 5_000 },
    );
    expect(addressesOf(found).filter(({ from }) => from === 'glue')).toHaveLength(26);
    expect(found.leftOut).toBeGreaterThan(30);
  });

  it.each<[string, ZoneAnswer]>([
    [
      'upwards',
      () => ({ authorities: [ns('.', 'a.root-servers.net')], additionals: [a('a.root-servers.net', ROOT)] }),
    ],
    ['to itself', () => ({ authorities: [ns('test', 'a.nic.test')], additionals: [a('a.nic.test', TEST)] })],
    ['aside', () => ({ authorities: [ns('bank.test', 'a.nic.test')], additionals: [a('a.nic.test', TEST)] })],
  ])('follows no referral that leads %s', async (_, answer) => {
    const { [ROOT]: root = silent } = parents();
    const found = await walk({ [ROOT]: root, [TEST]: answer });
    expect(found).toMatchObject({ zone: 'test', end: 'parent-silent', servers: [] });
    expect(running?.asked.length).toBeLessThan(6);
  });

  it.each<[string, (id: number) => Buffer]>([
    [
      'whose name points at itself',
      (id) => {
        const bytes = Buffer.alloc(40);
        bytes.writeUInt16BE(id, 0);
        bytes.writeUInt16BE(0x8400, 2);
        bytes.writeUInt16BE(1, 4);
        bytes.writeUInt16BE(0xc00c, 12);
        return bytes;
      },
    ],
    ['that ends in its middle', (id) => Buffer.from([id >> 8, id & 255, 0x84, 0, 0, 1, 0, 9, 0, 0])],
  ])('takes a message %s for no answer', async (_, make) => {
    const found = await walk({
      ...parents(),
      [NS1]: ({ request }) => make(request.id ?? 0),
      [NS2]: healthy(),
    });
    expect(['BADRESP', 'TIMEOUT']).toContain(addressesOf(found)[0]?.udp?.code);
    expect(addressesOf(found)[1]?.udp).toMatchObject({ code: 'NOERROR' });
  });

  it('takes an answer with the wrong id for none', async () => {
    const found = await walk({
      ...parents(),
      [NS1]: (asked) => ({ ...healthy()(asked), id: ((asked.request.id ?? 0) + 1) & 0xffff }),
      [NS2]: healthy(),
    });
    expect(addressesOf(found)[0]).toMatchObject({ udp: { code: 'TIMEOUT' }, tcp: { code: 'BADRESP' } });
  });

  it('keeps little of a huge answer', async () => {
    const huge = Array.from({ length: 40 }, () => a(WWW, '162.55.130.83'));
    const found = await walk({
      ...parents(),
      [NS1]: (asked) =>
        asked.type === 'A' && asked.name === WWW ? { flags: AA, answers: huge } : healthy()(asked),
      [NS2]: healthy(),
    });
    expect(addressesOf(found)[0]?.a?.records).toHaveLength(16);
    expect(JSON.stringify(found).length).toBeLessThan(20_000);
  });

  it('ends in its time, whatever is silent', async () => {
    const { [ROOT]: root = silent } = parents();
    const found = await walk({ [ROOT]: root, [TEST]: silent }, { ms: 1_500 });
    expect(found).toMatchObject({ zone: 'test', servers: [] });
    expect(['time', 'parent-silent']).toContain(found.end);
  });
});
