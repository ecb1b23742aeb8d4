/**
 * The kernel's own count of what leaves the prober: in a network namespace where every forbidden address answers, the
 * packets to them are counted by nft. Nothing can leave the namespace: it has no interface but loopback.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpointId } from '../../lib/engine/plan/endpoint-id.ts';
import type { EndpointReport } from '../../lib/engine/report-schema.ts';
import type { Endpoint } from '../../lib/model/endpoint.ts';
import type { Kind } from '../../lib/model/vocabulary.ts';
import {
  addNamespace,
  command,
  ipBatch,
  namespaceName,
  removeOwnNamespaces,
  whyNoLab,
} from '../lab/namespaces.ts';
import type { ProberPlan } from './guard/prober.ts';
import type { SitePlan } from './guard/site.ts';

/** Public by number, and in this namespace ours. */
const WEB = ['203.0.114.10', '2600:1f18::10'] as const;
/** Each answers here on the ports that are probed, so a dial that went through would connect. */
const FORBIDDEN = [
  '169.254.169.254',
  '127.0.0.2',
  '10.0.0.5',
  '172.16.3.3',
  '192.168.7.7',
  '100.64.0.9',
  '168.63.129.16',
  '198.51.100.7',
  '::1',
  'fd00:ec2::254',
  'fd12:3456::1',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b::7f00:2',
  '64:ff9b:1::a9fe:a9fe',
  '2002:a9fe:a9fe::1',
  '2001:0:808:808::5601:5601',
] as const;
const PORTS = [22, 25, 80, 123, 443, 465] as const;
const KINDS = [
  'tcp',
  'ssh',
  'smtp',
  'smtps',
  'http',
  'https',
  'tls',
  'ntp',
] as const satisfies readonly Kind[];

/** Where the web server redirects clients that follow. Some lead to the addresses above in a spelling of their own. */
const LOCATIONS: readonly string[] = [
  ...FORBIDDEN.map(
    (address) => `http://${address.includes(':') ? `[${address}]` : address}/latest/meta-data/`,
  ),
  ...FORBIDDEN.map((address) => `https://${address.includes(':') ? `[${address}]` : address}/`),
  'http://2852039166/',
  'http://0xa9.0xfe.0xa9.0xfe/',
  'http://0251.0376.0251.0376/',
  'http://[::ffff:169.254.169.254]/',
  'http://[::ffff:127.0.0.2]/',
  'http://[::169.254.169.254]/',
  'http://127.2/',
  'http://localhost/',
  'http://rebind.site.example/',
  'http://all.site.example/',
  '//169.254.169.254/',
  'file:///etc/passwd',
  'gopher://127.0.0.2:25/_HELO',
  'http://anna:s3cret@169.254.169.254/',
];
const hostOf = (index: number): string => `case-${index}.site.example`;

const zone: SitePlan['zone'] = {
  ...Object.fromEntries(LOCATIONS.map((_, index) => [hostOf(index), { A: [WEB[0]], AAAA: [WEB[1]] }])),
  'rebind.site.example': { A: [WEB[0]], laterA: ['169.254.169.254'] },
  'all.site.example': {
    A: FORBIDDEN.filter((address) => !address.includes(':')),
    AAAA: FORBIDDEN.filter((address) => address.includes(':')),
  },
  'mail.site.example': { MX: [{ preference: 10, exchange: 'all.site.example' }] },
};

/** Every fresh connection and datagram that goes neither to the web server nor to the test's name server counts. */
const rules = (namePort: string): string => `
table inet guard {
  counter web { }
  counter reserved { }
  counter others { }
  chain judge {
    ip daddr ${WEB[0]} counter name web return
    ip6 daddr ${WEB[1]} counter name web return
    ip daddr 240.0.0.1 counter name reserved return
    counter name others
  }
  chain output {
    type filter hook output priority 0; policy accept;
    meta l4proto { tcp, udp } th dport ${namePort} accept
    meta l4proto { tcp, udp } th sport ${namePort} accept
    tcp flags & (syn | ack) == syn jump judge
    meta l4proto udp jump judge
  }
  chain input {
    type filter hook input priority 0; policy accept;
    tcp dport ${SILENT} drop
  }
}`;
/** A port of the web server on which everything is dropped: there the engine looks for a control. */
const SILENT = 81;

