/** Ports below 1024 on addresses of loopback, where a listener proves who rules a machine. */
import { connect, createServer, type Socket } from 'node:net';

/** Why tests that open such ports are left out; `undefined`: they are not. */
export const NO_LOW_PORTS =
  process.getuid?.() !== 0 && !process.env.CI ? 'ports below 1024 need root' : undefined;

export interface CountedServer {
  readonly accepted: () => number;
  close(): Promise<void>;
}

/** Counts who comes, and hands each to `serve`. */
export async function countedServer(
  address: string,
  port: number,
  serve: (socket: Socket) => void = (socket) => socket.end(),
): Promise<CountedServer> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server = createServer((socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    serve(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, address, resolve);
  });
  return {
    accepted: () => accepted,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Hands each connection on to another address, as a forwarder does. */
export const forwardTo =
  (address: string, port: number) =>
  (socket: Socket): void => {
    const onward = connect(port, address);
    onward.on('error', () => socket.destroy());
    socket.on('close', () => onward.destroy());
    socket.pipe(onward).pipe(socket);
  };
