/**
 * What the kernel of the prober knows about failures, in a row of namespaces: prober — r1 — … — r5 — host. The ports of the
 * host differ in where their packets end.
 */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpointId } from '../../lib/engine/plan/endpoint-id.ts';
import { EndpointReport } from '../../lib/engine/report-schema.ts';
import type { Endpoint } from '../../lib/model/endpoint.ts';
import type { KernelEvidence } from '../../lib/model/kernel-evidence.ts';
import { loadSyscalls } from '../../lib/net/kernel/syscalls.ts';
import { createHost, type Host, nodeArgs, spawnIn } from '../lab/host.ts';
import {
  addNamespace,
  command,
  ipBatch,
  namespaceName,
  removeOwnNamespaces,
  setKernel,
  whyNoLab,
} from '../lab/namespaces.ts';
import type { ProberPlan } from './guard/prober.ts';

const ROW = ['prober', 'r1', 'r2', 'r3', 'r4', 'r5', 'host'] as const;
const LINKS = ROW.length - 1;
const HOST = { 4: '10.90.6.2', 6: 'fd90:0:0:6::2' } as const;
const CONTROL = { 4: '10.90.1.2', 6: 'fd90:0:0:1::2' } as const;
/** Where the packets to these ports of the host are dropped; 80 is open. */
const DROPPED = { r1: 81, r2: 82, r3: 83, host: 84 } as const;
/** `r2` rejects, the host itself rejects, and `r3` drops behind a router that answers nothing. */
const REJECTED = 85;
const REJECTED_BY_HOST = 86;
const BEHIND_MUTE = 87;
/** `r5` drops behind three routers in a row that answer nothing, and behind `r5` itself which does not either. */
const BEHIND_THREE_MUTE = 91;
const BY_MUTE = 92;
/** `r3` drops, and of the packets there and of the errors on their way back `r1` loses every tenth. */
const LOSSY = 90;
/** The prober's own packet filter rejects, with two errors. */
const OWN_FILTER = { port: 88, prohibited: 89 } as const;
/** Nobody has this address of the prober's own link; the other one is to be reached by it. */
const NEIGHBOUR = { 4: '10.90.1.77', 6: 'fd90:0:0:1::77' } as const;
const BEHIND_NOBODY = { 4: '10.91.1.2', 6: 'fd91::2' } as const;

const PROBER = fileURLToPath(new URL('./guard/prober.ts', import.meta.url));
const loaded = await loadSyscalls();
const reason = whyNoLab() ?? (loaded.ok ? undefined : loaded.why);
const hosts: Host[] = [];
const reports = new Map<string, EndpointReport>();

const rules = (box: (typeof ROW)[number]): string => {
  const lines = Object.entries(DROPPED)
    .filter(([where]) => where === box)
    .map(([, port]) => `tcp dport ${port} drop`);
  if (box === 'r2') lines.push(`tcp dport ${REJECTED} reject with icmpx admin-prohibited`);
  if (box === 'r3') lines.push(`tcp dport { ${BEHIND_MUTE}, ${LOSSY} } drop`);
  if (box === 'r5') lines.push(`tcp dport { ${BEHIND_THREE_MUTE}, ${BY_MUTE} } drop`);
  if (box === 'host') lines.push(`tcp dport ${REJECTED_BY_HOST} reject with icmpx port-unreachable`);
  const own =
    box === 'prober'
      ? [
          `tcp dport ${OWN_FILTER.port} reject with icmpx port-unreachable`,
          `tcp dport ${OWN_FILTER.prohibited} reject with icmpx admin-prohibited`,
        ]
      : [];
  // The port within the packet that an ICMP error quotes: after 8 bytes of ICMP, the IP header, and the source port.
  const errorsAbout = (port: number): string[] => [
    `ip protocol icmp icmp type time-exceeded @th,240,16 ${port}`,
    `icmpv6 type time-exceeded @th,400,16 ${port}`,
  ];
  if (box === 'r1')
    for (const packets of [`tcp dport ${LOSSY}`, ...errorsAbout(LOSSY)])
      lines.push(`${packets} numgen inc mod 10 0 drop`);
  const mutePorts = [
    ...(box === 'r2' ? [BEHIND_MUTE] : []),
    ...(['r2', 'r3', 'r4'].includes(box) ? [BEHIND_THREE_MUTE] : []),
    ...(box === 'r5' ? [BY_MUTE] : []),
  ];
  const mute = mutePorts.flatMap(errorsAbout).map((errors) => `${errors} drop`);
  return `table inet way {
    chain passing { type filter hook ${box === 'host' ? 'input' : 'forward'} priority 0; ${lines.join('; ')}; }
    chain own { type filter hook output priority 0; ${[...mute, ...own].join('; ')}; }
  }`;
};

