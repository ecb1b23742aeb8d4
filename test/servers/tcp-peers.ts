/** TCP peers of every temper on loopback, each on its own free port. */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Peer {
  readonly port: number;
  readonly address: string;
  /** All bytes that clients sent so far. */
  received(): Buffer;
  close(): Promise<void>;
}

/** Listens on a free port, or on the one that is given, and hands each connection to `serve`. */
export async function listen(
  serve: (socket: Socket) => void,
  address = '127.0.0.1',
  port = 0,
): Promise<Peer> {
  const sockets = new Set<Socket>();
  const chunks: Buffer[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => socket.end());
    serve(socket);
  });
  server.listen(port, address);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    address,
    received: () => Buffer.concat(chunks),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

export const banner =
  (text: string | Uint8Array) =>
  (socket: Socket): void => {
    socket.write(text);
  };
export const silent = (): void => {};
export const resetAtOnce = (socket: Socket): void => {
  socket.resetAndDestroy();
};
export const resetAfter =
  (ms: number) =>
  (socket: Socket): void => {
    setTimeout(() => socket.resetAndDestroy(), ms);
  };
export const finAtOnce = (socket: Socket): void => {
  socket.end();
};
/** Writes as fast as the client reads. */
export const endless =
  (text: string) =>
  (socket: Socket): void => {
    const chunk = Buffer.from(text.repeat(Math.ceil(16_384 / text.length)));
    const write = (): void => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', write);
    write();
  };
/** One byte each `ms`. */
export const drip =
  (text: string, ms: number) =>
  (socket: Socket): void => {
    let at = 0;
    const timer = setInterval(() => {
      if (socket.destroyed) clearInterval(timer);
      else socket.write(text.charAt(at++ % text.length));
    }, ms);
    socket.on('close', () => clearInterval(timer));
  };
/** Waits for the client to speak, then answers. */
export const answer =
  (text: string) =>
  (socket: Socket): void => {
    socket.once('data', () => socket.write(text));
  };

/**
 * A port of 127.0.0.1 on which nothing listens: the kernel answers a SYN with RST. It is below those that the kernel gives
 * away (ip_local_port_range, from 32768), so that no other test gets it meanwhile.
 */
export async function closedPort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 30_000);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

/**
 * A port on which SYNs are dropped, as a firewall drops them: the accept queue of a process that accepts nobody is
 * full, and Linux then ignores further SYNs.
 */
export async function droppingPort(): Promise<Peer> {
  const program = `
    const server = require('node:net').createServer();
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      require('node:fs').writeSync(1, String(server.address().port));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [first] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(first.toString());
  const fillers = await fillQueue(port);
  return {
    port,
    address: '127.0.0.1',
    received: () => Buffer.alloc(0),
    close: async () => {
      for (const socket of fillers) socket.destroy();
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/**
 * A port on which SYNs are dropped until `accept` is called: then the ones that were sent again are answered, and each
 * connection gets a line of text.
 */
export async function startLateAcceptor(): Promise<{
  readonly port: number;
  accept(): void;
  close(): Promise<void>;
}> {
  const program = `
    const { readSync, writeSync } = require('node:fs');
    const server = require('node:net').createServer((socket) => {
      socket.on('error', () => {}).end('hello\\r\\n');
    });
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      writeSync(1, String(server.address().port));
      readSync(0, Buffer.alloc(1));
    });`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [first] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(first.toString());
  const fillers = await fillQueue(port);
  child.stdin.on('error', () => undefined);
  return {
    port,
    accept() {
      child.stdin.write('!');
    },
    async close() {
      for (const socket of fillers) socket.destroy();
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** Connects until a connect no longer gets its answer; that one keeps trying and is a filler as well. */
async function fillQueue(port: number): Promise<Socket[]> {
  const fillers: Socket[] = [];
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    fillers.push(socket);
    const connected = await Promise.race([
      once(socket, 'connect').then(() => true),
      new Promise<boolean>((resolve) => setTimeout(resolve, 300, false)),
    ]);
    if (!connected) return fillers;
  }
}

/** The peers of one test: `close` in `afterEach` closes those that went through `kept`. */
export function peersOfTest() {
  const peers: Peer[] = [];
  return {
    async kept(peer: Promise<Peer>): Promise<Peer> {
      const listening = await peer;
      peers.push(listening);
      return listening;
    },
    async close(): Promise<void> {
      await Promise.all(peers.splice(0).map((peer) => peer.close()));
    },
  };
}
