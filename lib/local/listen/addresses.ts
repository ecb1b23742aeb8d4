import { networkInterfaces } from 'node:os';
import { hostPort } from '../../net/host-port.ts';

/** More than a host has, and what a log's header may hold. */
const MAX_ADDRESSES = 32;

/** `203.0.113.7:443`, `[2001:db8::7]:443`: as a proof has it. An IPv4 address that came in by an IPv6 socket is IPv4. */
export function endText(address: string | undefined, port: number | undefined): string {
  return hostPort(plainAddress(address ?? ''), port ?? 0);
}

/** Without `::ffff:` before an IPv4 address, and without a zone (`%eth0`). */
export function plainAddress(address: string): string {
  return address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
}

/** This host's addresses but loopback. */
export function hostAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const own = all.filter(({ internal }) => !internal).map(({ address }) => plainAddress(address));
  return [...new Set(own)].slice(0, MAX_ADDRESSES);
}

/** 127.0.0.0/8 and ::1. */
export const isLoopback = (address: string): boolean => /^127\.|^::1$/.test(address);