async function build(): Promise<void> {
  for (const name of ROW) {
    const namespace = namespaceName(name);
    await addNamespace(namespace, []);
    await setKernel(namespace, {
      'net/ipv4/ip_forward': '1',
      'net/ipv6/conf/all/forwarding': '1',
      'net/ipv6/conf/default/accept_dad': '0',
      'net/ipv4/icmp_ratelimit': '0',
      'net/ipv6/icmp/ratelimit': '0',
    });
  }
  for (const [index, name] of ROW.slice(0, -1).entries()) {
    const link = index + 1;
    const [near, far] = [namespaceName(name), namespaceName(ROW[link] ?? '')];
    await command('ip', [
      ...['link', 'add', 'name', 'out', 'netns', near, 'type', 'veth'],
      ...['peer', 'name', 'in', 'netns', far],
    ]);
    for (const [namespace, device, last] of [
      [near, 'out', 1],
      [far, 'in', 2],
    ] as const)
      await ipBatch(namespace, [
        `link set ${device} up`,
        `addr add 10.90.${link}.${last}/24 dev ${device}`,
        `addr add fd90:0:0:${link}::${last}/64 dev ${device} nodad`,
      ]);
  }
  // A neighbour that does not answer is given up after three of these.
  await setKernel(namespaceName('prober'), {
    'net/ipv4/neigh/out/retrans_time_ms': '100',
    'net/ipv6/neigh/out/retrans_time_ms': '100',
  });
  // Towards the host by the next box, and back by the one before.
  for (const [index, name] of ROW.entries()) {
    const routes: string[] = [];
    for (let link = 1; link <= LINKS; link += 1) {
      if (link === index || link === index + 1) continue;
      const [four, six] =
        link > index
          ? [`10.90.${index + 1}.2`, `fd90:0:0:${index + 1}::2`]
          : [`10.90.${index}.1`, `fd90:0:0:${index}::1`];
      routes.push(`route add 10.90.${link}.0/24 via ${four}`, `route add fd90:0:0:${link}::/64 via ${six}`);
    }
    if (name === 'prober')
      routes.push(
        `route add ${BEHIND_NOBODY[4]} via ${NEIGHBOUR[4]}`,
        `route add ${BEHIND_NOBODY[6]} via ${NEIGHBOUR[6]}`,
      );
    await ipBatch(namespaceName(name), routes);
    await command('ip', ['netns', 'exec', namespaceName(name), 'nft', '-f', '-'], rules(name));
  }
}

const open = (kind: 'tcp' | 'http', host: string, port: number): Endpoint => {
  const parts = { kind, host, port, expect: 'open', level: 'required', target: 'host' } as const;
  return { id: endpointId(parts), ...parts };
};

