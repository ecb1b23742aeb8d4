/** A listener on free ports of loopback for one test, and clients of it. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { ListenerArrival, PortRole } from '../../../lib/kinds/listener/listener-log.ts';
import { newListenerCode } from '../../../lib/kinds/listener/new-code.ts';
import {
  type ListenerOptions,
  type PortListener,
  startListener,
} from '../../../lib/local/listen/listener.ts';
import { systemClock } from '../../../lib/net/clock.ts';

export const code = newListenerCode(() => Buffer.from('3a1b2c3d4e5f60718293', 'hex'));
export const NOTICE = 'This is a test listener of Inbound Check until 2026-11-30T10:44Z.';

export interface Started {
  readonly listener: PortListener;
  readonly port: number;
  readonly arrivals: readonly ListenerArrival[];
  /** How many were cut off before anything of them was known. */
  readonly gone: () => number;
  /** The next arrival that was not handed out yet. */
  readonly next: () => Promise<ListenerArrival>;
}

export async function start(
  role: PortRole = 'any',
  options: Partial<ListenerOptions> = {},
): Promise<Started> {
  const arrivals: ListenerArrival[] = [];
  let handed = 0;
  let gone = 0;
  let wake = (): void => undefined;
  const listener = await startListener({
    code,
    ports: [{ port: 0, role }],
    endsAt: Number.MAX_SAFE_INTEGER,
    ...(options.addresses === undefined && { bind: '127.0.0.1' }),
    hostName: 'host.test',
    notice: NOTICE,
    clock: systemClock,
    onArrival(arrival) {
      arrivals.push(arrival);
      wake();
    },
    onGone() {
      gone += 1;
    },
    ...options,
  });
  onTestFinished(() => listener.close());
  return {
    listener,
    port: listener.ports[0]?.port ?? 0,
    arrivals,
    gone: () => gone,
    async next() {
      while (arrivals.length <= handed) await new Promise<void>((resolve) => (wake = resolve));
      const arrival = arrivals[handed];
      handed += 1;
      if (arrival === undefined) throw new Error('no arrival');
      return arrival;
    },
  };
}

/** Connects, sends, and reads until the other end closes. A reset counts as an end. */
export async function exchange(
  port: number,
  send: string,
  { half = false, host = '127.0.0.1' } = {},
): Promise<string> {
  const socket = await dial(port, host);
  const answer = readAll(socket);
  if (half) socket.end(send, 'latin1');
  else socket.write(send, 'latin1');
  return answer;
}

export async function dial(port: number, host = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host, allowHalfOpen: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

export async function dialTls(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options });
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return socket;
}

/** Everything until the end. */
export function readAll(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
    });
    socket.once('end', () => socket.end());
    socket.once('close', () => resolve(text));
  });
}

/** Waits until `wanted` has come. */
export async function readUntil(socket: Socket, wanted: RegExp): Promise<string> {
  let text = '';
  while (!wanted.test(text)) {
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    text += bytes.toString('latin1');
  }
  return text;
}
