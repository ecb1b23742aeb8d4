/** Listens in on an exchange with a real server and keeps what the server says. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

export interface Entry {
  readonly name: string;
  readonly turns: readonly Buffer[];
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Lets `client` talk to `port` through a relay and keeps what the server sends, split where the client sends. */
export async function record(
  name: string,
  port: number,
  client: (relay: number) => Promise<void>,
): Promise<Entry> {
  const turns: Buffer[] = [];
  let clientSpoke = true;
  const relay = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    near.on('data', (chunk) => {
      clientSpoke = true;
      far.write(chunk);
    });
    far.on('data', (chunk) => {
      if (clientSpoke) turns.push(chunk);
      else turns.push(Buffer.concat([turns.pop() ?? Buffer.alloc(0), chunk]));
      clientSpoke = false;
      near.write(chunk);
    });
    far.on('end', () => near.end());
    near.on('end', () => far.end());
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  await client((relay.address() as AddressInfo).port);
  relay.close();
  if (turns.length === 0) throw new Error(`${name}: nothing was recorded`);
  return { name, turns };
}

/** Says lines one by one, each after something came back; leaves when the server does or after two seconds of silence. */
export const say =
  (...lines: readonly string[]) =>
  async (port: number): Promise<void> => {
    const socket = connect(port, '127.0.0.1');
    const left = [...lines];
    let timer: NodeJS.Timeout | undefined;
    const next = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const line = left.shift();
        if (line === undefined) socket.destroy();
        else socket.write(line);
        next();
      }, 2_000);
    };
    socket.on('data', () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const line = left.shift();
        if (line !== undefined) socket.write(line);
        next();
      }, 50);
    });
    socket.on('error', () => undefined);
    next();
    await once(socket, 'close');
    clearTimeout(timer);
  };

/** What a program in inetd mode says on its standard output. Ends it. */
export async function recordStdio(
  name: string,
  child: ChildProcess,
  lines: readonly string[],
): Promise<Entry> {
  const turns: Buffer[] = [];
  const said = [...lines];
  for (;;) {
    const chunk = await Promise.race([
      once(child.stdout as NodeJS.ReadableStream, 'data').then(([data]) => data as Buffer),
      pause(1_000).then(() => undefined),
    ]);
    if (chunk !== undefined) turns.push(chunk);
    const line = said.shift();
    if (line === undefined) break;
    child.stdin?.write(line);
  }
  child.kill();
  return { name, turns };
}
