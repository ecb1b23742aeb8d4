import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, onTestFinished } from 'vitest';

/** A TCP server on a free port of 127.0.0.1 that lasts until the test ends, or all tests of a `describe`. */
export async function listen(onConnection: (socket: Socket) => void, isForAll = false): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  if (isForAll) afterAll(close);
  else onTestFinished(close);
  return (server.address() as AddressInfo).port;
}

export const listenSsh = (isForAll = false): Promise<number> =>
  listen((socket) => void socket.resume().write('SSH-2.0-OpenSSH_9.2\r\n'), isForAll);

/** Accepts and says nothing. */
export const listenSilent = (): Promise<number> => listen((socket) => void socket.resume());
