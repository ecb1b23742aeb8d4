/** The only way to send a datagram: the address guard checks it first, as it checks every dial. */
import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';
import type { ConnectResult } from '../model/observed.ts';
import { roundMs } from './clock.ts';
import { offDeadline, onDeadline } from './deadline.ts';
import { deferredTimeout } from './deferred-timeout.ts';
import { classifyConnectError } from './dial.ts';
import type { AddressGuard, Clock } from './network-access.ts';

export interface DatagramSetup {
  readonly guard: AddressGuard;
  readonly clock: Clock;
  readonly deadline: AbortSignal;
}

export interface DatagramOptions {
  readonly timeoutMs: number;
  /** Created when it is sent, so that a timestamp in it is the time of sending. */
  readonly request: () => Uint8Array;
  /** Called with each datagram that arrives: true when it is the expected answer, false to wait on, `repeat` to ask once more. */
  readonly accept: (datagram: Buffer) => boolean | 'repeat';
  /** Milliseconds after the first sending at which to ask again from the same socket. Default: never. */
  readonly repeatAtMs?: readonly number[];
  /** Datagrams that are looked at before waiting for the answer ends. Default 8. */
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
 * reports ICMP errors, and waits for the answer. Never rejects.
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
    let repeat: NodeJS.Timeout | undefined;

    const finish = (connect: ConnectResult): void => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      clearTimeout(repeat);
      offDeadline(deadline, onEnd);
      const ms = roundMs(clock.monotonic() - start);
      socket.removeAllListeners('message');
      socket.close();
      resolve({ connect, ...local, ms });
    };
    const stop = (status: 'timeout' | 'deadline'): void =>
      finish(seen > 0 ? { status: 'connected' } : { status });
    const onEnd = (): void => stop('deadline');
    const timer = setTimeout(deferredTimeout(stop), options.timeoutMs, 'timeout' as const);
    onDeadline(deadline, onEnd);

    socket.on('error', (error: NodeJS.ErrnoException) => {
      // Before the send nothing left this machine: no route, or no such family.
      finish(classifyConnectError(error.code ?? error.name, !sent));
    });
    socket.on('message', (datagram) => {
      if (done) return;
      seen += 1;
      const accepted = options.accept(datagram);
      if (accepted === true || seen >= (options.maxDatagrams ?? 8)) finish({ status: 'connected' });
      else if (accepted === 'repeat') send();
    });
    const send = (): void => {
      socket.send(options.request(), (error) => {
        if (error === null) sent = true;
        else finish(classifyConnectError((error as NodeJS.ErrnoException).code ?? error.name, !sent));
      });
    };
    const repeatAfter = ([next, ...later]: readonly number[], before: number): void => {
      if (next === undefined) return;
      const again = (): void => {
        if (done) return;
        send();
        repeatAfter(later, next);
      };
      repeat = setTimeout(deferredTimeout(again), next - before);
    };
    socket.once('connect', () => {
      const own = socket.address();
      local = { localAddress: own.address, localPort: own.port };
      send();
      if (options.repeatAtMs !== undefined) repeatAfter(options.repeatAtMs, 0);
    });
    // With a literal nothing is looked up; the kernel checks the route here.
    socket.connect(port, address, (error?: Error) => {
      if (error !== undefined) {
        finish(classifyConnectError((error as NodeJS.ErrnoException).code ?? error.name, true));
      }
    });
  });
}
