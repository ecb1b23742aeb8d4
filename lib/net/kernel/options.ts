/** Options of a socket that Node can't set, by the numbers that Linux has for them on x64 and arm64. */
import type { Family } from '../../model/vocabulary.ts';
import type { Syscalls } from './syscalls.ts';
import { TCP_INFO_BYTES } from './tcp-info.ts';

const SOL_SOCKET = 1;
const IPPROTO_IP = 0;
const IPPROTO_IPV6 = 41;
const IPPROTO_TCP = 6;

interface Option {
  readonly level: number;
  readonly name: number;
}

/** ICMP errors are kept with their sender. */
export const RECEIVE_ERRORS: Readonly<Record<Family, Option>> = {
  4: { level: IPPROTO_IP, name: 11 },
  6: { level: IPPROTO_IPV6, name: 25 },
};
/** Time to live, or hop limit. */
export const TIME_TO_LIVE: Readonly<Record<Family, Option>> = {
  4: { level: IPPROTO_IP, name: 2 },
  6: { level: IPPROTO_IPV6, name: 16 },
};
export const MAX_SEGMENT: Option = { level: IPPROTO_TCP, name: 2 };
const TCP_INFO: Option = { level: IPPROTO_TCP, name: 11 };
export const REUSE_ADDRESS: Option = { level: SOL_SOCKET, name: 2 };
export const SOCKET_ERROR: Option = { level: SOL_SOCKET, name: 4 };
const LINGER: Option = { level: SOL_SOCKET, name: 13 };

/** 0, or an errno below 0. */
export function setNumber(calls: Syscalls, fd: number, { level, name }: Option, value: number): number {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return calls.setOption(fd, level, name, bytes);
}

/** 0 where the kernel does not tell. */
export function numberOf(calls: Syscalls, fd: number, { level, name }: Option): number {
  const bytes = calls.option(fd, level, name, 4);
  return bytes.length === 4 ? bytes.readInt32LE() : 0;
}

/** What the kernel counts of a TCP connection, as `tcp-info.ts` reads it; empty where it does not tell. */
export const tcpInfo = (calls: Syscalls, fd: number): Buffer =>
  calls.option(fd, TCP_INFO.level, TCP_INFO.name, TCP_INFO_BYTES);

/** Closing the socket then sends a RST and leaves nothing behind: struct linger, on and 0 seconds. */
export function abortOnClose(calls: Syscalls, fd: number): void {
  calls.setOption(fd, LINGER.level, LINGER.name, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]));
}
