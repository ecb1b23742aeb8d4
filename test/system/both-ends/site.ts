/** Three machines in a row, each a network namespace: prober — router — host; and behind the host another uplink. */
import { addNamespace, command, ipBatch, namespaceName, setKernel } from '../../lab/namespaces.ts';

export type Machine = 'prober' | 'router' | 'host' | 'uplink';

export const PROBER = { 4: '10.91.1.1', 6: 'fd91:0:0:1::1' } as const;
export const HOST = { 4: '10.91.2.2', 6: 'fd91:0:0:2::2' } as const;
/** The router's address towards the host: whom the host sees where the router translates addresses. */
export const ROUTER = { 4: '10.91.2.1', 6: 'fd91:0:0:2::1' } as const;

/** The router’s address towards the prober. */
export const OUTSIDE = { 4: '10.91.1.2', 6: 'fd91:0:0:1::2' } as const;

export const machine = (name: Machine): string => namespaceName(`ends-${name}`);

export async function buildSite(): Promise<void> {
  for (const name of ['prober', 'router', 'host', 'uplink'] as const) {
    await addNamespace(machine(name), []);
    await setKernel(machine(name), {
      'net/ipv4/ip_forward': '1',
      'net/ipv6/conf/all/forwarding': '1',
      'net/ipv6/conf/default/accept_dad': '0',
    });
  }
  for (const [near, far, link] of [
    ['prober', 'router', 1],
    ['router', 'host', 2],
    ['host', 'uplink', 3],
  ] as const) {
    await command('ip', [
      ...['link', 'add', 'name', `to-${far}`, 'netns', machine(near), 'type', 'veth'],
      ...['peer', 'name', `to-${near}`, 'netns', machine(far)],
    ]);
    for (const [name, device, last] of [
      [near, `to-${far}`, 1],
      [far, `to-${near}`, 2],
    ] as const)
      await ipBatch(machine(name), [
        `link set ${device} up`,
        `addr add 10.91.${link}.${last}/24 dev ${device}`,
        `addr add fd91:0:0:${link}::${last}/64 dev ${device} nodad`,
      ]);
  }
  await ipBatch(machine('prober'), [
    'route add 10.91.2.0/24 via 10.91.1.2',
    'route add fd91:0:0:2::/64 via fd91:0:0:1::2',
  ]);
  await ipBatch(machine('host'), [
    'route add 10.91.1.0/24 via 10.91.2.1',
    'route add fd91:0:0:1::/64 via fd91:0:0:2::1',
  ]);
}

/** What the host sends from this port leaves by the other uplink, whose provider drops what has a source that is not its own. */
export async function answerElsewhere(port: number): Promise<void> {
  for (const family of ['-4', '-6'])
    await command('ip', [
      ...['-n', machine('host'), family],
      ...['rule', 'add', 'ipproto', 'tcp', 'sport', String(port), 'lookup', '100'],
    ]);
  await ipBatch(machine('host'), [
    'route add default via 10.91.3.2 table 100',
    'route add default via fd91:0:0:3::2 table 100',
  ]);
  await ipBatch(machine('uplink'), ['route add blackhole 0.0.0.0/0', 'route add blackhole ::/0']);
}

/** In place of all rules that the machine had. */
export const setRules = (name: Machine, rules: string): Promise<string> =>
  command('ip', ['netns', 'exec', machine(name), 'nft', '-f', '-'], `flush ruleset\n${rules}\n`);
