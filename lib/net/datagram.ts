/** The only way to send a datagram: the address guard stands before it, as it does before every dial. */
import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';
import type { ConnectResult } from '../model/observation.ts';
import type { AddressGuard, Clock } from '../probe/probe.ts';
import { roundMs } from './clock.ts';
import { offDeadline, onDeadline } from './deadline.ts';
import { classifyConnectError } from './dial.ts';
import { afterReading } from './late.ts';

export interface DatagramSetup {
  readonly guard: AddressGuard;
  readonly clock: Clock;
  readonly deadline: AbortSignal;
}

export interface DatagramOptions {
  readonly timeoutMs: number;
  /** Made when the socket is ready, so that a timestamp in it is that of its sending. */
  readonly request: () => Uint8Array;
  /** Told each datagram that comes: true when it is the awaited answer, false to wait on. */
  readonly accept: (datagram: Buffer) => boolean;
  /** Datagrams that are looked at before the answer is given up. Default 8. */
  readonly maxDatagrams?: number;
}

export interface DatagramOutcome {
  /** `connected`: at least one datagram came back, accepted or not. */
  readonly connect: ConnectResult;
  readonly localAddress?: string;
  readonly localPort?: number;
  readonly ms: number;
}

/**
 * Sends one datagram from a connected UDP socket, so that the kernel passes on only what the peer itself sends and
 * tells of ICMP errors, and waits for the answer. Never rejects.
 */
export function exchangeDatagram(
  setup: DatagramSetup,
  address: string,
  port: number,
  options: DatagramOptions,
): Promise<DatagramOutcome> {
  const { guard, clock, deadline } = setup;
  const range = guard(address);
  if (range !== undefined) {
    return Promise.resolve({ connect: { status: 'refused-by-guard', range }, ms: 0 });
  }
  if (deadline.aborted) return Promise.resolve({ connect: { status: 'deadline' }, ms: 0 });

  return new Promise((resolve) => {
    const start = clock.monotonic();
    const socket = createSocket(isIP(address) === 6 ? 'udp6' : 'udp4');
    let sent = false;
    let seen = 0;
    let local: { localAddress?: string; localPort?: number } = {};
    let done = false;

    const finish = (connect: ConnectResult): void => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      offDeadline(deadline, onEnd);
      const ms = roundMs(clock.monotonic() - start);
      socket.removeAllListeners('message');
      socket.close();
      resolve({ connect, ...local, ms });
    };
    const stop = (status: 'timeout' | 'deadline'): void =>
      finish(seen > 0 ? { status: 'connected' } : { status });
    const onEnd = (): void => stop('deadline');
    const timer = setTimeout(afterReading(stop), options.timeoutMs, 'timeout' as const);
    onDeadline(deadline, onEnd);

    socket.on('error', (error: NodeJS.ErrnoException) => {
      // Before the send nothing left this machine: no route, or no such family.
      finish(classifyConnectError(error.code ?? error.name, !sent));
    });
    socket.on('message', (datagram) => {
      seen += 1;
      if (options.accept(datagram) || seen >= (options.maxDatagrams ?? 8)) finish({ status: 'connected' });
    });
    socket.once('connect', () => {
      const own = socket.address();
      local = { localAddress: own.address, localPort: own.port };
      socket.send(options.request(), (error) => {
        if (error === null) sent = true;
        else finish(classifyConnectError((error as NodeJS.ErrnoException).code ?? error.name, true));
      });
    });
    // With a literal nothing is looked up; the kernel judges the route here.
    socket.connect(port, address, (error?: Error) => {
      if (error !== undefined) {
        finish(classifyConnectError((error as NodeJS.ErrnoException).code ?? error.name, true));
      }
    });
  });
}
