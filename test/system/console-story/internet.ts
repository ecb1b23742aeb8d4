/**
 * An internet of three machines: who tests, a shop with a real nginx, and the shop's router between them, whose packet filter
 * the test sets. Addresses and controls are public by number alone, in namespaces without a way out, so that the station
 * runs as it is installed: no private addresses allowed, no control named.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority } from '../../certificates/authority.ts';
import { createHost } from '../../lab/host.ts';
import {
  addNamespace,
  command,
  ipBatch,
  makeDirectory,
  namespaceName,
  setKernel,
} from '../../lab/namespaces.ts';

export const SHOP = 'shop.example.com';
/** Of the same address, on port 80 alone. */
export const DEPOT = 'depot.example.com';
export const TESTER = '203.0.114.9';
export const ROUTER = { outside: '203.0.114.7', inside: '203.0.115.1' } as const;
const SHOP_ADDRESS = '203.0.115.10';
/** Names of lib/engine/measure/default-controls.ts, at the router's own address: its filter is for what it forwards. */
const CONTROLS = ['one.one.one.one', 'gmail-smtp-in.l.google.com'] as const;
const CONTROL_PORTS = [25, 80, 443] as const;

export const boxes = {
  tester: namespaceName('story-t'),
  router: namespaceName('story-r'),
  shop: namespaceName('story-s'),
};

export interface Internet {
  /** PEM file of the authority that the shop's certificate is from. */
  readonly root: string;
  readonly directory: string;
  /** What the router forwards to the shop, beside answers. It refuses some ports, and says nothing to who asks for the rest. */
  forwards(ports: readonly number[], refused?: readonly number[]): Promise<void>;
  /** Packets to this port that the router has dropped since its rules were set. */
  dropped(): Promise<number>;
  stop(): void;
}

export async function buildInternet(): Promise<Internet> {
  const directory = makeDirectory();
  for (const name of Object.values(boxes)) await addNamespace(name, [ROUTER.outside]);
  await setKernel(boxes.router, { 'net/ipv4/ip_forward': '1' });
  for (const [near, link] of [
    ['tester', 'outside'],
    ['shop', 'inside'],
  ] as const)
    await command('ip', [
      ...['link', 'add', 'name', link, 'netns', boxes.router, 'type', 'veth'],
      ...['peer', 'name', 'eth0', 'netns', boxes[near]],
    ]);
  await ipBatch(boxes.router, [
    `addr add ${ROUTER.outside}/24 dev outside`,
    `addr add ${ROUTER.inside}/24 dev inside`,
    'link set outside up',
    'link set inside up',
  ]);
  for (const [near, address, gateway] of [
    ['tester', TESTER, ROUTER.outside],
    ['shop', SHOP_ADDRESS, ROUTER.inside],
  ] as const)
    await ipBatch(boxes[near], [
      `addr add ${address}/24 dev eth0`,
      'link set eth0 up',
      `route add default via ${gateway}`,
    ]);
  const [router, shop] = [createHost(boxes.router), createHost(boxes.shop)];

  const hosts = join(directory, 'hosts');
  writeFileSync(
    hosts,
    [`${SHOP_ADDRESS} ${SHOP} ${DEPOT}`, ...CONTROLS.map((name) => `${ROUTER.outside} ${name}`)].join('\n'),
  );
  await router.spawn(
    'dnsmasq',
    [
      ...['--no-daemon', '--no-resolv', '--no-hosts', '--user=root', '--pid-file=', '--conf-file=/dev/null'],
      ...[`--addn-hosts=${hosts}`, '--local=/#/', '--bind-interfaces', `--listen-address=${ROUTER.outside}`],
    ],
    { listening: [{ address: ROUTER.outside, port: 53 }] },
  );
  for (const port of CONTROL_PORTS)
    await router.listen(ROUTER.outside, port, (socket) => {
      if (port === 25) socket.write('220 control.example.net ESMTP\r\n');
      socket.resume();
    });

  const authority = await createAuthority({ subject: 'Inbound Check story root' });
  const root = join(directory, 'root.pem');
  writeFileSync(root, authority.root);
  const { key, chain } = await authority.issue({ names: [SHOP] });
  writeFileSync(join(directory, 'key.pem'), key);
  writeFileSync(join(directory, 'chain.pem'), chain);
  writeFileSync(join(directory, 'nginx.conf'), nginxConfiguration(directory));
  await shop.spawn('nginx', ['-p', directory, '-e', 'stderr', '-c', join(directory, 'nginx.conf')], {
    listening: [80, 443].map((port) => ({ address: SHOP_ADDRESS, port })),
  });

  const inRouter = (args: readonly string[], input?: string): Promise<string> =>
    command('ip', ['netns', 'exec', boxes.router, 'nft', ...args], input);
  return {
    root,
    directory,
    async forwards(ports, refused = []) {
      await inRouter(['-f', '-'], routerRules(ports, refused));
    },
    async dropped() {
      const counted = await inRouter(['list', 'counter', 'inet', 'story', 'dropped']);
      return Number(/packets (\d+)/.exec(counted)?.[1]);
    },
    stop() {
      router.stop();
      shop.stop();
    },
  };
}

const routerRules = (ports: readonly number[], refused: readonly number[]): string => `flush ruleset
table inet story {
  counter dropped { }
  chain forward { type filter hook forward priority filter; policy accept;
    ct state established,related accept
    iifname "outside" tcp dport { ${ports.join(', ')} } accept
${refused.map((port) => `    iifname "outside" tcp dport ${port} reject with tcp reset`).join('\n')}
    iifname "outside" counter name dropped drop
  }
}
`;

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'scgi', 'uwsgi'] as const;

const nginxConfiguration = (folder: string): string => `daemon off;
master_process off;
user root;
pid ${folder}/nginx.pid;
error_log stderr crit;
events { }
http {
  access_log off;
  default_type text/html;
${TEMPORARY.map((name) => `  ${name}_temp_path ${folder}/${name};`).join('\n')}
  server {
    listen ${SHOP_ADDRESS}:80;
    server_name ${SHOP};
    return 301 https://${SHOP}/;
  }
  server {
    listen ${SHOP_ADDRESS}:80;
    server_name ${DEPOT};
    return 200 "<!doctype html><title>Depot</title><h1>Depot</h1>";
  }
  server {
    listen ${SHOP_ADDRESS}:443 ssl;
    server_name ${SHOP};
    ssl_certificate ${folder}/chain.pem;
    ssl_certificate_key ${folder}/key.pem;
    return 200 "<!doctype html><title>Shop</title><h1>Shop</h1>";
  }
}
`;
