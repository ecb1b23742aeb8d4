/** One TCP connect by system calls: beside its outcome the SYNs that were sent and the ICMP error that came back. */
import { constants, type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import type { IcmpError } from '../model/kernel-evidence.ts';
import type { Family } from '../model/vocabulary.ts';
import { roundMs } from './clock.ts';
import { offDeadline, onDeadline } from './deadline.ts';
import { isIP } from './ip.ts';
import { readIcmp } from './kernel/error-queue.ts';
import {
  MAX_SEGMENT,
  numberOf,
  RECEIVE_ERRORS,
  REUSE_ADDRESS,
  SOCKET_ERROR,
  setNumber,
  TIME_TO_LIVE,
  tcpInfo,
} from './kernel/options.ts';
import {
  decodeAddress,
  encodeAddress,
  isInNetwork,
  type SocketAddress,
  sameAddress,
} from './kernel/socket-address.ts';
import type { Syscalls } from './kernel/syscalls.ts';
import { retransmissionsIn } from './kernel/tcp-info.ts';
import type { Clock } from './network-access.ts';

export interface RawConnectOptions {
  readonly timeoutMs: number;
  /** Routers that the packets may pass; absent: the system's own number. */
  readonly timeToLive?: number;
  /** Largest payload of a segment, in both directions. */
  readonly maxSegment?: number;
  /** Address and port to connect from; absent: the system chooses. */
  readonly from?: SocketAddress;
}

export interface RawConnect {
  /** Open only after `connected`; then the caller closes it. */
  readonly fd: number;
  readonly status: 'connected' | 'failed' | 'timeout' | 'deadline';
  /** Of a failed one, as `ECONNREFUSED`. */
  readonly code: string;
  /** It failed before a packet could have come back. */
  readonly atOnce: boolean;
  readonly ms: number;
  readonly local?: SocketAddress;
  /** When each SYN left, in ms after the first. */
  readonly syns: readonly number[];
  readonly icmp?: IcmpError;
  /** The kernel keeps ICMP errors for this socket, so that a refusal without one was a RST. */
  readonly tellsIcmp: boolean;
}

export interface RawSetup {
  readonly calls: Syscalls;
  readonly clock: Clock;
  readonly deadline: AbortSignal;
}

/** How often the kernel is asked: after a tenth of the time that has gone by, and in these bounds, ms. */
const LEAST_PAUSE_MS = 1;
const MOST_PAUSE_MS = 20;

/**
 * Connects to an address that the guard has judged. Never rejects, never blocks: the kernel is asked again and again
 * whether something has come. After anything but `connected` the socket is closed.
 *
 * @param address an IP literal without a zone
 */
export function rawConnect(
  address: string,
  port: number,
  options: RawConnectOptions,
  { calls, clock, deadline }: RawSetup,
): Promise<RawConnect> {
  const family: Family = isIP(address) === 6 ? 6 : 4;
  const start = clock.monotonic();
  const elapsed = (): number => roundMs(clock.monotonic() - start);
  const fd = calls.socket(family);
  if (fd < 0) return Promise.resolve(failedAtOnce(fd, elapsed()));
  const tellsIcmp = prepare(fd, family, options, calls);
  const bound = options.from === undefined ? 0 : calls.bind(fd, encodeAddress(options.from));
  const begun = bound < 0 ? bound : calls.connect(fd, encodeAddress({ address, port }));
  if (begun < 0 && begun !== -constants.errno.EINPROGRESS) {
    calls.close(fd);
    return Promise.resolve(failedAtOnce(begun, elapsed()));
  }
  const local = decodeAddress(calls.localAddress(fd));
  const syns = [0];

  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const settle = (status: RawConnect['status'], code = ''): void => {
      clearTimeout(timer);
      offDeadline(deadline, onRunEnd);
      const icmp = status === 'failed' ? icmpError(fd, address, local, calls) : undefined;
      const ms = elapsed();
      if (status === 'connected') setNumber(calls, fd, RECEIVE_ERRORS[family], 0);
      else calls.close(fd);
      const found = { ...(local && { local }), ...(icmp && { icmp }) };
      resolve({ fd, status, code, atOnce: false, ms, syns, tellsIcmp, ...found });
    };
    const onRunEnd = (): void => settle('deadline');
    const look = (): void => {
      // Events first: what has come while this process was stopped counts.
      const events = calls.events(fd);
      const retransmissions = retransmissionsIn(tcpInfo(calls, fd));
      while (syns.length <= (retransmissions ?? 0)) syns.push(elapsed());
      if (events !== 0) {
        const error = numberOf(calls, fd, SOCKET_ERROR);
        if (error === 0) settle('connected');
        else settle('failed', nameOf(error));
      } else if (elapsed() >= options.timeoutMs) settle('timeout');
      else timer = setTimeout(look, Math.min(MOST_PAUSE_MS, Math.max(LEAST_PAUSE_MS, elapsed() / 10)));
    };
    onDeadline(deadline, onRunEnd);
    if (deadline.aborted) onRunEnd();
    else look();
  });
}

/** Does the kernel keep ICMP errors for the socket? A sandbox may refuse that, or accept it and do nothing. */
function prepare(fd: number, family: Family, options: RawConnectOptions, calls: Syscalls): boolean {
  setNumber(calls, fd, RECEIVE_ERRORS[family], 1);
  if (options.timeToLive !== undefined) setNumber(calls, fd, TIME_TO_LIVE[family], options.timeToLive);
  if (options.maxSegment !== undefined) setNumber(calls, fd, MAX_SEGMENT, options.maxSegment);
  if (options.from !== undefined) setNumber(calls, fd, REUSE_ADDRESS, 1);
  return numberOf(calls, fd, RECEIVE_ERRORS[family]) === 1;
}

const failedAtOnce = (errno: number, ms: number): RawConnect => ({
  fd: -1,
  status: 'failed',
  code: nameOf(-errno),
  atOnce: true,
  ms,
  syns: [],
  tellsIcmp: false,
});

function icmpError(
  fd: number,
  address: string,
  local: SocketAddress | undefined,
  calls: Syscalls,
): IcmpError | undefined {
  const icmp = readIcmp(calls.nextError(fd));
  if (icmp === undefined) return undefined;
  const interfaces = ownInterfaces();
  const own = [...(local === undefined ? [] : [local.address]), ...interfaces.map(({ address: one }) => one)];
  const sender = senderOf(icmp.from, address, own);
  const networks = interfaces.flatMap(({ cidr }) => cidr ?? []);
  return { ...icmp, sender, ...(sender === 'self' && isOnLink(address, networks) && { onLink: true }) };
}

/**
 * Who sent an ICMP error about packets to `target`. This machine sends its own from any of its addresses, whichever the connection has: the
 * first of the interface, mostly.
 *
 * @param own this machine's addresses, without a zone
 */
export function senderOf(from: string, target: string, own: readonly string[]): IcmpError['sender'] {
  if (sameAddress(from, target)) return 'target';
  return own.some((address) => sameAddress(from, address)) ? 'self' : 'other';
}

/**
 * Is there no gateway on the way to `target`? What this machine says of a neighbour that does not answer is then about the target itself.
 *
 * @param networks this machine's own, as `198.51.100.7/24`
 */
export const isOnLink = (target: string, networks: readonly string[]): boolean =>
  networks.some((network) => isInNetwork(target, network));

const ownInterfaces = (): NetworkInterfaceInfo[] =>
  Object.values(networkInterfaces()).flatMap((found = []) => found);

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.errno).map(([name, number]) => [number, name]),
);

const nameOf = (errno: number): string => NAMES.get(errno) ?? `errno ${errno}`;
