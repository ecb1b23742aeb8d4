/**
 * The internet of the pages: the customers that they tell of, the hosts that prove a way out, and the DNS. All of it is on
 * the loopback interface of a network namespace that has no other, at addresses that are public by number alone; so the
 * fleet runs as it is deployed, its guard against private addresses included.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type Server } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { type Authority, createAuthority } from '../../../lib/local/demo/authority.ts';
import { startDnsServer, type ZoneName } from '../../servers/dns-server.ts';

const DAY_MS = 86_400_000;

/** Hosts with a web server; those with `mail` take mail as well. */
const HOSTS: Readonly<Record<string, { readonly address: string; readonly mail?: true }>> = {
  'shop.example.com': { address: '203.0.114.10', mail: true },
  'www.example.com': { address: '203.0.114.11' },
  'awareness.example.net': { address: '203.0.114.20', mail: true },
};
const ZONE: Readonly<Record<string, ZoneName>> = {
  ...Object.fromEntries(Object.entries(HOSTS).map(([name, { address }]) => [name, { A: [address] }])),
  'example.com': { A: ['203.0.114.11'], MX: [{ preference: 10, exchange: 'shop.example.com' }] },
  'example.net': { A: ['203.0.114.20'], MX: [{ preference: 10, exchange: 'awareness.example.net' }] },
};

/** The controls that the engine asks by itself (lib/engine/measure/default-controls.ts), so that a timeout can be judged. */
const CONTROLS: Readonly<Record<string, { readonly address: string; readonly ports: readonly number[] }>> = {
  'one.one.one.one': { address: '203.0.114.1', ports: [53, 80, 443] },
  'gmail-smtp-in.l.google.com': { address: '203.0.114.2', ports: [25] },
  'github.com': { address: '203.0.114.3', ports: [22] },
  'gitlab.com': { address: '203.0.114.3', ports: [] },
};

/** The receivers of alerts. */
const HOOKS = { name: 'hooks.example.com', address: '203.0.114.30' } as const;

export interface World {
  /** PEM of the authority that the customers' certificates are from. */
  readonly root: string;
  /** Alerts that came in, bodies as sent, oldest first. */
  readonly alerts: readonly string[];
  /** A name that leads to an address, and a certificate for it. */
  addHost(name: string, address: string): Promise<{ readonly key: string; readonly chain: string }>;
  /** Beside what is there. */
  publishTxt(name: string, value: string): void;
  /** What becomes of packets to a port. */
  firewall(host: string, port: number, does: 'drops' | 'rejects' | 'accepts'): void;
  certificate(host: string, is: 'good' | 'expired' | { readonly days: number }): Promise<void>;
}

/** Inside the namespace alone: it sets the interface and the packet filter up. */
export async function startWorld(): Promise<World> {
  command('ip', ['addr', 'add', '203.0.114.254/24', 'dev', 'lo']);
  command('nft', ['-f', '-'], FIREWALL);
  const zone: Record<string, ZoneName> = { ...ZONE };
  const authority = await createAuthority({ subject: 'Inbound Check story root' });
  const alerts: string[] = [];
  const renew = new Map<string, World['certificate']>();
  for (const [name, { address, mail }] of Object.entries(HOSTS)) {
    renew.set(name, await startWeb(name, address, authority));
    if (mail) await startMail(name, address, authority);
  }
  for (const [name, { address, ports }] of Object.entries(CONTROLS)) {
    zone[name] = { A: [address] };
    for (const port of ports) await startControl(name, address, port);
  }
  zone[HOOKS.name] = { A: [HOOKS.address] };
  await startHooks(authority, alerts);
  await startDnsServer(zone, 53);

  const firewalled = new Map<string, 'dropped' | 'rejected'>();
  return {
    root: authority.root,
    alerts,
    addHost(name, address) {
      zone[name] = { A: [address] };
      return authority.issue({ names: [name] });
    },
    publishTxt(name, value) {
      zone[name] = { TXT: [...(zone[name]?.TXT ?? []), value] };
    },
    firewall(host, port, does) {
      const place = `${addressOf(host)} . ${port}`;
      const before = firewalled.get(place);
      if (before !== undefined)
        command('nft', ['delete', 'element', 'inet', 'story', before, `{ ${place} }`]);
      firewalled.delete(place);
      if (does === 'accepts') return;
      const set = does === 'drops' ? 'dropped' : 'rejected';
      command('nft', ['add', 'element', 'inet', 'story', set, `{ ${place} }`]);
      firewalled.set(place, set);
    },
    async certificate(host, is) {
      const change = renew.get(host);
      if (change === undefined) throw new Error(`${host} has no certificate`);
      await change(host, is);
    },
  };
}

