/**
 * The laboratory's small internet:
 *
 *     v1 … v5, no-ipv6, no-port-25, captive ── internet ── firewall ── customer (all addresses of all cases)
 *                                                 ├── dns (dnsmasq, two addresses)
 *                                                 └── control (answers on every port)
 *
 * Each box is a network namespace; no link leads to the machine's own network.
 */
import { type Authority, createAuthority } from '../certificates/authority.ts';
import {
  CONTROL,
  CUSTOMER,
  customerAddress4,
  customerAddress6,
  RESOLVERS,
  VANTAGES,
  type VantageId,
  ZONE,
} from './address-plan.ts';
import type { DnsRecords, FirewallRules, LabCase, Place } from './case.ts';
import { serveControls } from './faults/controls.ts';
import { serveScriptedNames } from './faults/names.ts';
import { serveCaptivePortal, vantageRuleset } from './faults/vantage-networks.ts';
import { firewallRuleset } from './firewall.ts';
import { createHost, type Host } from './host.ts';
import { startNameServers } from './name-servers.ts';
import {
  addNamespace,
  command,
  ipBatch,
  makeDirectory,
  namespaceName,
  removeLeftovers,
  removeOwnNamespaces,
  setKernel,
} from './namespaces.ts';
import { STRAY_RULESET } from './strays.ts';

export interface Lab {
  /** All places' addresses are on this machine; real and scripted servers of the cases run here. */
  readonly customer: Host;
  /** dnsmasq listens here on port 53 of `RESOLVERS`; scripted name servers take other ports. */
  readonly dns: Host;
  readonly control: Host;
  /** The customer's router and firewall: for faults that need a process there. */
  readonly firewall: Host;
  readonly internet: Host;
  readonly vantages: Readonly<Record<VantageId, Host>>;
  /** The probes trust this one and no other. */
  readonly authority: Authority;
  /** A folder of this run for configurations, certificates and spools (0755; removed with the lab). */
  readonly directory: string;
  /** Makes a thing that several cases share (an nginx, an intermediate authority) once. */
  once<T>(key: string, make: () => Promise<T>): Promise<T>;
  stop(): void;
}

export interface SetUp {
  readonly lab: Lab;
  readonly places: ReadonlyMap<LabCase, Place>;
}

const NAMES = ['internet', 'firewall', 'customer', 'dns', 'control'] as const;
type BoxName = (typeof NAMES)[number];

/** Gives every case its addresses, in the order of the table. */
export function allocate(cases: readonly LabCase[]): Map<LabCase, Place> {
  let next4 = 0;
  let next6 = 0;
  const take = (count: number, of: () => string): string[] => Array.from({ length: count }, of);
  return new Map(
    cases.map((one) => {
      const v4 = take(one.addresses?.v4 ?? 1, () => customerAddress4(next4++));
      const v6 = take(one.addresses?.v6 ?? 0, () => customerAddress6(next6++));
      const place: Place = { id: one.id, host: `${one.id}.${ZONE}`, address: v4[0] ?? v6[0] ?? '', v4, v6 };
      return [one, place];
    }),
  );
}

/** Builds everything and starts the servers of all cases. Ends with the process at the latest. */
export async function setUp(cases: readonly LabCase[]): Promise<SetUp> {
  removeLeftovers();
  const directory = makeDirectory();
  const hosts = new Set<Host>();
  const stop = (): void => {
    for (const host of hosts) host.stop();
    removeOwnNamespaces();
  };
  process.once('exit', stop);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => process.exit(130));

  const places = allocate(cases);
  const all = [...places.values()];
  const rules = cases.map((one) => one.site.firewall?.(placeOf(places, one)) ?? {});
  await buildNetwork(all, rules);

  const host = (name: string): Host => {
    const made = createHost(namespaceName(name));
    hosts.add(made);
    return made;
  };
  const boxes = Object.fromEntries(NAMES.map((name) => [name, host(name)])) as Record<BoxName, Host>;
  const shared = new Map<string, Promise<unknown>>();
  const lab: Lab = {
    ...boxes,
    vantages: Object.fromEntries(VANTAGES.map(({ id }) => [id, host(id)])) as Record<VantageId, Host>,
    authority: await createAuthority({ subject: 'Inbound Check Lab Root' }),
    directory,
    once<T>(key: string, make: () => Promise<T>) {
      const made = (shared.get(key) as Promise<T> | undefined) ?? make();
      shared.set(key, made);
      return made;
    },
    stop() {
      process.off('exit', stop);
      stop();
    },
  };
  await Promise.all([
    serveScriptedNames(lab).then(() => startNameServers(lab, recordsOf(cases, places))),
    serveControls(lab),
    serveCaptivePortal(lab),
  ]);
  await startSites(lab, places);
  return { lab, places };
}

