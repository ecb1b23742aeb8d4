import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../lib/net/clock.ts';
import { reverseName } from '../../lib/net/dns-name.ts';
import { MAX_ADDRESSES, MAX_CNAMES } from '../../lib/net/look-up.ts';
import type { Clock, Resolver } from '../../lib/net/network-access.ts';
import { createResolver } from '../../lib/net/resolver.ts';
import { type DnsServer, startDnsServer, type Zone } from '../servers/dns-server.ts';
import { inFakeTime } from '../servers/fake-time.ts';

const many4 = Array.from({ length: 40 }, (_, index) => `192.0.2.${index + 1}`);
const many6 = Array.from({ length: 40 }, (_, index) => `2001:db8::${(index + 1).toString(16)}`);
const zone: Zone = {
  'both.test': {
    A: ['192.0.2.1', '192.0.2.2'],
    AAAA: ['2001:db8::1'],
    MX: [
      { preference: 20, exchange: 'b.test' },
      { preference: 10, exchange: 'a.test' },
    ],
    TXT: ['v=spf1 -all', 'x'.repeat(700)],
    NS: ['ns1.test'],
  },
  'mail.test': { MX: [{ preference: 0, exchange: '.' }] },
  'alias.test': { CNAME: 'hop.test' },
  'hop.test': { CNAME: 'both.test' },
  'dangling.test': { CNAME: 'gone.test' },
  'loop.test': { CNAME: 'loop2.test' },
  'loop2.test': { CNAME: 'loop.test' },
  'bare.test': { CNAME: 'both.test', withoutTarget: true },
  'nodata.test': {},
  'servfail.test': { rcode: 'SERVFAIL' },
  'refused.test': { rcode: 'REFUSED' },
  'silent.test': { silent: true },
  'half.test': { A: ['192.0.2.7'], rcode: 'SERVFAIL', onlyType: 'AAAA' },
  'many.test': { A: many4, AAAA: many6 },
  'rebind.test': { A: ['192.0.2.9'], laterA: ['127.0.0.1'] },
  'evil.test': { TXT: ['\u001b[2J<b>'] },
  '1.2.0.192.in-addr.arpa': { PTR: ['host.test'] },
  ...Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [
      `c${index}.test`,
      { CNAME: `c${index + 1}.test`, withoutTarget: true },
    ]),
  ),
};

let server: DnsServer;
let other: DnsServer;
let mute: DnsServer;
beforeAll(async () => {
  server = await startDnsServer(zone);
  mute = await startDnsServer({ 'silent.test': { silent: true } });
  other = await startDnsServer({
    'servfail.test': { A: ['192.0.2.80'] },
    'refused.test': { rcode: 'REFUSED' },
    'silent.test': {},
  });
});
afterAll(async () => {
  await Promise.all([server.close(), other.close(), mute.close()]);
});

function resolver(setup: Partial<Parameters<typeof createResolver>[0]> = {}): Resolver {
  return createResolver({
    servers: [server.address],
    pins: [],
    timeoutMs: 1_000,
    clock: systemClock,
    ...setup,
  });
}
const codes = (answers: readonly { type: string; code: string }[]): string[] =>
  answers.map((one) => `${one.type} ${one.code}`);

