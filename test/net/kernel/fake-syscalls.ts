/** A kernel for tests: each SYN gets the answer that the test gives for its time to live. */
import { constants } from 'node:os';
import { RECEIVE_ERRORS, SOCKET_ERROR, TIME_TO_LIVE } from '../../../lib/net/kernel/options.ts';
import { encodeAddress } from '../../../lib/net/kernel/socket-address.ts';
import type { Syscalls } from '../../../lib/net/kernel/syscalls.ts';
import type { Clock } from '../../../lib/net/network-access.ts';

const { EINPROGRESS, ECONNREFUSED, EHOSTUNREACH, EPERM } = constants.errno;

/** `refused` without an ICMP error; `connected` when it is asked about for the second time; time exceeded, by this router. */
export type SynAnswer = 'silent' | 'refused' | 'connected' | { readonly passedBy: string };

export interface FakeKernel {
  readonly calls: Syscalls;
  /** Goes on by 100 ms whenever a silent socket is asked about. */
  readonly clock: Clock;
  /** Descriptors that are open. */
  readonly open: ReadonlySet<number>;
  /** The time to live of each SYN, in order. */
  readonly sent: readonly number[];
}

/** @param keepsErrors does it accept IP_RECVERR? */
export function fakeKernel(answer: (ttl: number, nth: number) => SynAnswer, keepsErrors = true): FakeKernel {
  const open = new Set<number>();
  const sent: number[] = [];
  const ttls = new Map<number, number>();
  const answers = new Map<number, SynAnswer>();
  const asked = new Set<number>();
  let now = 0;
  let next = 3;
  const int = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(value);
    return bytes;
  };
  const isIcmp = (found: SynAnswer | undefined): found is { readonly passedBy: string } =>
    typeof found === 'object';
  const calls: Syscalls = {
    socket() {
      next += 1;
      open.add(next);
      return next;
    },
    connect(fd) {
      const ttl = ttls.get(fd) ?? 64;
      sent.push(ttl);
      answers.set(fd, answer(ttl, sent.filter((one) => one === ttl).length));
      return -EINPROGRESS;
    },
    packetSocket: () => -EPERM,
    attachFilter: () => -EPERM,
    bind: () => 0,
    localAddress: () => encodeAddress({ address: '198.51.100.1', port: 40_000 }),
    setOption(fd, level, name, value) {
      if (level === TIME_TO_LIVE[4].level && name === TIME_TO_LIVE[4].name) ttls.set(fd, value.readInt32LE());
      return 0;
    },
    option(fd, level, name) {
      if (level === RECEIVE_ERRORS[4].level && name === RECEIVE_ERRORS[4].name)
        return keepsErrors ? int(1) : Buffer.alloc(0);
      if (level !== SOCKET_ERROR.level || name !== SOCKET_ERROR.name) return Buffer.alloc(0);
      const found = answers.get(fd);
      return int(found === 'connected' ? 0 : isIcmp(found) ? EHOSTUNREACH : ECONNREFUSED);
    },
    events(fd) {
      if (answers.get(fd) === 'connected') return asked.has(fd) ? 4 : asked.add(fd) && 0;
      if (answers.get(fd) !== 'silent') return 8;
      now += 100;
      return 0;
    },
    nextError(fd) {
      const found = answers.get(fd);
      return isIcmp(found) ? timeExceeded(found.passedBy) : Buffer.alloc(0);
    },
    duplicate: () => -1,
    endSending: () => undefined,
    close: (fd) => void open.delete(fd),
  };
  return { calls, clock: { now: () => now, monotonic: () => now }, open, sent };
}

/** struct cmsghdr with IP_RECVERR, struct sock_extended_err with ICMP type 11, and the router's address. */
function timeExceeded(router: string): Buffer {
  const bytes = Buffer.alloc(32);
  bytes.writeBigUInt64LE(48n);
  bytes.writeInt32LE(RECEIVE_ERRORS[4].level, 8);
  bytes.writeInt32LE(RECEIVE_ERRORS[4].name, 12);
  bytes.writeUInt8(2, 20);
  bytes.writeUInt8(11, 21);
  return Buffer.concat([bytes, encodeAddress({ address: router, port: 0 })]);
}
