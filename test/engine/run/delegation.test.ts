/** When the name servers of a zone are asked, and when not a packet goes to them. */
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLocalContext } from '../../../lib/engine/context.ts';
import type { EndpointReport } from '../../../lib/engine/report-schema.ts';
import { runCheck } from '../../../lib/engine/run/run.ts';
import { createDelegationWalk } from '../../../lib/kinds/dns/delegation/walk.ts';
import { probes } from '../../../lib/kinds/probes.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';
import { RunSettings } from '../../../lib/model/request.ts';
import { type DnsServer, startDnsServer } from '../../servers/dns-server.ts';
import {
  a,
  ns,
  RCODE,
  soa,
  startZoneServers,
  type ZoneServers,
  zoneAnswer,
} from '../../servers/zone-servers.ts';
import { endpoint } from './fakes.ts';

const ROOT = '127.0.79.1';
const TEST = '127.0.79.2';
const GOOD = '127.0.79.3';
const LAME = '127.0.79.4';

let resolver: DnsServer;
let servers: ZoneServers;
let port = 0;
const web = createServer((socket) => socket.on('error', () => undefined).end('hello\r\n'));

beforeAll(async () => {
  resolver = await startDnsServer({
    '.': { NS: ['a.root-servers.net'] },
    'a.root-servers.net': { A: [ROOT] },
    'www.good.test': { A: ['127.0.0.1'] },
    'www.lame.test': { rcode: 'SERVFAIL' },
  });
  servers = await startZoneServers({
    [ROOT]: zoneAnswer('.', [soa('.')], { test: { ns: ['a.nic.test'], glue: [a('a.nic.test', TEST)] } }),
    [TEST]: zoneAnswer('test', [soa('test')], {
      'good.test': { ns: ['ns.good.test'], glue: [a('ns.good.test', GOOD)] },
      'lame.test': { ns: ['ns.lame.test'], glue: [a('ns.lame.test', LAME)] },
    }),
    [GOOD]: zoneAnswer('good.test', [
      soa('good.test'),
      ns('good.test', 'ns.good.test'),
      a('ns.good.test', GOOD),
      a('www.good.test', '127.0.0.1'),
    ]),
    [LAME]: () => ({ flags: RCODE.REFUSED }),
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  port = (web.address() as AddressInfo).port;
});
afterAll(async () => {
  web.close();
  await Promise.all([resolver.close(), servers.close()]);
});
beforeEach(() => void servers.asked.splice(0));

async function run(
  endpoints: readonly Endpoint[],
  given: Partial<RunSettings> = {},
): Promise<EndpointReport[]> {
  const settings = RunSettings.parse({
    ...{ allowPrivate: true, confirmPauseMs: 1, timeoutMs: 6_000, dnsServers: [resolver.address] },
    ...given,
  });
  const { signal } = new AbortController();
  const context = createLocalContext(settings, signal);
  const reports: EndpointReport[] = [];
  await runCheck({
    id: 'run-1',
    endpoints,
    settings,
    context: {
      ...context,
      walkDelegation: createDelegationWalk({ ...context, families: [4], port: servers.port }),
    },
    probes,
    vantage: { id: 'local', kind: 'local' },
    events: { endpoint: (report) => void reports.push(report) },
    signal,
  });
  return reports;
}
const good = () => endpoint({ host: 'www.good.test', port });
const lame = (rest: Partial<Endpoint> = {}) => endpoint({ host: 'www.lame.test', port: 443, ...rest });
const look = (host: string) => endpoint({ kind: 'dns', host, port: 53 });

describe('the name servers of a zone', () => {
  it('get no packet for an endpoint that is well, nor does the resolver', async () => {
    const before = resolver.queries.length;
    expect(await run([good()])).toMatchObject([{ verdict: 'pass' }]);
    const asked = resolver.queries.slice(before).map(({ name, type }) => `${type} ${name.toLowerCase()}`);
    expect(asked.sort()).toEqual(['A www.good.test', 'AAAA www.good.test']);
    expect(await run([look('www.good.test')])).toMatchObject([{ verdict: 'pass' }]);
    expect(servers.asked).toEqual([]);
    expect(resolver.queries.some(({ name }) => name.toLowerCase() === 'a.root-servers.net')).toBe(false);
  });

  it('are asked once a failed look-up has been repeated, and decide what one resolver could not', async () => {
    const [report] = await run([lame()]);
    expect(report).toMatchObject({
      verdict: 'fail',
      cause: 'dns.lame',
      side: 'dns',
      alsoFound: ['dns.servfail'],
    });
    expect(report?.summary).toContain(`ns.lame.test (${LAME}: REFUSED)`);
    const walked = report?.observations.filter(({ evidence }) => 'delegation' in evidence);
    expect(walked).toMatchObject([{ attempt: 2, evidence: { delegation: { zone: 'lame.test' } } }]);
  });

  it('are asked once for all endpoints of a host', async () => {
    await run([lame(), lame({ port: 80 }), lame({ port: 25 })]);
    expect(servers.asked.filter((line) => line === `${LAME} SOA lame.test udp`)).toHaveLength(1);
  });

  it('are not asked about a failure that nothing repeats, nor in the place of a server that is checked itself', async () => {
    await run([lame()], { confirm: 0 });
    await run([{ ...look('www.lame.test'), dnsServer: resolver.address }]);
    expect(servers.asked).toEqual([]);
  });

  it('are asked by every look-up where the run says so', async () => {
    const reports = await run([look('www.good.test'), good()], { delegation: true });
    expect(reports.find(({ kind }) => kind === 'dns')).toMatchObject({
      verdict: 'pass',
      observations: [
        { evidence: { delegation: { zone: 'good.test', servers: [{ name: 'ns.good.test' }] } } },
      ],
    });
    expect(servers.asked).toContain(`${GOOD} SOA good.test tcp`);
  });
});
