/** Zones signed by BIND's tools, from a root of their own down, served by nsd on loopback, and unbound that validates them. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../../lib/net/clock.ts';
import { createDnsQuery, type DnsQuery } from '../../../lib/net/dns-query.ts';
import { bindDnsPort } from '../../servers/dns-port.ts';

export interface SignedZone {
  readonly name: string;
  /** Lines of the zone file beside SOA and NS. */
  readonly lines?: readonly string[];
  /** Algorithms of the keys, as dnssec-keygen names them; none: not signed. */
  readonly algorithms?: readonly string[];
  /** Options of dnssec-signzone: times, NSEC3. */
  readonly sign?: readonly string[];
  /** What the parent says of the keys. `true`: their DS records. A text: that line. */
  readonly ds?: boolean | string | ((dsset: string) => string);
  /** Changes the signed zone file. */
  readonly tamper?: (file: string) => string;
}

/** Of nsd, on port 53, as the zones say: unbound goes there for the parent of a zone. One of its own for each run. */
export const NAME_SERVER = `127.77.${randomInt(1, 255)}.${randomInt(1, 255)}`;

const HEAD = ['$TTL 300', '@ IN SOA ns.test. hostmaster.test. 1 3600 600 86400 60', '@ IN NS ns.test.'];

const dsFile = (folder: string, name: string): string =>
  join(folder, `dsset-${name}${name === '.' ? '' : '.'}`);

/** Children first, as their DS records go into the parent. */
export function signZones(folder: string, zones: readonly SignedZone[]): void {
  mkdirSync(folder, { recursive: true });
  const run = (command: string, ...args: string[]): string =>
    execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const added = new Map<string, string[]>();
  for (const { name, lines = [], algorithms = [], sign = [], ds = true, tamper } of zones) {
    const file = `zone-${name}`;
    const text = [
      `$ORIGIN ${name === '.' ? '.' : `${name}.`}`,
      ...HEAD,
      ...lines,
      ...(added.get(name) ?? []),
    ];
    writeFileSync(join(folder, file), `${text.join('\n')}\n`);
    const parent = name === '.' ? undefined : name.includes('.') ? name.slice(name.indexOf('.') + 1) : '.';
    const delegation = [`${name}. IN NS ns.test.`];
    if (algorithms.length === 0) writeFileSync(join(folder, `${file}.signed`), `${text.join('\n')}\n`);
    for (const algorithm of algorithms) {
      const size = algorithm.startsWith('RSA') || algorithm.startsWith('NSEC3RSA') ? ['-b', '2048'] : [];
      run('dnssec-keygen', '-q', '-a', algorithm, ...size, '-f', 'KSK', name);
      run('dnssec-keygen', '-q', '-a', algorithm, ...size, name);
    }
    if (algorithms.length > 0)
      run('dnssec-signzone', '-S', '-P', ...sign, '-o', name, '-f', `${file}.signed`, file);
    if (typeof ds === 'string') delegation.push(ds);
    else if (algorithms.length > 0 && ds !== false) {
      const own = readFileSync(dsFile(folder, name), 'utf8');
      delegation.push(typeof ds === 'function' ? ds(own) : own);
    }
    if (parent !== undefined) added.set(parent, [...(added.get(parent) ?? []), ...delegation]);
    if (tamper !== undefined) {
      const signed = join(folder, `${file}.signed`);
      writeFileSync(signed, tamper(readFileSync(signed, 'utf8')));
    }
  }
}

export interface DnssecServers {
  /** To unbound. */
  readonly query: DnsQuery;
  readonly anchors: readonly string[];
  /** Its port on 127.0.0.1. */
  readonly unbound: number;
  close(): Promise<void>;
}

/** The root has the name `.` among the zones. */
export async function serveZones(folder: string, zones: readonly SignedZone[]): Promise<DnssecServers> {
  const unbound = await freePort();
  const children: ChildProcess[] = [];
  writeFileSync(
    join(folder, 'nsd.conf'),
    `server:
  ip-address: ${NAME_SERVER}
  username: ""
  server-count: 1
  pidfile: ""
  database: ""
  zonesdir: "${folder}"
  xfrdfile: "${folder}/xfrd"
  xfrdir: "${folder}"
  zonelistfile: "${folder}/zonelist"
remote-control:
  control-enable: no
${zones.map(({ name }) => `zone:\n  name: ${name}\n  zonefile: "zone-${name}.signed"\n`).join('')}`,
  );
  const anchors = readFileSync(dsFile(folder, '.'), 'utf8').trim().split('\n');
  writeFileSync(join(folder, 'anchors'), `${anchors.join('\n')}\n`);
  writeFileSync(
    join(folder, 'unbound.conf'),
    `server:
  interface: 127.0.0.1@${unbound}
  username: ""
  chroot: ""
  directory: "${folder}"
  pidfile: ""
  use-syslog: no
  logfile: "${folder}/unbound.log"
  verbosity: 1
  val-log-level: 2
  do-not-query-localhost: no
  do-ip6: no
  module-config: "validator iterator"
  trust-anchor-file: "${folder}/anchors"
  local-zone: "test." nodefault
  infra-host-ttl: 1
  # As many as BIND computes.
  val-nsec3-keysize-iterations: "1024 50 2048 50 4096 50"
stub-zone:
  name: "."
  stub-addr: ${NAME_SERVER}
remote-control:
  control-enable: no
`,
  );
  children.push(spawn('nsd', ['-d', '-c', join(folder, 'nsd.conf')], { stdio: 'ignore' }));
  children.push(spawn('unbound', ['-d', '-c', join(folder, 'unbound.conf')], { stdio: 'ignore' }));
  const queryTo = (address: string, port: number): DnsQuery =>
    createDnsQuery(
      { address, port },
      { guard: () => undefined, clock: systemClock, deadline: new AbortController().signal },
    );
  const query = queryTo('127.0.0.1', unbound);
  const ready = async (ask: DnsQuery): Promise<void> => {
    for (let round = 0; round < 100; round += 1) {
      if ((await ask('.', 'NS', 1_000)).code === 'NOERROR') return;
      await pause(100);
    }
    throw new Error(`no name server: ${readdirSync(folder).join(' ')}`);
  };
  await ready(queryTo(NAME_SERVER, 53));
  await ready(query);
  return {
    query,
    anchors,
    unbound,
    async close() {
      const ended = children.map((child) => once(child, 'exit'));
      for (const child of children) child.kill('SIGTERM');
      await Promise.all(ended);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const { tcp, udp, port } = await bindDnsPort();
  udp.close();
  tcp.close();
  return port;
}
