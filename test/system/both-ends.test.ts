/**
 * `listen` on the host, `check --with-listener` from the prober, and `join` of what both wrote: in network namespaces, with a
 * router and a host firewall. Each port breaks at another place.
 */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Decided } from '../../lib/engine/report-listener.ts';
import { Report } from '../../lib/engine/report-schema.ts';
import { spellCode } from '../../lib/kinds/listener/code.ts';
import { newListenerCode } from '../../lib/kinds/listener/new-code.ts';
import { hostPort } from '../../lib/net/host-port.ts';
import { loadSyscalls } from '../../lib/net/kernel/syscalls.ts';
import { createHost, type Host, nodeArgs, spawnIn } from '../lab/host.ts';
import { makeDirectory, removeOwnNamespaces, whyNoLab } from '../lab/namespaces.ts';
import { readPcapng } from '../local/listen/capture/read-pcapng.ts';
import {
  answerElsewhere,
  buildSite,
  HOST,
  machine,
  OUTSIDE,
  PROBER,
  ROUTER,
  setRules,
} from './both-ends/site.ts';

const PORT = {
  well: 8001,
  neverArrived: 8002,
  hostDrops: 8003,
  hostRejects: 8004,
  replyLost: 8006,
  sourceRewritten: 8007,
  taken: 8008,
  refusedOnTheWay: 8009,
  /** The router sends it to the port that works. */
  otherPort: 8010,
  /** Another source address and port, and the host’s firewall drops it: the mark alone ties it. */
  natHostDrops: 8011,
  /** The same, and the segment size is changed on the way: nothing ties it. */
  natClamped: 8012,
  /** The host sends its answers to another uplink, which knows no way back. */
  asymmetric: 8013,
  /** The router passes IPv4 alone. */
  onlyIpv4: 8014,
  /** The router answers the handshake itself, and its own SYN gets nowhere. */
  synProxy: 8015,
  /** A proxy at the router takes the connection and makes one of its own. */
  proxied: 8016,
  /** The router sends it to another machine, which answers. */
  otherMachine: 8017,
  /** The same, and it ends TLS. */
  tlsProxied: 8018,
} as const;
const OVER_TLS: readonly number[] = [PORT.tlsProxied];

const ROUTER_RULES = `table inet way {
  chain passing { type filter hook forward priority 0;
    tcp dport ${PORT.neverArrived} drop
    tcp dport ${PORT.refusedOnTheWay} reject with tcp reset
    tcp sport ${PORT.replyLost} drop
    tcp dport ${PORT.natClamped} tcp flags syn tcp option maxseg size set 1000
    meta nfproto ipv6 tcp dport ${PORT.onlyIpv4} drop
    tcp dport ${PORT.synProxy} ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm
    tcp dport ${PORT.synProxy} ct state invalid drop
  }
  chain first { type filter hook prerouting priority raw;
    tcp dport ${PORT.synProxy} tcp flags syn notrack
  }
  chain own { type filter hook output priority 0;
    tcp dport ${PORT.synProxy} tcp flags & (syn | ack) == syn drop
  }
  chain out { type nat hook postrouting priority 100;
    tcp dport ${PORT.sourceRewritten} oifname "to-host" masquerade
    tcp dport { ${PORT.natHostDrops}, ${PORT.natClamped} } oifname "to-host" masquerade fully-random
  }
  chain in { type nat hook prerouting priority -100;
    meta nfproto ipv4 tcp dport ${PORT.otherPort} dnat ip to ${HOST[4]}:${PORT.well}
    meta nfproto ipv6 tcp dport ${PORT.otherPort} dnat ip6 to [${HOST[6]}]:${PORT.well}
    tcp dport { ${PORT.proxied}, ${PORT.tlsProxied}, ${PORT.otherMachine} } redirect
  }
}`;

const HOST_RULES = `table inet own {
  chain arriving { type filter hook input priority 0;
    tcp dport { ${PORT.hostDrops}, ${PORT.natHostDrops}, ${PORT.natClamped} } drop
    tcp dport ${PORT.hostRejects} reject with icmpx admin-prohibited
  }
}`;

