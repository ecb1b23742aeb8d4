/**
 * A customer before go-live: the prober, the customer's firewall with its NAT, and behind it the machine that the product
 * will have. Addresses are those of docs/before-install.md.
 */
import { createHost, type Host } from '../../lab/host.ts';
import { addNamespace, command, ipBatch, namespaceName, setKernel } from '../../lab/namespaces.ts';

export const CUSTOMER_NAME = 'www.example.com';
export const PROBER = '198.51.100.9';
export const PUBLIC = '198.51.100.7';
export const MACHINE = '10.0.3.4';
/** The firewall's own address inside: where the wrong web server is. */
export const WRONG_MACHINE = '10.0.3.1';
/** In the prober's own network: proves that its way out works. */
export const NEIGHBOUR = '198.51.100.8';

export const boxes = {
  prober: namespaceName('early-p'),
  firewall: namespaceName('early-f'),
  machine: namespaceName('early-m'),
};

/** Not yet open: what is not an answer is dropped, and so are attempts at the firewall itself. */
export const firewallRules = (forwarded: string, web = MACHINE, secureWeb = MACHINE): string => `flush ruleset
table inet customer {
  chain translate { type nat hook prerouting priority dstnat;
    ip daddr ${PUBLIC} tcp dport 80 dnat ip to ${web}
    ip daddr ${PUBLIC} tcp dport 443 dnat ip to ${secureWeb}
  }
  chain forward { type filter hook forward priority filter; policy drop; ct state established,related accept; ${forwarded}; }
}
`;
export const OPENED = 'tcp dport { 80, 443 } accept';

export const setRulesOf = (box: keyof typeof boxes, text: string): Promise<string> =>
  command('ip', ['netns', 'exec', boxes[box], 'nft', '-f', '-'], text);

export interface Customer {
  readonly prober: Host;
  stop(): void;
}

/** The firewall drops everything; the wrong web server and the neighbour answer. */
export async function buildCustomer(): Promise<Customer> {
  for (const name of Object.values(boxes)) await addNamespace(name, []);
  await setKernel(boxes.firewall, { 'net/ipv4/ip_forward': '1' });
  for (const [near, link] of [
    ['prober', 'outside'],
    ['machine', 'inside'],
  ] as const)
    await command('ip', [
      ...['link', 'add', 'name', link, 'netns', boxes.firewall, 'type', 'veth'],
      ...['peer', 'name', 'eth0', 'netns', boxes[near]],
    ]);
  await ipBatch(boxes.prober, [`addr add ${PROBER}/24 dev eth0`, 'link set eth0 up']);
  await ipBatch(boxes.machine, [
    `addr add ${MACHINE}/24 dev eth0`,
    'link set eth0 up',
    `route add default via ${WRONG_MACHINE}`,
  ]);
  await ipBatch(boxes.firewall, [
    `addr add ${PUBLIC}/24 dev outside`,
    `addr add ${NEIGHBOUR}/24 dev outside`,
    `addr add ${WRONG_MACHINE}/24 dev inside`,
    'link set outside up',
    'link set inside up',
  ]);
  await setRulesOf('firewall', firewallRules('counter'));
  const [firewall, prober] = [createHost(boxes.firewall), createHost(boxes.prober)];
  for (const [address, port] of [
    [NEIGHBOUR, 80],
    [NEIGHBOUR, 443],
    [WRONG_MACHINE, 80],
    [WRONG_MACHINE, 443],
  ] as const)
    await firewall.listen(address, port, (socket) => {
      socket.on('error', () => socket.destroy());
      socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nWelcome'));
    });
  return {
    prober,
    stop() {
      firewall.stop();
      prober.stop();
    },
  };
}

/** What a check from the prober needs beside the page's own options: it may test these addresses, and knows that its way out works. */
export const CHECK_OPTIONS: readonly string[] = [
  ...['--allow-private', '--no-default-controls', '--no-history', '--confirm', '0', '--timeout', '4000'],
  ...['--resolve', `${CUSTOMER_NAME}:80:${PUBLIC}`, '--resolve', `${CUSTOMER_NAME}:443:${PUBLIC}`],
  ...['--control', `80=${NEIGHBOUR}:80`, '--control', `443=${NEIGHBOUR}:443`],
];
