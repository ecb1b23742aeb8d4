/** Small real servers for the demo's customer site, each on a free port of 127.0.0.1. */
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Issued } from './authority.ts';

export interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

async function listen(server: Server, sockets: Set<Socket> = trackSockets(server)): Promise<Listener> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Connections that are still open when the demo ends are closed, and a peer that disappears is not our fault. */
function trackSockets(server: Server): Set<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  return sockets;
}

export const startHttp = (handler: RequestListener): Promise<Listener> => listen(createHttpServer(handler));

export function startHttps({ key, chain }: Issued, handler: RequestListener): Promise<Listener> {
  return listen(createHttpsServer({ key, cert: chain }, handler));
}

/** An SMTP server like many that still exist: it accepts mail and has no STARTTLS. Replies by RFC 5321 §4.2. */
export function startPlainSmtp(hostname: string): Promise<Listener> {
  const replies: Readonly<Record<string, string>> = {
    EHLO: `250-${hostname}\r\n250-SIZE 35882577\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES`,
    HELO: `250 ${hostname}`,
    MAIL: '250 2.1.0 Ok',
    RCPT: '250 2.1.5 Ok',
    RSET: '250 2.0.0 Ok',
    NOOP: '250 2.0.0 Ok',
    QUIT: '221 2.0.0 Bye',
  };
  const server = createTcpServer((socket) => {
    socket.write(`220 ${hostname} ESMTP\r\n`);
    // It raises the socket's errors again, and a client that resets must not end the process.
    const lines = createInterface({ input: socket }).on('error', () => undefined);
    lines.on('line', (line) => {
      const verb = line.slice(0, 4).toUpperCase();
      const reply = replies[verb] ?? '502 5.5.2 Command not recognized';
      if (verb === 'QUIT') socket.end(`${reply}\r\n`);
      else socket.write(`${reply}\r\n`);
    });
  });
  return listen(server);
}

/** The part of an SSH server that is visible without a key: its identification (RFC 4253 §4.2). */
export function startSsh(identification: string): Promise<Listener> {
  return listen(createTcpServer((socket) => void socket.resume().write(`${identification}\r\n`)));
}

/** A port where nothing listens: requested from the system and closed again. */
export async function closedPort(): Promise<number> {
  const listener = await listen(createTcpServer());
  await listener.close();
  return listener.port;
}