/** Takes connections at the router and makes its own to the host. */
const proxyConfig = (pem: string): string => `global
  maxconn 100
defaults
  mode tcp
  timeout connect 5s
  timeout client 10s
  timeout server 10s
${([4, 6] as const)
  .map(
    (family) => `listen plain${family}
  bind ${hostPort(OUTSIDE[family], PORT.proxied)}
  server host ${hostPort(HOST[family], PORT.proxied)}
listen secure${family}
  bind ${hostPort(OUTSIDE[family], PORT.tlsProxied)} ssl crt ${pem}
  server host ${hostPort(HOST[family], PORT.tlsProxied)} ssl verify none
`,
  )
  .join('')}`;

async function startProxy(router: Host): Promise<void> {
  const folder = makeDirectory();
  const [key, pem, config] = ['key.pem', 'proxy.pem', 'haproxy.cfg'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc'],
    ...['-days', '2', '-subj', '/CN=proxy.example', '-keyout', key, '-out', pem],
  ]);
  expect(made.status, String(made.stderr)).toBe(0);
  appendFileSync(pem, readFileSync(key));
  writeFileSync(config, proxyConfig(pem));
  await router.spawn('haproxy', ['-db', '-f', config], {
    listening: ([4, 6] as const).flatMap((family) =>
      [PORT.proxied, PORT.tlsProxied].map((port) => ({ address: OUTSIDE[family], port })),
    ),
  });
}

const CLI = fileURLToPath(new URL('../../bin/inbound-check.ts', import.meta.url));
const loaded = await loadSyscalls();
const reason = whyNoLab() ?? (loaded.ok ? undefined : loaded.why);
const hosts: Host[] = [];
const code = spellCode(newListenerCode());

interface Ran {
  readonly child: ChildProcess;
  readonly seen: { stdout: string; stderr: string };
  readonly ended: Promise<number | null>;
}

function run(where: 'prober' | 'host', folder: string, args: readonly string[], secret = code): Ran {
  const { NO_COLOR: _, FORCE_COLOR: __, NODE_OPTIONS: ___, ...clean } = process.env;
  const env = {
    ...clean,
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_STATE_HOME: join(folder, 'state'),
    INBOUND_CHECK_LISTENER_CODE: secret,
  };
  const child = spawnIn(machine(where), process.execPath, nodeArgs(CLI, ...args), {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const seen = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      seen[name] += text;
    });
  return { child, seen, ended: once(child, 'close').then(([status]: (number | null)[]) => status ?? null) };
}

async function said({ child, seen, ended }: Ran, text: string): Promise<void> {
  while (!seen.stdout.includes(text)) {
    await Promise.race([child.stdout && once(child.stdout, 'data'), ended]);
    if (child.exitCode !== null && !seen.stdout.includes(text))
      throw new Error(`it ended without "${text}": ${seen.stdout}${seen.stderr}`);
  }
}

interface Joined {
  readonly of: (port: number) => Decided;
  readonly report: Report;
  readonly folder: string;
}

