/** What a socket's error queue tells of an ICMP error (`IP_RECVERR` in ip(7), `IPV6_RECVERR` in ipv6(7)). */
import type { IcmpError } from '../../model/kernel-evidence.ts';
import { decodeAddress } from './socket-address.ts';

type ReceivedIcmp = Omit<IcmpError, 'sender'>;

/** struct cmsghdr: size_t length, int level, int type; its data, and the next one, begin at multiples of 8. */
const HEADER_BYTES = 16;
const IPPROTO_IP = 0;
const IP_RECVERR = 11;
const IPPROTO_IPV6 = 41;
const IPV6_RECVERR = 25;
/** struct sock_extended_err: u32 errno, u8 origin, u8 type, u8 code, u8 pad, u32 info, u32 data; the sender's address follows. */
const ERROR_BYTES = 16;
const ORIGIN_ICMP = 2;
const ORIGIN_ICMP6 = 3;

/** The first ICMP error among control messages; errors of this machine itself have another origin and are left out. */
export function readIcmp(control: Buffer): ReceivedIcmp | undefined {
  for (let at = 0; at + HEADER_BYTES <= control.length; ) {
    const length = Number(control.readBigUInt64LE(at));
    if (length < HEADER_BYTES || at + length > control.length) return undefined;
    const level = control.readInt32LE(at + 8);
    const type = control.readInt32LE(at + 12);
    const isError =
      (level === IPPROTO_IP && type === IP_RECVERR) || (level === IPPROTO_IPV6 && type === IPV6_RECVERR);
    const found = isError ? readError(control.subarray(at + HEADER_BYTES, at + length)) : undefined;
    if (found !== undefined) return found;
    at += Math.ceil(length / 8) * 8;
  }
  return undefined;
}

function readError(data: Buffer): ReceivedIcmp | undefined {
  if (data.length < ERROR_BYTES) return undefined;
  const origin = data.readUInt8(4);
  const version = origin === ORIGIN_ICMP ? 4 : origin === ORIGIN_ICMP6 ? 6 : undefined;
  const sender = decodeAddress(data.subarray(ERROR_BYTES));
  if (version === undefined || sender === undefined) return undefined;
  return { version, type: data.readUInt8(5), code: data.readUInt8(6), from: sender.address };
}