async function startSites(lab: Lab, places: ReadonlyMap<LabCase, Place>): Promise<void> {
  for (const [one, place] of places) await one.site.prepare?.(place, lab);
  const waiting = [...places];
  // A few at the same time: each real server costs processor time to start.
  const starter = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [one, place] = next;
      try {
        await one.site.start?.(place, lab);
      } catch (error) {
        throw new Error(`the site of case ${one.id} does not start`, { cause: error });
      }
    }
  };
  await Promise.all(Array.from({ length: 6 }, starter));
}

function placeOf(places: ReadonlyMap<LabCase, Place>, one: LabCase): Place {
  const place = places.get(one);
  if (place === undefined) throw new Error(`case ${one.id} has no place`);
  return place;
}

function recordsOf(cases: readonly LabCase[], places: ReadonlyMap<LabCase, Place>): DnsRecords[] {
  return [
    { addresses: { [CONTROL.host]: [CONTROL.v4, CONTROL.v6] } },
    ...cases.map((one) => {
      const place = placeOf(places, one);
      return one.site.dns?.(place) ?? { addresses: { [place.host]: [...place.v4, ...place.v6] } };
    }),
  ];
}

/** One end of a link between two boxes. */
interface End {
  readonly box: string;
  readonly device: string;
  readonly v4: string;
  readonly v6?: string;
}

