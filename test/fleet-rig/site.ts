/** A customer's servers on loopback, and the request that has them checked. */

import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { startHttp, startPlainSmtp } from '../../lib/local/demo/servers.ts';

export interface Site {
  readonly target: Readonly<Record<string, unknown>>;
  readonly endpointCount: number;
  close(): Promise<void>;
}

export interface TcpServer {
  readonly port: number;
  /** Connections accepted so far. */
  readonly accepted: () => number;
  close(): Promise<void>;
}

export async function serveTcp(
  onConnection: (socket: Socket, number: number) => void,
  address = '127.0.0.1',
): Promise<TcpServer> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    accepted += 1;
    onConnection(socket, accepted);
  });
  return {
    port: await listening(server, address),
    accepted: () => accepted,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

async function listening(server: Server, address: string): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, address, () => resolve()));
  return (server.address() as AddressInfo).port;
}

/** Nothing listens there on loopback; below the ephemeral range, so that no process gets it by chance. */
export const REFUSED_PORT = 9;

const greeter = (greeting: string): Promise<TcpServer> => serveTcp((socket) => socket.write(greeting));

/** A bit of everything: open, refused, broken, must be closed and is, must be closed and isn't. */
export async function startSite(): Promise<Site> {
  const [web, mail, ssh, banner, notHttp] = await Promise.all([
    startHttp((_, response) => response.end('<title>Welcome</title><p>Hello</p>')),
    startPlainSmtp('mail.example.com'),
    greeter('SSH-2.0-OpenSSH_9.6\r\n'),
    greeter('220 ready\r\n'),
    greeter('+OK not what you think\r\n'),
  ]);
  const check = [
    `http://127.0.0.1:${web.port}/`,
    { uri: `http://127.0.0.1:${web.port}/other`, assertions: { titleContains: 'Goodbye' } },
    `smtp://127.0.0.1:${mail.port}`,
    `ssh://127.0.0.1:${ssh.port}`,
    `tcp://127.0.0.1:${banner.port}`,
    `http://127.0.0.1:${notHttp.port}/`,
    `tls://127.0.0.1:${banner.port}`,
    { uri: `tcp://127.0.0.1:${REFUSED_PORT}`, level: 'recommended' },
    `tcp://127.0.0.2:${REFUSED_PORT}`,
  ];
  const closed = [`tcp://127.0.0.3:${REFUSED_PORT}`, `ssh://127.0.0.1:${ssh.port}`];
  const servers = [web, mail, ssh, banner, notHttp];
  return {
    target: { name: 'Site', check, closed },
    endpointCount: check.length + closed.length,
    close: async () => {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

export const VOUCH = { by: 'rig@example.com', reason: 'our own loopback' } as const;

/** A request with no controls: they would send packets to hosts elsewhere, and loopback targets need none. */
export function request(
  runId: string,
  targets: readonly unknown[],
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const { settings = {}, ...rest } = more as { readonly settings?: Readonly<Record<string, unknown>> };
  return {
    runId,
    requestedBy: 'rig',
    targets,
    vouch: VOUCH,
    settings: { defaultControls: false, timeout: '20s', confirm: '1', confirmPause: '1s', ...settings },
    ...rest,
  };
}