const PORT_OF: Readonly<Record<(typeof KINDS)[number], number>> = {
  tcp: 80,
  ssh: 22,
  smtp: 25,
  smtps: 465,
  http: 80,
  https: 443,
  tls: 443,
  ntp: 123,
};

const endpoint = (kind: Kind, host: string, port: number, more: Partial<Endpoint> = {}): Endpoint => {
  const parts = {
    kind,
    host,
    port,
    target: host,
    expect: 'open' as const,
    level: 'required' as const,
    ...more,
  };
  return { id: endpointId(parts), ...parts };
};

const script = (name: string): string => fileURLToPath(new URL(`./guard/${name}.ts`, import.meta.url));
const inside = (namespace: string, name: string, plan: SitePlan | ProberPlan): string[] => [
  ...['netns', 'exec', namespace, process.execPath, '--import', 'tsx', script(name), JSON.stringify(plan)],
];

const whyNot = whyNoLab();
// In CI they fail.
const skipped = whyNot !== undefined && !process.env.CI;

describe.skipIf(skipped)(`packets to forbidden addresses${whyNot ? ` (${whyNot})` : ''}`, () => {
  const namespace = namespaceName('guard');
  let reports: EndpointReport[] = [];
  let counted: Record<string, number> = {};
  let afterwards: Record<string, number> = {};
  let trapped: string[] = [];

  const counters = async (): Promise<Record<string, number>> => {
    const text = await command('ip', ['netns', 'exec', namespace, 'nft', '-j', 'list', 'counters']);
    const { nftables } = JSON.parse(text) as { nftables: { counter?: { name: string; packets: number } }[] };
    return Object.fromEntries(
      nftables.flatMap(({ counter }) => (counter ? [[counter.name, counter.packets]] : [])),
    );
  };
  const of = (kind: Kind, host: string): EndpointReport[] =>
    reports.filter((report) => report.kind === kind && report.host === host);

  beforeAll(async () => {
    await addNamespace(namespace, []);
    const own = [...WEB, ...FORBIDDEN.filter((address) => address !== '::1' && address !== '127.0.0.2')];
    await ipBatch(namespace, [
      ...own.map((address) => `addr add ${address}/${address.includes(':') ? '128 nodad' : '32'} dev lo`),
      // What is not answered here still has a way out, back into itself: a dial would not fail for want of a route.
      'route add default dev lo',
      'route add 2000::/3 dev lo',
    ]);
    const plan: SitePlan = {
      zone,
      web: WEB,
      locations: Object.fromEntries(LOCATIONS.map((location, index) => [hostOf(index), location])),
      traps: FORBIDDEN.map((address) => ({ address, ports: PORTS })),
    };
    const site = spawn('ip', inside(namespace, 'site', plan), { stdio: ['pipe', 'pipe', 'inherit'] });
    const said = createInterface({ input: site.stdout })[Symbol.asyncIterator]();
    const name = String((await said.next()).value);
    await command('ip', ['netns', 'exec', namespace, 'nft', '-f', '-'], rules(name.split(':')[1] ?? ''));

    const endpoints = [
      ...LOCATIONS.map((_, index) => endpoint('http', hostOf(index), 80)),
      ...KINDS.flatMap((kind) =>
        [...FORBIDDEN, 'all.site.example', 'rebind.site.example'].map((host) =>
          endpoint(kind, host, PORT_OF[kind]),
        ),
      ),
      ...FORBIDDEN.map((address) =>
        endpoint('dns', 'www.site.example', 123, {
          dnsServer: address.includes(':') ? `[${address}]:123` : `${address}:123`,
        }),
      ),
      endpoint('smtp', WEB[0], 25, { assertions: { mxDomain: 'mail.site.example' } }),
      endpoint('tcp', WEB[0], SILENT),
    ];
    const settings: ProberPlan['settings'] = {
      dnsServers: [name],
      confirm: 1,
      confirmPauseMs: 1,
      timeoutMs: 6_000,
      defaultControls: false,
      controls: [{ port: SILENT, host: 'all.site.example', hostPort: 80 }],
    };
    reports = JSON.parse(
      await command('ip', inside(namespace, 'prober', { endpoints, settings })),
    ) as EndpointReport[];
    counted = await counters();

    // The instruments themselves: somebody does go there now.
    const stray = `
      require('net').connect(80, '169.254.169.254').on('error', () => {});
      const socket = require('dgram').createSocket('udp6');
      socket.send('x', 123, 'fd00:ec2::254', () => socket.close());`;
    await command('ip', ['netns', 'exec', namespace, process.execPath, '-e', stray]);
    afterwards = await counters();
    site.stdin.end();
    trapped = JSON.parse(String((await said.next()).value)) as string[];
    await once(site, 'close');
  });
  afterAll(removeOwnNamespaces);

  it('are none, whatever the 200 endpoints led to', () => {
    expect(reports.length).toBe(
      LOCATIONS.length + KINDS.length * (FORBIDDEN.length + 2) + FORBIDDEN.length + 2,
    );
    expect(counted.others).toBe(0);
    // Nothing but the stray that this test let loose afterwards.
    expect(trapped.sort()).toEqual(['169.254.169.254 80/tcp', 'fd00:ec2::254 123/udp']);
  });

  it('would be counted, and so are those to the web server', () => {
    expect(afterwards.others).toBe(2);
    // Each redirecting page was asked for over both families.
    expect(counted.web).toBeGreaterThanOrEqual(2 * LOCATIONS.length);
    // The one address that is dialled on purpose, because no host can have it.
    expect(counted.reserved).toBeGreaterThan(0);
  });

  it.each(LOCATIONS.map((location, index) => [location, index] as const))(
    'a redirect to %s is named',
    (location, index) => {
      const [report] = of('http', hostOf(index));
      if (location.includes('rebind')) return expect(['pass', 'fail']).toContain(report?.verdict);
      const leadsNowhere = /^(file|gopher):|@/.test(location);
      expect(report).toMatchObject({
        verdict: 'fail',
        cause: leadsNowhere ? 'http.status-unexpected' : 'http.redirect-to-private-address',
      });
    },
  );

  it.each(KINDS)('%s endpoints at forbidden addresses are refused, as literals and behind a name', (kind) => {
    for (const address of FORBIDDEN) expect(of(kind, address)[0]?.cause).toBe('prober.address-refused');
    const [named] = of(kind, 'all.site.example');
    expect(named).toMatchObject({ cause: 'dns.private-address', side: 'dns' });
    expect(new Set(named?.observations.map(({ cause }) => cause))).toEqual(new Set(['dns.private-address']));
  });

  it('name servers at forbidden addresses are not asked, and mail routes there are reported', () => {
    const asked = reports.filter(({ kind }) => kind === 'dns');
    expect(asked.map(({ cause }) => cause)).toEqual(FORBIDDEN.map(() => 'prober.address-refused'));
    const [mail] = of('smtp', WEB[0]);
    expect([mail?.cause, ...(mail?.alsoFound ?? [])]).toContain('smtp.mx-elsewhere');
  });

  it('a control that leads there decides nothing', () => {
    const [silent] = of('tcp', WEB[0]);
    expect(silent).toMatchObject({ verdict: 'inconclusive', cause: 'prober.no-control' });
  });
});
