import { connect, type Socket } from 'node:net';
import type { AddressGuard, Clock, DialOptions, DialResult, GuardedDial } from '../probe/probe.ts';
import { roundMs } from './clock.ts';
import { offDeadline, onDeadline } from './deadline.ts';
import { afterReading } from './late.ts';

type FailedConnect = Extract<DialResult, { ok: false }>['result'];

export interface DialSetup {
  readonly guard: AddressGuard;
  readonly clock: Clock;
  /** Ends every dial that is still waiting, with `deadline`. */
  readonly deadline: AbortSignal;
}

/**
 * The only way to open a TCP socket. The address is judged first and handed to the kernel as the very literal that
 * was judged: no look-up, no happy eyeballs (`autoSelectFamily` hides a dead family). The socket comes back
 * connected, not yet read from, with an error listener that outlives the caller's own, so that a late RST can't end
 * the process.
 */
export function createDial(setup: DialSetup): GuardedDial {
  const { guard, clock, deadline } = setup;
  return (address, port, options) => {
    const range = guard(address);
    if (range !== undefined) return failedUndialled({ status: 'refused-by-guard', range });
    if (deadline.aborted) return failedUndialled({ status: 'deadline' });
    return dialJudged(address, port, options, clock, deadline);
  };
}

function failedUndialled(result: FailedConnect): Promise<DialResult> {
  return Promise.resolve({ ok: false, result, ms: 0 });
}

function dialJudged(
  address: string,
  port: number,
  options: DialOptions,
  clock: Clock,
  deadline: AbortSignal,
): Promise<DialResult> {
  return new Promise((resolve) => {
    const start = clock.monotonic();
    const socket = connect({
      host: address,
      port,
      family: address.includes(':') ? 6 : 4,
      autoSelectFamily: false,
      noDelay: options.noDelay ?? true,
    });
    let settled = false;
    let failedAtOnce = false;

    const settle = (result: DialResult): void => {
      settled = true;
      clearTimeout(timer);
      offDeadline(deadline, onRunEnd);
      resolve(result);
    };
    const elapsed = (): number => roundMs(clock.monotonic() - start);
    const fail = (result: FailedConnect): void => {
      if (settled) return;
      const ms = elapsed();
      socket.destroy();
      settle({ ok: false, result, ms });
    };
    const onRunEnd = (): void => fail({ status: 'deadline' });
    const timer = setTimeout(afterReading(fail), options.timeoutMs, { status: 'timeout' });
    onDeadline(deadline, onRunEnd);

    socket.on('connect', () => {
      if (settled) return;
      const ms = elapsed();
      settle({ ok: true, socket, ms, localAddress: socket.localAddress ?? '' });
    });
    // Stays for the life of the socket: a late RST must not end the process for want of a listener.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (!settled) fail(classifyConnectError(error.code ?? error.name, failedAtOnce));
    });
    // Node calls connect(2) in the tick before this one. A socket that is dead already was refused by our own
    // kernel (no route, no such family, a local firewall, no free port): no packet came from elsewhere so soon.
    process.nextTick(() => {
      failedAtOnce = socket.destroyed;
    });
  });
}

/** @param local the error came from this machine's kernel before anything could answer */
export function classifyConnectError(code: string, local: boolean): FailedConnect {
  switch (code) {
    case 'ECONNREFUSED':
      return { status: 'refused', code };
    // The handshake was completed, then reset before the connect event was read.
    case 'ECONNRESET':
    case 'ECONNABORTED':
    case 'EPIPE':
      return { status: 'reset', code };
    case 'ETIMEDOUT':
      return { status: 'timeout' };
    // ICMP and ICMPv6 unreachable in all its kinds (EACCES: administratively prohibited), or our own kernel.
    default:
      return { status: 'unreachable', code, local };
  }
}

/** The connect phase in one line of evidence: both ends with their ports, or how it failed. */
export function describeDial(address: string, port: number, dialled: DialResult): string {
  const peer = hostPort(address, port);
  if (dialled.ok) {
    return `connected from ${localEnd(dialled.socket)} to ${peer} in ${dialled.ms} ms`;
  }
  const { result } = dialled;
  switch (result.status) {
    case 'refused':
      return `connect to ${peer}: refused (${result.code}) after ${dialled.ms} ms`;
    case 'timeout':
      return `connect to ${peer}: no answer in ${dialled.ms} ms`;
    case 'unreachable':
      return result.local
        ? `connect to ${peer}: refused by this machine's own network stack (${result.code})`
        : `connect to ${peer}: unreachable (${result.code}) after ${dialled.ms} ms`;
    case 'reset':
      return `connect to ${peer}: handshake completed, then reset at once (${result.code}) after ${dialled.ms} ms`;
    case 'refused-by-guard':
      return `no packet was sent to ${peer}: ${result.range}`;
    case 'deadline':
      return `connect to ${peer}: the run ended after ${dialled.ms} ms`;
    default:
      return result satisfies never;
  }
}

function localEnd(socket: Socket): string {
  return hostPort(socket.localAddress ?? '', socket.localPort ?? 0);
}

/** `192.0.2.1:443`, `[2001:db8::1]:443`. */
export function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
