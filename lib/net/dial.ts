import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { roundMs } from './clock.ts';
import { offDeadline, onDeadline } from './deadline.ts';
import { deferredTimeout } from './deferred-timeout.ts';
import { NO_SUCH_FAMILY } from './family-dial.ts';
import { hostPort } from './host-port.ts';
import type {
  AddressGuard,
  Clock,
  DialOptions,
  DialResult,
  GuardedDial,
  LocalEnd,
} from './network-access.ts';

type FailedConnect = Extract<DialResult, { ok: false }>['result'];

export interface DialSetup {
  readonly guard: AddressGuard;
  readonly clock: Clock;
  /** Ends every dial that is still waiting, with `deadline`. */
  readonly deadline: AbortSignal;
}

/**
 * The only way to open a TCP socket. The address is judged first and given to the kernel as exactly the literal that
 * was judged: no look-up, no happy eyeballs (`autoSelectFamily` hides a family that doesn't work). The socket comes back
 * connected, not yet read from, with an error listener that stays after the caller's own is removed, so that a late RST can't end
 * the process.
 */
export function createDial(setup: DialSetup): GuardedDial {
  const { guard, clock, deadline } = setup;
  return (address, port, options) => {
    const range = guard(address);
    if (range !== undefined) return failedUndialled({ status: 'refused-by-guard', range });
    if (deadline.aborted) return failedUndialled({ status: 'deadline' });
    if (lacksLink(address)) return failedUndialled({ status: 'unreachable', code: 'EINVAL', local: true });
    return dialJudged(address, port, options, clock, deadline);
  };
}

/**
 * A link-local IPv6 address without the interface it is on (RFC 4007 §6: `fe80::1%eth0`), or with one that this machine
 * does not have. connect(2) refuses it with EINVAL. From libuv 1.47 on, and so in Node 24 but not in Node 20, the first
 * interface with a link-local address is put in instead: the packet would go to whoever has that address there, and
 * silence would be held against the target.
 */
function lacksLink(address: string): boolean {
  if (!/^fe[89ab]/i.test(address)) return false;
  const [, link] = address.split('%');
  return link === undefined || networkInterfaces()[link] === undefined;
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
    let local: LocalEnd = {};

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
      settle({ ok: false, result, ms, ...local });
    };
    const onRunEnd = (): void => fail({ status: 'deadline' });
    const timer = setTimeout(deferredTimeout(fail), options.timeoutMs, { status: 'timeout' });
    onDeadline(deadline, onRunEnd);

    socket.on('connect', () => {
      if (settled) return;
      const ms = elapsed();
      settle({ ok: true, socket, ms, ...localEnd(socket) });
    });
    // Stays as long as the socket exists: without a listener a late RST would end the process.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (!settled) fail(classifyConnectError(error.code ?? error.name, failedAtOnce));
    });
    // Node calls connect(2) in the tick before this one. A socket that is closed already was refused by our own
    // kernel (no route, no such family, a local firewall, no free port): no packet came from elsewhere so soon.
    process.nextTick(() => {
      failedAtOnce = socket.destroyed;
      // connect(2) has chosen both; after a timeout nobody could ask for them any more.
      local = localEnd(socket);
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
    // All kinds of ICMP and ICMPv6 unreachable (EACCES: administratively prohibited), or our own kernel.
    default:
      return { status: 'unreachable', code, local };
  }
}

/** The connect phase in one line of evidence: both ends with their ports, or how it failed. */
export function describeDial(address: string, port: number, dialled: DialResult): string {
  const peer = hostPort(address, port);
  const { localAddress, localPort } = dialled;
  const from = localAddress === undefined ? '' : ` from ${hostPort(localAddress, localPort ?? 0)}`;
  if (dialled.ok) {
    return `connected${from} to ${peer} in ${dialled.ms} ms`;
  }
  const { result } = dialled;
  switch (result.status) {
    case 'refused':
      return `connect${from} to ${peer}: refused (${result.code}) after ${dialled.ms} ms`;
    case 'timeout':
      return `connect${from} to ${peer}: no answer in ${dialled.ms} ms`;
    case 'unreachable':
      if (result.code === NO_SUCH_FAMILY)
        return `no packet was sent to ${peer}: there is no IPv${address.includes(':') ? 6 : 4} here`;
      return result.local
        ? `connect to ${peer}: refused by this machine's own network stack (${result.code})`
        : `connect${from} to ${peer}: unreachable (${result.code}) after ${dialled.ms} ms`;
    case 'reset':
      return `connect${from} to ${peer}: handshake completed, then reset at once (${result.code}) after ${dialled.ms} ms`;
    case 'refused-by-guard':
      return `no packet was sent to ${peer}: ${result.range}`;
    case 'deadline':
      return `connect${from} to ${peer}: the run ended after ${dialled.ms} ms`;
    default:
      return result satisfies never;
  }
}

function localEnd({ localAddress, localPort }: Socket): LocalEnd {
  return localAddress === undefined || localPort === undefined ? {} : { localAddress, localPort };
}