async function buildNetwork(places: readonly Place[], rules: readonly FirewallRules[]): Promise<void> {
  const all = [...NAMES, ...VANTAGES.map(({ id }) => id)];
  await Promise.all(all.map((name) => addNamespace(namespaceName(name), RESOLVERS)));
  await Promise.all(['internet', 'firewall'].map((name) => setKernel(namespaceName(name), ROUTER)));
  await setKernel(namespaceName('customer'), EVERY_ERROR);
  // No duplicate address detection: addresses are usable immediately.
  await Promise.all(
    all.map((name) => setKernel(namespaceName(name), { 'net/ipv6/conf/default/accept_dad': '0' })),
  );

  for (const vantage of VANTAGES) {
    await link(
      {
        box: 'internet',
        device: vantage.id,
        v4: `${vantage.gateway4}/24`,
        ...(vantage.v6 !== undefined && { v6: `${vantage.gateway6}/64` }),
      },
      {
        box: vantage.id,
        device: 'eth0',
        v4: `${vantage.v4}/24`,
        ...(vantage.v6 !== undefined && { v6: `${vantage.v6}/64` }),
      },
    );
    await ipBatch(namespaceName(vantage.id), [
      `route add default via ${vantage.gateway4}`,
      ...(vantage.v6 === undefined ? [] : [`route add default via ${vantage.gateway6}`]),
    ]);
  }
  await link(
    { box: 'internet', device: 'dns', v4: '10.77.53.1/24' },
    { box: 'dns', device: 'eth0', v4: `${RESOLVERS[0]}/24` },
  );
  await ipBatch(namespaceName('dns'), [
    `addr add ${RESOLVERS[1]}/24 dev eth0`,
    'route add default via 10.77.53.1',
  ]);
  await link(
    { box: 'internet', device: 'control', v4: '10.77.54.1/24', v6: 'fd77:0:0:54::1/64' },
    { box: 'control', device: 'eth0', v4: `${CONTROL.v4}/24`, v6: `${CONTROL.v6}/64` },
  );
  await ipBatch(namespaceName('control'), [
    'route add default via 10.77.54.1',
    'route add default via fd77:0:0:54::1',
  ]);
  await link(
    { box: 'internet', device: 'customer', v4: '10.77.60.1/24', v6: 'fd77:0:0:60::1/64' },
    { box: 'firewall', device: 'wan', v4: '10.77.60.2/24', v6: 'fd77:0:0:60::2/64' },
  );
  await link(
    { box: 'firewall', device: 'lan', v4: '10.77.61.1/24', v6: 'fd77:0:0:61::1/64' },
    { box: 'customer', device: 'eth0', v4: '10.77.61.2/24', v6: 'fd77:0:0:61::2/64' },
  );
  // The inner network of `NOBODY`: its far end has no address, so nobody answers for one.
  await link(
    { box: 'firewall', device: 'empty', v4: '10.77.62.1/24', v6: 'fd77:0:0:62::1/64' },
    { box: 'customer', device: 'unused', v4: '' },
  );
  await ipBatch(namespaceName('internet'), [
    `route add ${CUSTOMER.v4} via 10.77.60.2`,
    `route add ${CUSTOMER.v6} via fd77:0:0:60::2`,
    // Dropped silently, like packets to an unused address on the internet.
    'route add blackhole 10.77.254.0/24',
  ]);
  await ipBatch(namespaceName('firewall'), [
    'route add default via 10.77.60.1',
    'route add default via fd77:0:0:60::1',
    `route add ${CUSTOMER.v4} via 10.77.61.2`,
    `route add ${CUSTOMER.v6} via fd77:0:0:61::2`,
  ]);
  await ipBatch(namespaceName('customer'), [
    'route add default via 10.77.61.1',
    'route add default via fd77:0:0:61::1',
    `route add blackhole ${CUSTOMER.v4}`,
    `route add blackhole ${CUSTOMER.v6}`,
    ...places.flatMap(({ v4, v6 }) => [
      ...v4.map((address) => `addr add ${address}/32 dev lo`),
      ...v6.map((address) => `addr add ${address}/128 dev lo nodad`),
    ]),
  ]);
  await Promise.all([
    command('ip', ['netns', 'exec', namespaceName('firewall'), 'nft', '-f', '-'], firewallRuleset(rules)),
    command('ip', ['netns', 'exec', namespaceName('internet'), 'nft', '-f', '-'], vantageRuleset()),
    ...VANTAGES.map(({ id }) =>
      command('ip', ['netns', 'exec', namespaceName(id), 'nft', '-f', '-'], STRAY_RULESET),
    ),
  ]);
  await ipBatch(
    namespaceName('firewall'),
    rules.flatMap(({ routes = [] }) => routes),
  );
}

/** Every ICMP error is sent: Linux allows a destination one a second, and cases run side by side. */
const EVERY_ERROR = {
  'net/ipv4/icmp_ratelimit': '0',
  'net/ipv4/icmp_msgs_per_sec': '100000',
  'net/ipv4/icmp_msgs_burst': '10000',
  'net/ipv6/icmp/ratelimit': '0',
} as const;

const ROUTER = {
  ...EVERY_ERROR,
  'net/ipv4/ip_forward': '1',
  'net/ipv6/conf/all/forwarding': '1',
  'net/netfilter/nf_conntrack_acct': '1',
  // SYNPROXY needs it: else the client's ACK is taken for a connection that began before the firewall did.
  'net/netfilter/nf_conntrack_tcp_loose': '0',
} as const;

async function link(a: End, b: End): Promise<void> {
  const at = ({ box }: End): string => namespaceName(box);
  await command('ip', [
    ...['link', 'add', 'name', a.device, 'netns', at(a), 'type', 'veth'],
    ...['peer', 'name', b.device, 'netns', at(b)],
  ]);
  for (const end of [a, b]) {
    await ipBatch(at(end), [
      // A segment is a packet, as between machines: else several pass, and are lost, as one.
      `link set ${end.device} gso_max_segs 1`,
      `link set ${end.device} up`,
      ...(end.v4 === '' ? [] : [`addr add ${end.v4} dev ${end.device}`]),
      ...(end.v6 === undefined ? [] : [`addr add ${end.v6} dev ${end.device} nodad`]),
    ]);
  }
}
