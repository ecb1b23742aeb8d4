/** ICMP errors of the firewall on the way and of the host itself, by each code that nftables can send. */
import type { Expected, LabCase } from '../case.ts';
import { site } from '../case.ts';
import { type Rejection, reject } from '../faults/filter.ts';
import { hostReject } from '../faults/host-firewall.ts';
import { greeter } from '../faults/scripted-peers.ts';

/**
 * What a code means: the port is refused, somebody decided against the connection, or there is no way. The codes that
 * network.ts has beside other faults are left out here.
 */
type Meaning = 'port' | 'decision' | 'no way';

const ON_THE_WAY: readonly (readonly [how: Rejection, meaning: Meaning])[] = [
  ['icmp prot-unreachable', 'no way'],
  ['icmpv6 policy-fail', 'decision'],
  ['icmpv6 reject-route', 'decision'],
];

const BY_HOST: readonly (readonly [how: Rejection, meaning: Meaning])[] = [
  ['icmp host-unreachable', 'no way'],
  ['icmp net-unreachable', 'no way'],
  ['icmp prot-unreachable', 'no way'],
  ['icmp host-prohibited', 'decision'],
  ['icmp net-prohibited', 'decision'],
  ['icmpv6 addr-unreachable', 'no way'],
  ['icmpv6 no-route', 'no way'],
  ['icmpv6 port-unreachable', 'port'],
  ['icmpv6 policy-fail', 'decision'],
  ['icmpv6 reject-route', 'decision'],
];

const closed = { verdict: 'fail', state: 'closed' } as const;
const noWay = { ...closed, cause: 'tcp.unreachable', side: 'network' } as const;

/** NAT puts the address that was dialled on errors from behind it: who says that there is no way is not known. */
const OF_HOST: Readonly<Record<Meaning, Expected>> = {
  port: { ...closed, cause: 'tcp.refused', side: 'host', says: /sent from its own address/ },
  decision: { ...closed, cause: 'tcp.unreachable', side: 'host', says: /from its own address/ },
  'no way': noWay,
};
const OF_FIREWALL: Readonly<Record<Meaning, Expected>> = {
  port: { ...closed, cause: 'tcp.rejected-by-network', side: 'network' },
  decision: { ...closed, cause: 'tcp.rejected-by-network', side: 'network' },
  'no way': noWay,
};

const coded = (by: 'firewall' | 'host', [how, meaning]: readonly [Rejection, Meaning]): LabCase => ({
  id: `${by}-${how.replace(' ', '-')}`,
  title: `The ${by === 'host' ? 'host itself' : 'firewall'} answers with ${how}`,
  site: site(by === 'host' ? hostReject(how) : reject(how), greeter(2121, '220 ready\r\n')),
  addresses: how.startsWith('icmpv6') ? { v4: 0, v6: 1 } : { v4: 1 },
  endpoint: { kind: 'tcp', port: 2121 },
  expected: (by === 'host' ? OF_HOST : OF_FIREWALL)[meaning],
  // Where the answer to each SYN of an attempt was lost.
  underLoss: { orElse: ['tcp.filtered'] },
});

export const icmpCases: readonly LabCase[] = [
  ...ON_THE_WAY.map((one) => coded('firewall', one)),
  ...BY_HOST.map((one) => coded('host', one)),
];
