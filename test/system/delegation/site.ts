/** Real name servers of five makes, one of them the resolver, and the firewalls in front of them, in a network namespace without a way out. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../lab/host.ts';
import { command, ipBatch } from '../../lab/namespaces.ts';
import {
  AT,
  firstZones,
  PRIMARY,
  rootZone,
  secondZones,
  topZones,
  unboundZones,
  type ZoneFile,
} from './zones.ts';

/** Packets of others than the resolver to port 53 of the servers, by the firewall's counter. */
const COUNTER = 'asked_by_the_prober';

const FIREWALL = `table inet site {
  counter ${COUNTER} {}
  chain out { type filter hook output priority 0;
    ip saddr != ${AT.resolver} ip daddr != ${AT.resolver} meta l4proto { tcp, udp } th dport 53 counter name ${COUNTER}
    ip6 daddr ${AT.one6} meta l4proto { tcp, udp } th dport 53 counter name ${COUNTER}
  }
  # Not on the way out: who sends would be told.
  chain in { type filter hook input priority 0;
    ip daddr ${AT.dropped} drop
    ip daddr ${AT.noTcp} tcp dport 53 drop
    ip saddr ${AT.short} udp sport 53 udp length > 520 drop
    ip daddr ${AT.deaf} udp dport 53 @th,144,16 1 drop comment "ARCOUNT: questions with EDNS"
  }
}
`;

/** Starts everything; it ends with `host.stop()`. */
export async function buildSite(host: Host, folder: string): Promise<void> {
  await ipBatch(
    host.namespace,
    Object.values(AT).map((address) =>
      address.includes(':') ? `addr add ${address}/128 dev lo nodad` : `addr add ${address}/32 dev lo`,
    ),
  );
  await command('ip', ['netns', 'exec', host.namespace, 'nft', '-f', '-'], FIREWALL);
  const at = (...addresses: readonly string[]) => ({
    listening: addresses.map((address) => ({ address, port: 53 })),
  });
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const room = (name: string, zones: readonly ZoneFile[]): string => {
    const path = join(folder, name);
    mkdirSync(path);
    for (const zone of zones) writeFileSync(join(path, fileName(zone)), zone.text);
    return path;
  };
  const knot = (name: string, address: string, zones: readonly ZoneFile[]) =>
    host.spawn(
      'knotd',
      ['-c', file(`${name}.conf`, knotText(address, room(name, zones), zones))],
      at(address),
    );
  const named = (name: string, address: string, text: string) =>
    host.spawn(
      'named',
      ['-g', '-n', '1', '-c', file(`${name}.conf`, namedText(address, text, room(name, [])))],
      at(address),
    );

  const behind = [AT.one, AT.one6, AT.noTcp, AT.short, AT.deaf];
  await Promise.all([
    named('root', AT.root, `zone "." { type primary; file "${file('root.zone', rootZone.text)}"; };`),
    knot('tld', AT.tld, topZones),
    host.spawn(
      'nsd',
      ['-d', '-c', file('one.conf', nsdText(behind, room('one', firstZones), firstZones))],
      at(...behind),
    ),
    knot('two', AT.two, secondZones),
    named(
      'refuser',
      AT.refuser,
      `zone "expired.example" { type secondary; primaries { ${PRIMARY}; }; file "expired"; };`,
    ),
    host.spawn(
      'dnsmasq',
      [...DNSMASQ, `--listen-address=${AT.forwarder}`, `--server=${AT.resolver}`],
      at(AT.forwarder),
    ),
    host.spawn('unbound', ['-d', '-c', file('odd.conf', oddText(room('odd', unboundZones)))], at(AT.odd)),
    host.spawn(
      'unbound',
      [
        '-d',
        '-c',
        file(
          'resolver.conf',
          resolverText(file('hints', `. 60 NS a.root.example.\na.root.example. 60 A ${AT.root}\n`)),
        ),
      ],
      at(AT.resolver),
    ),
  ]);
}

/** Packets that came from the prober to a name server since the site was built. */
export async function askedByProber(host: Host): Promise<number> {
  const text = await command('ip', ['netns', 'exec', host.namespace, 'nft', '-j', 'list', 'counters']);
  const { nftables } = JSON.parse(text) as { nftables: { counter?: { name: string; packets: number } }[] };
  const counter = nftables.find(({ counter }) => counter?.name === COUNTER)?.counter;
  if (counter === undefined) throw new Error(`no counter in ${text}`);
  return counter.packets;
}

const fileName = ({ name }: Pick<ZoneFile, 'name'>): string => `${name}.zone`;

const knotText = (address: string, folder: string, zones: readonly ZoneFile[]): string => `server:
  listen: ${address}@53
  rundir: ${folder}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
database:
  storage: ${folder}
log:
  - target: stderr
    any: warning
template:
  - id: default
    storage: ${folder}
    file: "%s.zone"
    zonefile-sync: -1
    journal-content: none
zone:
${zones.map(({ name }) => `  - domain: ${name}`).join('\n')}
`;

const namedText = (address: string, zones: string, folder: string): string => `options {
  directory "${folder}";
  listen-on { ${address}; };
  listen-on-v6 { none; };
  recursion no;
  pid-file none;
  session-keyfile none;
  managed-keys-directory "${folder}";
  dnssec-validation no;
  notify no;
};
controls { };
${zones}
`;

const nsdText = (addresses: readonly string[], folder: string, zones: readonly ZoneFile[]): string => `server:
${addresses.map((address) => `  ip-address: ${address}`).join('\n')}
  username: ""
  zonesdir: "${folder}"
  pidfile: ""
  zonelistfile: "${folder}/zone.list"
  xfrdfile: "${folder}/xfrd.state"
  cookie-secret-file: ""
  server-count: 1
  rrl-ratelimit: 0
remote-control:
  control-enable: no
${zones.map((zone) => `zone:\n  name: ${zone.name}\n  zonefile: ${fileName(zone)}`).join('\n')}
`;

const UNBOUND = `server:
  username: ""
  chroot: ""
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  module-config: "iterator"
  num-threads: 1
  access-control: 0.0.0.0/0 allow_snoop
remote-control:
  control-enable: no
`;

const resolverText = (hints: string): string => `${UNBOUND}
server:
  interface: ${AT.resolver}
  outgoing-interface: ${AT.resolver}
  do-ip6: no
  root-hints: "${hints}"
`;

/**
 * The first zone lacks `www`; its address stands in front of the zone, and a question for its AAAA goes on to the zone. The
 * second has a CNAME beside its SOA, which the other makes do not load.
 */
const oddText = (folder: string): string => `${UNBOUND}
server:
  interface: ${AT.odd}
  local-zone: "www.byhand.example." typetransparent
  local-data: "www.byhand.example. 60 A 203.0.114.80"
auth-zone:
  name: "byhand.example."
  zonefile: "${folder}/byhand.example.zone"
  for-downstream: yes
  for-upstream: no
auth-zone:
  name: "apex.example."
  zonefile: "${folder}/apex.example.zone"
  for-downstream: yes
  for-upstream: no
`;

const DNSMASQ = [
  ...['--keep-in-foreground', '--log-facility=-', '--conf-file=/dev/null', '--no-resolv', '--no-hosts'],
  ...['--bind-interfaces', '--user=root', '--pid-file='],
];