/** The customers' firewall. */
const FIREWALL = `
table inet story {
  set dropped { type ipv4_addr . inet_service; }
  set rejected { type ipv4_addr . inet_service; }
  chain input {
    type filter hook input priority 0; policy accept;
    ip daddr . tcp dport @dropped drop
    ip daddr . tcp dport @rejected reject with tcp reset
  }
}`;

function command(name: string, args: readonly string[], input = ''): void {
  const { status, stderr } = spawnSync(name, args, { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name} ${args.join(' ')}: ${stderr}`);
}

function addressOf(host: string): string {
  const address = HOSTS[host]?.address;
  if (address === undefined) throw new Error(`the world has no ${host}`);
  return address;
}

const valid = (is: Parameters<World['certificate']>[1]) =>
  is === 'expired'
    ? { notBefore: new Date(Date.now() - 93 * DAY_MS), notAfter: new Date(Date.now() - 3 * DAY_MS) }
    : { notAfter: new Date(Date.now() + (is === 'good' ? 80 : is.days + 0.5) * DAY_MS) };

/** Port 80 redirects to 443, but for the paths of RFC 8615; gives what changes the certificate. */
async function startWeb(name: string, address: string, authority: Authority): Promise<World['certificate']> {
  const page: RequestListener = (_, response) =>
    response
      .writeHead(200, { 'content-type': 'text/html', 'strict-transport-security': 'max-age=31536000' })
      .end(`<!doctype html><title>${name}</title><h1>Welcome</h1>`);
  const plain: RequestListener = ({ url = '/' }, response) => {
    if (url.startsWith('/.well-known/')) response.writeHead(404).end();
    else response.writeHead(301, { location: `https://${name}${url}` }).end();
  };
  const context = async (is: Parameters<World['certificate']>[1]) => {
    const { key, chain } = await authority.issue({ names: [name], ...valid(is) });
    return { key, cert: chain };
  };
  const secure = createHttpsServer(await context('good'), page);
  await listen(secure, address, 443);
  await listen(createHttpServer(plain), address, 80);
  return async (_, is) => secure.setSecureContext(await context(is));
}

async function startMail(name: string, address: string, authority: Authority): Promise<void> {
  const { key, chain } = await authority.issue({ names: [name] });
  const domain = name.replace(/^[^.]+\./, '');
  const server = new SMTPServer({
    key,
    cert: chain,
    name,
    disableReverseLookup: true,
    authOptional: true,
    onRcptTo: ({ address: recipient }, _session, callback) =>
      recipient.endsWith(`@${domain}`)
        ? callback()
        : callback(Object.assign(new Error('Relay access denied'), { responseCode: 554 })),
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(25, address, resolve));
}

/** A control proves a way out by a handshake, on the mail port by a greeting (lib/engine/measure/control-probe.ts). */
function startControl(name: string, address: string, port: number): Promise<void> {
  const server = createTcpServer((socket) => {
    if (port === 25) socket.write(`220 ${name} ESMTP\r\n`);
  });
  return listen(server, address, port);
}

async function startHooks(authority: Authority, alerts: string[]): Promise<void> {
  const { key, chain } = await authority.issue({ names: [HOOKS.name] });
  const server = createHttpsServer({ key, cert: chain }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      alerts.push(Buffer.concat(chunks).toString());
      response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
    });
  });
  await listen(server, HOOKS.address, 443);
}

async function listen(server: Server, address: string, port: number): Promise<void> {
  server.on('connection', (socket) => socket.on('error', () => undefined));
  server.listen(port, address);
  await once(server, 'listening');
}