describe('the resolver', () => {
  it('finds the addresses of both families at once', async () => {
    const found = await resolver().addresses('Both.test', 443);
    expect(found).toMatchObject({ name: 'both.test', servers: [server.address], cnames: [] });
    expect(found.addresses).toEqual([
      { address: '192.0.2.1', family: 4 },
      { address: '192.0.2.2', family: 4 },
      { address: '2001:db8::1', family: 6 },
    ]);
    expect(codes(found.answers)).toEqual(['A NOERROR', 'AAAA NOERROR']);
    expect(found.given).toBeUndefined();
  });

  it.each([
    ['none.test', ['A NXDOMAIN', 'AAAA NXDOMAIN', 'CNAME NXDOMAIN']],
    ['nodata.test', ['A NODATA', 'AAAA NODATA', 'CNAME NODATA']],
    ['servfail.test', ['A SERVFAIL', 'AAAA SERVFAIL', 'CNAME SERVFAIL']],
    ['refused.test', ['A REFUSED', 'AAAA REFUSED', 'CNAME REFUSED']],
    ['a..b', ['A BADNAME', 'AAAA BADNAME']],
    ['half.test', ['A NOERROR', 'AAAA SERVFAIL']],
  ])('keeps the response codes of %s apart', async (name, expected) => {
    const found = await resolver().addresses(name);
    expect(codes(found.answers)).toEqual(expected);
    expect(found.secondOpinion).toBeUndefined();
  });

  it('calls silence a timeout, and learns meanwhile that the server is alive', async () => {
    const found = await resolver({ timeoutMs: 200 }).addresses('silent.test');
    expect(codes(found.answers)).toEqual(['A TIMEOUT', 'AAAA TIMEOUT']);
    expect(found.control).toEqual({ server: server.address, code: 'NOERROR', denies: 'NXDOMAIN' });
  });

  it('keeps to its budget, second server and the question for the root included', async () => {
    const one = resolver({ servers: [server.address, mute.address], timeoutMs: 300 });
    const { found, reply, ms } = await inFakeTime(async () => {
      const start = performance.now();
      const found = await one.addresses('silent.test');
      const reply = await one.ask('silent.test', 'TXT');
      return { found, reply, ms: performance.now() - start };
    });
    expect(ms).toBeGreaterThanOrEqual(2 * 300 - 5);
    expect(ms).toBeLessThan(2 * 300 + 20);
    expect(found.secondOpinion).toEqual({ server: mute.address, code: 'TIMEOUT' });
    expect(reply.code).toBe('TIMEOUT');
  });

  it('follows a CNAME chain hop by hop', async () => {
    const found = await resolver().addresses('alias.test');
    expect(found.cnames).toEqual(['hop.test', 'both.test']);
    expect(found.addresses.map((one) => one.address)).toContain('2001:db8::1');
  });

  it('sees that the target of an alias has no record', async () => {
    const found = await resolver().addresses('dangling.test');
    expect(found.cnames).toEqual(['gone.test']);
    expect(codes(found.answers)).toEqual(
      expect.arrayContaining(['A NXDOMAIN', 'CNAME NOERROR', 'CNAME NXDOMAIN']),
    );
    expect(found.addresses).toEqual([]);
  });

  it('ends in a loop with the repeated name', async () => {
    expect((await resolver().addresses('loop.test')).cnames).toEqual(['loop2.test', 'loop.test']);
  });

  it('asks at the end of the chain when a server gives the alias alone', async () => {
    const found = await resolver().addresses('bare.test');
    expect(found.addresses.map((one) => one.address)).toEqual(['192.0.2.1', '192.0.2.2', '2001:db8::1']);
    expect(found.answers.at(-1)).toMatchObject({ type: 'AAAA', name: 'both.test', code: 'NOERROR' });
  });

  it('stops a chain that does not end', async () => {
    expect((await resolver().addresses('c0.test')).cnames).toHaveLength(MAX_CNAMES);
  });

  it('asks the second server when the first fails, and goes on with its addresses', async () => {
    const found = await resolver({ servers: [server.address, other.address] }).addresses('servfail.test');
    expect(found.secondOpinion).toEqual({ server: other.address, code: 'NOERROR' });
    expect(found.addresses).toEqual([{ address: '192.0.2.80', family: 4 }]);
    expect(found.answers.filter((one) => one.server === other.address).map((one) => one.type)).toEqual([
      'A',
      'AAAA',
    ]);
  });

  it('keeps it as evidence when the second server agrees', async () => {
    const found = await resolver({ servers: [server.address, other.address] }).addresses('refused.test');
    expect(found.secondOpinion).toEqual({ server: other.address, code: 'REFUSED' });
  });

  it('caps the addresses without letting one family push the other out', async () => {
    const { addresses } = await resolver().addresses('many.test');
    expect(addresses).toHaveLength(MAX_ADDRESSES);
    expect(addresses.filter((one) => one.family === 6)).toHaveLength(MAX_ADDRESSES / 2);
    // 40 A records fit into one datagram of EDNS's size, 40 AAAA records do not.
    expect(server.queries).not.toContainEqual(
      expect.objectContaining({ name: 'many.test', type: 'A', over: 'tcp' }),
    );
    expect(server.queries).toContainEqual(
      expect.objectContaining({ name: 'many.test', type: 'AAAA', over: 'tcp' }),
    );
  });

  it('asks once for endpoints of the same host that come together or soon after', async () => {
    const one = resolver();
    const before = server.queries.length;
    const [first, second] = await Promise.all([
      one.addresses('both.test', 80),
      one.addresses('both.test', 443),
    ]);
    expect(await one.addresses('both.test', 25)).toBe(first);
    expect(second).toBe(first);
    expect(server.queries.length - before).toBe(2);
  });

  it('asks again later, and asks a failure again at once', async () => {
    let time = 0;
    const clock: Clock = { now: () => Date.now(), monotonic: () => time };
    const one = resolver({ clock });
    expect((await one.addresses('rebind.test')).addresses).toEqual([{ address: '192.0.2.9', family: 4 }]);
    expect((await one.addresses('rebind.test')).addresses).toEqual([{ address: '192.0.2.9', family: 4 }]);
    time = 6_000;
    expect((await one.addresses('rebind.test')).addresses).toEqual([{ address: '127.0.0.1', family: 4 }]);
    const before = server.queries.length;
    await one.addresses('none.test');
    await one.addresses('none.test');
    // A, AAAA and CNAME each time; the three questions that say whether the server is to be believed are asked once.
    expect(server.queries.slice(before).filter(({ name }) => name === 'none.test')).toHaveLength(6);
    expect(server.queries.length - before).toBe(9);
  });

  it.each([
    ['192.0.2.7', ['192.0.2.7']],
    ['2001:db8::7', ['2001:db8::7']],
    ['pinned.test', ['192.0.2.50', '2001:db8::50']],
    ['PINNED.test', ['192.0.2.50', '2001:db8::50']],
    ['192.0.2.9', ['192.0.2.52']],
    ['2001:db8::9', ['192.0.2.53']],
  ])('asks nobody about %s', async (host, expected) => {
    const before = server.queries.length;
    const pins = [
      { host: 'pinned.test', port: 443, address: '192.0.2.50' },
      { host: 'pinned.test', port: 443, address: '2001:db8::50' },
      { host: 'pinned.test', port: 80, address: '192.0.2.51' },
      { host: '192.0.2.7', port: 80, address: '192.0.2.51' },
      { host: '192.0.2.9', port: 443, address: '192.0.2.52' },
      { host: '2001:db8::9', port: 443, address: '192.0.2.53' },
    ];
    const found = await resolver({ pins }).addresses(host, 443);
    expect(found).toMatchObject({ given: true, answers: [], servers: [] });
    expect(found.addresses.map((one) => one.address)).toEqual(expected);
    expect(server.queries.length).toBe(before);
  });

  it('knows localhost without a question', async () => {
    const found = await resolver().addresses('localhost');
    expect(found.given).toBe(true);
    expect(found.addresses[0]).toEqual({ address: '127.0.0.1', family: 4 });
  });

  it.each([
    ['both.test', 'MX', 'NOERROR', ['10 a.test', '20 b.test']],
    ['mail.test', 'MX', 'NOERROR', ['0 .']],
    ['both.test', 'NS', 'NOERROR', ['ns1.test']],
    ['both.test', 'TXT', 'NOERROR', ['v=spf1 -all', 'x'.repeat(700)]],
    ['192.0.2.1', 'PTR', 'NOERROR', ['host.test']],
    ['192.0.2.99', 'PTR', 'NXDOMAIN', []],
    ['evil.test', 'TXT', 'NOERROR', ['\\x1b[2J<b>']],
    ['both.test', 'HINFO', 'UNSUPPORTED', []],
  ])('asks %s for %s', async (name, type, code, records) => {
    expect(await resolver().ask(name, type)).toMatchObject({ code, records });
  });

  it('ends with the run', async () => {
    const run = new AbortController();
    const one = resolver({ timeoutMs: 10_000, deadline: run.signal });
    const waiting = one.addresses('silent.test');
    setTimeout(() => run.abort(), 20);
    expect(codes((await waiting).answers)).toEqual(['A DEADLINE', 'AAAA DEADLINE']);
  });

  it('hears a server of the zone itself about what the only resolver of the system denies', async () => {
    const records: Zone = {
      'zone.test': { NS: ['ns.zone.test'] },
      'ns.zone.test': { A: ['127.0.0.1'] },
      'split.zone.test': { A: ['192.0.2.4'] },
    };
    const recursive = await startDnsServer({ ...records, 'split.zone.test': { rcode: 'NXDOMAIN' } });
    const own = await startDnsServer(records);
    const system = {
      servers: [],
      systemServers: [recursive.address],
      guard: () => undefined,
      zonePort: Number(own.address.split(':')[1]),
    };
    const gone = await resolver(system).addresses('gone.zone.test');
    expect(gone.zoneOpinion).toEqual({
      server: 'ns.zone.test (127.0.0.1)',
      zone: 'zone.test',
      code: 'NXDOMAIN',
    });
    expect(gone.serversChosen).toBeUndefined();
    expect((await resolver(system).addresses('split.zone.test')).zoneOpinion?.code).toBe('NOERROR');
    const forbidden = await resolver({ ...system, guard: () => 'loopback' }).addresses('gone.zone.test');
    expect(forbidden.zoneOpinion).toBeUndefined();
    await Promise.all([recursive.close(), own.close()]);
  });

  it('asks a zone’s server over IPv6 where the vantage has that alone', async () => {
    const records: Zone = {
      'zone.test': { NS: ['ns.zone.test'] },
      'ns.zone.test': { A: ['127.0.0.1'], AAAA: ['::1'] },
    };
    const recursive = await startDnsServer(records);
    const asked: string[] = [];
    const guard = (address: string) => {
      asked.push(address);
      return 'not asked in this test';
    };
    for (const families of [[6], [4], [4, 6]] as const)
      await resolver({ servers: [], systemServers: [recursive.address], guard, families }).addresses(
        'gone.zone.test',
      );
    expect(asked).toEqual(['::1', '127.0.0.1', '127.0.0.1']);
    await recursive.close();
  });

  it('passes over a server that this machine has no way to, and names it', async () => {
    // A link-local address without its link: the system refuses it before any packet.
    const servers = ['fe80::1', '[fe80::2]:53', server.address];
    const found = await resolver({ servers }).addresses('both.test');
    expect(found.addresses).toHaveLength(3);
    expect(found.servers).toEqual([server.address]);
    expect(found.unreachable).toEqual([
      { server: 'fe80::1', code: 'EINVAL' },
      { server: '[fe80::2]:53', code: 'EINVAL' },
    ]);
    expect(await resolver({ servers }).ask('both.test', 'NS')).toMatchObject({ code: 'NOERROR' });
    const none = await resolver({ servers: ['fe80::1'] }).addresses('both.test');
    expect(none).toMatchObject({ servers: ['fe80::1'], addresses: [], unreachable: [{ server: 'fe80::1' }] });
  });

  it('outlives a server that answers with garbage', async () => {
    const socket = createSocket('udp4');
    socket.on('message', (_message, peer) => socket.send('garbage', peer.port, peer.address));
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const found = await resolver({
      servers: [`127.0.0.1:${socket.address().port}`],
      timeoutMs: 300,
    }).addresses('both.test');
    expect(found.addresses).toEqual([]);
    expect(found.answers.every((one) => one.code !== 'NOERROR' && one.code !== 'NXDOMAIN')).toBe(true);
    socket.close();
  });

  it('spells the names of reverse look-ups', () => {
    expect(reverseName('192.0.2.1')).toBe('1.2.0.192.in-addr.arpa');
    expect(reverseName('2001:db8::567:89ab')).toBe(
      'b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
    );
  });
});
