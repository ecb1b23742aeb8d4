/**
 * A station in a company: a stock nginx with TLS in front of it, an issuer, and people in offices, whose browsers come from
 * addresses of their own (each office's proxy has another one of loopback).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '../../certificates/authority.ts';
import { newFolder, type RunningStation, startStation } from '../../local/station/running-station.ts';
import { CLIENT, type OidcIssuer, oidcIssuer } from '../../servers/oidc-issuer.ts';

const NAME = 'checks.example.com';
const START_MS = 60_000;

export interface Office {
  /** By which people reach the station. */
  readonly url: string;
  readonly station: RunningStation;
  readonly issuer: OidcIssuer;
  /** What the issuer has registered. */
  redirects: readonly string[];
  /** Base64 of the SHA-256 of the public key that nginx has: what a browser of the company trusts. */
  readonly spki: string;
  /** The proxy through which the browsers of one address go. */
  from(address: `127.0.0.${number}`): Promise<{ readonly server: string; readonly bypass: string }>;
  stop(): Promise<void>;
}

export async function openOffice(): Promise<Office> {
  const folder = mkdtempSync(join(tmpdir(), 'inbound-check-office-'));
  const port = await freePort();
  const url = `https://${NAME}:${port}`;
  const issuer = await oidcIssuer(() => office.redirects);
  const oidc = join(folder, 'oidc.json');
  writeFileSync(join(folder, 'secret'), CLIENT.secret, { mode: 0o600 });
  writeFileSync(
    oidc,
    JSON.stringify({
      issuer: issuer.url,
      clientId: CLIENT.id,
      clientSecret: `file:${join(folder, 'secret')}`,
      roles: { support: ['helpdesk'] },
      button: 'Sign in with Example',
    }),
  );
  const behind = ['--base-url', url, '--trusted-proxy', '127.0.0.1', '--oidc', oidc];
  const station = await startStation(newFolder(), ...behind);
  const { key, chain } = await (await createAuthority({ subject: 'Office root' })).issue({ names: [NAME] });
  writeFileSync(join(folder, 'key.pem'), key);
  writeFileSync(join(folder, 'chain.pem'), chain);
  const nginx = await startNginx(folder, port, station.url);
  const proxies: Server[] = [];
  const office: Office = {
    url,
    station,
    issuer,
    redirects: [`${url}/sign-in/issuer/callback`],
    spki: spkiOf(chain),
    async from(address) {
      const proxy = await startProxy(address);
      proxies.push(proxy);
      return {
        server: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
        // The issuer is reached without it.
        bypass: '127.0.0.1',
      };
    },
    async stop() {
      nginx.kill('SIGTERM');
      for (const proxy of proxies) proxy.close();
      await station.end('SIGTERM');
      await issuer.close();
    },
  };
  return office;
}

/** As `--ignore-certificate-errors-spki-list` takes it. */
export const spkiOf = (pem: string): string =>
  createHash('sha256')
    .update(new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'scgi', 'uwsgi'] as const;

async function startNginx(folder: string, port: number, upstream: string): Promise<ChildProcess> {
  const file = join(folder, 'nginx.conf');
  writeFileSync(
    file,
    `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr crit;
events { }
http {
  access_log off;
${TEMPORARY.map((name) => `  ${name}_temp_path ${folder}/${name};`).join('\n')}
  server {
    listen 127.0.0.1:${port} ssl;
    server_name ${NAME};
    ssl_certificate ${folder}/chain.pem;
    ssl_certificate_key ${folder}/key.pem;
    location / {
      proxy_pass ${upstream};
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
    }
  }
}
`,
  );
  const nginx = spawn('nginx', ['-p', folder, '-e', 'stderr', '-c', file], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let hasEnded = false;
  nginx.once('error', () => {
    hasEnded = true;
  });
  nginx.once('exit', () => {
    hasEnded = true;
  });
  for (const end = Date.now() + START_MS; Date.now() < end && !hasEnded; ) {
    if (await answers(port)) return nginx;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  throw new Error('nginx does not listen');
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.once('connect', () => socket.destroy());
    socket.once('error', () => resolve(false));
  });

/** Every name leads to loopback, from this address of it. */
async function startProxy(localAddress: string): Promise<Server> {
  const proxy = createServer((_, response) => response.writeHead(403).end());
  proxy.on('connect', (request, client: Socket, head) => {
    const port = Number(request.url?.split(':').at(-1));
    const server = connect({ host: '127.0.0.1', port, localAddress }, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      server.write(head);
      server.pipe(client).pipe(server);
    });
    server.on('error', () => client.destroy());
    client.on('error', () => server.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return proxy;
}