/** One listener, one check of all ports, and both joined. */
async function bothEnds(family: 4 | 6): Promise<Joined> {
  const folder = makeDirectory();
  const [log, first, pcap] = ['listener.log', 'first.json', 'seen.pcapng'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const ports = Object.values(PORT);
  const listener = run('host', folder, [
    ...['listen', '--ports', ports.join(','), '--for', '1h', '--log', log, '--pcap', pcap],
  ]);
  await said(listener, `${PORT.tlsProxied} WAITING`);
  expect(listener.seen.stdout).toContain('Packets to the ports are watched as well.');
  const check = run('prober', folder, [
    'check',
    ...ports.map((port) => `${OVER_TLS.includes(port) ? 'https' : 'tcp'}://${hostPort(HOST[family], port)}`),
    ...['--with-listener', '--allow-private', '--no-default-controls', '--no-history'],
    ...['--timeout', '4000', '--confirm', '1', '--confirm-pause', '0', '--output', first],
  ]);
  await check.ended;
  listener.child.kill('SIGINT');
  expect(await listener.ended).toBe(130);
  const joinedPath = join(folder, 'joined.html');
  const join1 = run('prober', folder, ['join', first, log, '--output', joinedPath]);
  expect([await join1.ended, join1.seen.stderr]).toEqual([0, '']);
  const verified = run('prober', folder, ['verify', joinedPath, '--key', 'own']);
  expect(await verified.ended).toBe(0);
  expect(verified.seen.stdout).toContain('GENUINE');
  const report = Report.parse(JSON.parse(readFileSync(join(folder, 'joined.json'), 'utf8')));
  const decided = report.listeners?.[0]?.decided ?? [];
  const of = (port: number): Decided => {
    const found = decided.filter((one) => one.port === port);
    if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} decisions of ${port}`);
    return found[0];
  };
  return { of, report, folder };
}

beforeAll(async () => {
  if (reason !== undefined) {
    if (process.env.CI) throw new Error(reason);
    return;
  }
  await buildSite();
  await setRules('router', ROUTER_RULES);
  await setRules('host', HOST_RULES);
  await answerElsewhere(PORT.asymmetric);
  const [host, router] = [createHost(machine('host')), createHost(machine('router'))];
  hosts.push(host, router);
  await startProxy(router);
  for (const family of [4, 6] as const)
    await router.listen(OUTSIDE[family], PORT.otherMachine, (socket) => {
      socket.on('data', () => socket.end('hello\r\n'));
    });
  for (const family of [4, 6] as const)
    await host.listen(HOST[family], PORT.taken, (socket) => {
      socket.on('error', () => socket.destroy());
      socket.on('data', () => socket.end('hello\r\n'));
    });
});

afterAll(() => {
  for (const host of hosts) host.stop();
  removeOwnNamespaces();
});

describe.skipIf(reason !== undefined && !process.env.CI)('both ends', () => {
  it.each([4, 6] as const)('name over IPv%s where the way breaks', async (family) => {
    const { of, report, folder } = await bothEnds(family);
    expect(of(PORT.neverArrived)).toMatchObject({ cause: 'path.never-arrived', side: 'network' });
    expect(of(PORT.refusedOnTheWay)).toMatchObject({ cause: 'path.never-arrived', side: 'network' });
    expect(of(PORT.hostDrops)).toMatchObject({ cause: 'path.host-firewall', side: 'host' });
    expect(of(PORT.hostRejects)).toMatchObject({ cause: 'path.host-firewall', side: 'host' });
    expect(of(PORT.replyLost)).toMatchObject({ cause: 'path.reply-lost', side: 'network' });
    const rewritten = of(PORT.sourceRewritten);
    expect(rewritten).toMatchObject({ cause: 'path.source-rewritten', side: 'network' });
    expect(rewritten.arrived?.remote).toContain(ROUTER[family]);
    expect(rewritten.summary).toContain(PROBER[family]);
    expect(of(PORT.well)).toMatchObject({ found: 'arrived', tiedBy: 'proof' });
    expect(of(PORT.well).cause).toBeUndefined();
    expect(of(PORT.taken)).toMatchObject({ found: 'arrived' });
    expect(of(PORT.taken).summary).toMatch(/where \S.* \(PID \d+\) has the port/);
    const marked = of(PORT.natHostDrops);
    expect(marked).toMatchObject({ cause: 'path.host-firewall', side: 'host', tiedBy: 'mark' });
    expect(marked.arrived?.remote).toContain(ROUTER[family]);
    expect(of(PORT.natClamped)).toMatchObject({ found: 'strangers' });
    expect(of(PORT.natClamped).cause).toBeUndefined();
    expect(of(PORT.otherPort).found).toBe('other-port');
    expect(of(PORT.asymmetric)).toMatchObject({ cause: 'path.reply-lost', side: 'network' });
    if (family === 4) expect(of(PORT.onlyIpv4)).toMatchObject({ found: 'arrived', tiedBy: 'proof' });
    else expect(of(PORT.onlyIpv4)).toMatchObject({ cause: 'path.never-arrived', side: 'network' });
    for (const port of [PORT.synProxy, PORT.otherMachine]) {
      expect(of(port), `${port}`).toMatchObject({ cause: 'path.another-host', side: 'network' });
      expect(of(port).arrived).toBeUndefined();
    }
    // A proof passes such a proxy as it passes address translation: no more is said than that the source is another.
    for (const port of [PORT.proxied, PORT.tlsProxied]) {
      expect(of(port), `${port}`).toMatchObject({ cause: 'path.source-rewritten', tiedBy: 'proof' });
      expect(of(port).arrived?.remote).toContain(ROUTER[family]);
    }
    const causesAt = (port: number) =>
      report.endpoints
        .filter((one) => one.port === port)
        .flatMap(({ observations }) =>
          observations.flatMap(({ cause, alsoFound = [] }) => [cause, ...alsoFound]),
        );
    expect(causesAt(PORT.tlsProxied)).toContain('path.tls-terminated');
    expect(causesAt(PORT.proxied)).not.toContain('path.tls-terminated');
    expect(report.listeners?.[0]?.watched).toEqual(Object.values(PORT));
    expect(Math.abs(report.listeners?.[0]?.clockOffsetMs ?? Number.NaN)).toBeLessThan(60_000);
    const file = readFileSync(join(folder, 'seen.pcapng'));
    expect(readPcapng(file).packets.length).toBeGreaterThan(20);
    const capinfos = spawnSync('capinfos', ['-c', join(folder, 'seen.pcapng')], { encoding: 'utf8' });
    if (capinfos.error === undefined) expect(capinfos.status).toBe(0);
  });

  it('name a port on which nothing listens at the address that is reached', async () => {
    const folder = makeDirectory();
    const [log, first] = [join(folder, 'listener.log'), join(folder, 'first.json')];
    const listener = run('host', folder, [
      ...['listen', '--ports', `${PORT.well}`, '--bind', '127.0.0.1', '--log', log],
    ]);
    await said(listener, 'WAITING');
    const check = run('prober', folder, [
      ...['check', `tcp://${HOST[4]}:${PORT.well}`, '--with-listener', '--allow-private'],
      ...['--no-default-controls', '--no-history', '--confirm', '0', '--output', first],
    ]);
    await check.ended;
    listener.child.kill('SIGINT');
    await listener.ended;
    const joined = run('prober', folder, ['join', first, log, '--format', 'json']);
    expect(await joined.ended).toBe(0);
    const [decided] = Report.parse(JSON.parse(joined.seen.stdout)).listeners?.[0]?.decided ?? [];
    expect(decided).toMatchObject({ cause: 'path.nothing-listens', side: 'host' });
  });

  it('decide nothing by a listener that was gone, and never call its port closed', async () => {
    const folder = makeDirectory();
    const log = join(folder, 'listener.log');
    const listener = run('host', folder, ['listen', '--ports', `${PORT.well}`, '--log', log]);
    await said(listener, 'WAITING');
    listener.child.kill('SIGINT');
    await listener.ended;
    const first = join(folder, 'first.json');
    const check = run('prober', folder, [
      ...['check', `tcp://${HOST[4]}:${PORT.well}`, '--with-listener', '--allow-private'],
      ...['--no-default-controls', '--no-history', '--confirm', '0', '--output', first],
    ]);
    await check.ended;
    const joined = run('prober', folder, ['join', first, log, '--format', 'json']);
    expect(await joined.ended).toBe(0);
    const [decided] = Report.parse(JSON.parse(joined.seen.stdout)).listeners?.[0]?.decided ?? [];
    expect(decided).toMatchObject({ found: 'gone' });
    expect(decided?.cause).toBeUndefined();
    expect(decided?.summary).not.toContain('closed');
  });
});