async function probe(plan: ProberPlan): Promise<void> {
  const child = spawnIn(namespaceName('prober'), process.execPath, nodeArgs(PROBER, JSON.stringify(plan)), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await once(child, 'close');
  for (const report of EndpointReport.array().parse(JSON.parse(text)))
    reports.set(`${report.host} ${report.port}`, report);
}

beforeAll(async () => {
  if (reason !== undefined) {
    if (process.env.CI) throw new Error(reason);
    return;
  }
  await build();
  const [host, router] = [createHost(namespaceName('host')), createHost(namespaceName('r1'))];
  hosts.push(host, router);
  const ports = [
    ...Object.values(DROPPED),
    REJECTED,
    REJECTED_BY_HOST,
    BEHIND_MUTE,
    BEHIND_THREE_MUTE,
    BY_MUTE,
    LOSSY,
  ];
  for (const family of [4, 6] as const) {
    await host.listen(HOST[family], 80, (socket) => {
      socket.on('error', () => socket.destroy());
      socket.on('data', () =>
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok'),
      );
    });
    for (const port of ports)
      await router.listen(CONTROL[family], port, (socket) => {
        socket.on('error', () => socket.destroy());
      });
  }
  for (const family of [4, 6] as const)
    await probe({
      endpoints: [
        open('http', HOST[family], 80),
        ...ports.map((port) => open('tcp', HOST[family], port)),
        ...Object.values(OWN_FILTER).map((port) => open('tcp', HOST[family], port)),
        open('tcp', BEHIND_NOBODY[family], 80),
        open('tcp', NEIGHBOUR[family], 80),
      ],
      settings: {
        allowPrivate: true,
        timeoutMs: 1_500,
        confirm: 1,
        // The open port has answered by then.
        confirmPauseMs: 500,
        defaultControls: false,
        controls: ports.map((port) => ({ port, host: CONTROL[family], hostPort: port })),
      },
    });
});

afterAll(() => {
  for (const host of hosts) host.stop();
  removeOwnNamespaces();
});

const reportOf = (family: 4 | 6, port: number, host: string = HOST[family]): EndpointReport => {
  const report = reports.get(`${host} ${port}`);
  if (report === undefined) throw new Error(`no report on ${port}`);
  return report;
};

/** Of the confirming attempt. */
const kernelOf = (report: EndpointReport): KernelEvidence | undefined => {
  const evidence = report.observations.at(-1)?.evidence;
  return evidence?.kind === undefined ? undefined : evidence.kernel;
};

const router = (family: 4 | 6, hop: number): string =>
  family === 4 ? `10.90.${hop}.2` : `fd90:0:0:${hop}::2`;

describe.skipIf(reason !== undefined && !process.env.CI).each([4, 6] as const)('over IPv%i', (family) => {
  it.each([
    [1, DROPPED.r1],
    [2, DROPPED.r2],
    [3, DROPPED.r3],
    // The host's own filter: beyond the last router nothing answers.
    [5, DROPPED.host],
    // The device that drops answers nothing itself.
    [4, BY_MUTE],
    [3, LOSSY],
  ])('the last device that answers is at hop %i for port %i', (hop, port) => {
    const report = reportOf(family, port);
    expect(report).toMatchObject({ verdict: 'fail', cause: 'tcp.filtered', side: 'network' });
    expect(kernelOf(report)?.trace?.last).toEqual({ ttl: hop, from: router(family, hop) });
    expect(report.summary).toContain(
      `The last device that answers on the way there is ${router(family, hop)} (hop ${hop}), which passes packets to port 80.`,
    );
  });

  it('shows the way to the open port beside it, up to the host', () => {
    expect(kernelOf(reportOf(family, DROPPED.r1))?.traceBeside).toMatchObject({
      port: 80,
      hops: [
        { ttl: 1, answer: 'passed', from: router(family, 1) },
        { ttl: 2, answer: 'passed', from: router(family, 2) },
        { ttl: 3, answer: 'passed', from: router(family, 3) },
        { ttl: 4, answer: 'passed', from: router(family, 4) },
        { ttl: 5, answer: 'passed', from: router(family, 5) },
        { ttl: 6, answer: 'reached', from: HOST[family] },
      ],
    });
  });

  it('goes on behind a router that answers nothing, and names it nowhere', () => {
    const kernel = kernelOf(reportOf(family, BEHIND_MUTE));
    expect(kernel?.trace?.hops.slice(0, 3)).toMatchObject([
      { answer: 'passed', from: router(family, 1) },
      { ttl: 2, answer: 'silent' },
      { answer: 'passed', from: router(family, 3) },
    ]);
    expect(kernel?.trace?.last).toEqual({ ttl: 3, from: router(family, 3) });
  });

  it('sees a device behind three routers in a row that answer nothing', () => {
    const report = reportOf(family, BEHIND_THREE_MUTE);
    const trace = kernelOf(report)?.trace;
    expect(trace?.hops.slice(0, 5)).toMatchObject([
      { answer: 'passed', from: router(family, 1) },
      { ttl: 2, answer: 'silent' },
      { ttl: 3, answer: 'silent' },
      { ttl: 4, answer: 'silent' },
      { answer: 'passed', from: router(family, 5) },
    ]);
    expect(trace?.last ?? trace?.reaches).toEqual({ ttl: 5, from: router(family, 5) });
    expect(report.summary).toContain(`${router(family, 5)} (hop 5)`);
  });

  it('a refusal of a router is the network’s, with its address', () => {
    const report = reportOf(family, REJECTED);
    expect(report).toMatchObject({ verdict: 'fail', cause: 'tcp.rejected-by-network', side: 'network' });
    expect(kernelOf(report)).toMatchObject({ icmp: { from: router(family, 2), sender: 'other' } });
  });

  it('a refusal of the host itself stays the host’s', () => {
    const report = reportOf(family, REJECTED_BY_HOST);
    expect(report).toMatchObject({ verdict: 'fail', cause: 'tcp.refused', side: 'host' });
    expect(kernelOf(report)).toMatchObject({ icmp: { from: HOST[family], sender: 'target' } });
    // No router on the way has its address: nothing translates there.
    expect(kernelOf(report)?.trace?.hops).toMatchObject([
      ...[1, 2, 3, 4, 5].map((hop) => ({ answer: 'passed', from: router(family, hop) })),
      { ttl: 6, answer: 'rejected', from: HOST[family] },
    ]);
  });

  it.each([
    ['its packet filter', OWN_FILTER.port, HOST[family], /its own packet filter rejects/],
    ['its packet filter', OWN_FILTER.prohibited, HOST[family], /its own packet filter rejects/],
    ['its gateway', 80, BEHIND_NOBODY[family], /its gateway does not answer/],
  ])('a refusal of the prober itself, about %s (port %i), is not the target’s', (_, port, host, says) => {
    const report = reportOf(family, port, host);
    expect(report).toMatchObject({ verdict: 'inconclusive', cause: 'prober.egress-blocked', side: 'prober' });
    expect(report.summary).toMatch(says);
    // The first attempt had no evidence, and failed like the second.
    expect(report.observations.map(({ state }) => state)).toEqual(['closed', 'inconclusive']);
    expect(kernelOf(report)?.icmp).toMatchObject({ sender: 'self' });
  });

  it('an address on the prober’s own link that does not answer is not there', () => {
    const report = reportOf(family, 80, NEIGHBOUR[family]);
    expect(report).toMatchObject({ verdict: 'fail', cause: 'tcp.unreachable' });
    expect(kernelOf(report)?.icmp).toMatchObject({ sender: 'self', onLink: true });
  });

  it('has the source port of each attempt, and the times of its SYNs', () => {
    const report = reportOf(family, DROPPED.r2);
    expect(report.observations.map(({ localPort }) => typeof localPort)).toEqual(['number', 'number']);
    expect(kernelOf(report)?.syns[0]).toBe(0);
    expect(kernelOf(report)?.syns.length).toBeGreaterThan(1);
  });

  it('asks nothing more about what works', () => {
    const report = reportOf(family, 80);
    expect(report.verdict).toBe('pass');
    expect(report.observations).toHaveLength(1);
    expect(kernelOf(report)).toBeUndefined();
  });
});
