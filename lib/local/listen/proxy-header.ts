/**
 * The PROXY protocol (https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt, §2.1 and §2.2): a balancer names its client
 * before the client's first byte. The listener reads over it, as the balancer would otherwise hide the challenge.
 */
import { isIP } from '../../net/ip.ts';
import { endText } from './addresses.ts';

export interface BalancerHeader {
  /** In bytes. */
  readonly length: number;
  /** The client's end, as the balancer names it; absent where it names none, as in its own health checks. */
  readonly client?: string;
}

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const WORD = Buffer.from('PROXY ', 'latin1');
/** §2.1: with its line end. */
const MAX_LINE = 107;
/** Far more than addresses and what else balancers write (§2.2.1 ff.). */
const MAX_BINARY = 2_048;

/** The header at the beginning of `bytes`. `none`: there is none. `more`: it may become one. */
export function readProxyHeader(bytes: Buffer): BalancerHeader | 'none' | 'more' {
  if (beginsAs(bytes, WORD)) return bytes.length < WORD.length ? 'more' : readLine(bytes);
  if (beginsAs(bytes, SIGNATURE)) return bytes.length < SIGNATURE.length + 4 ? 'more' : readBinary(bytes);
  return 'none';
}

const beginsAs = (bytes: Buffer, word: Buffer): boolean => {
  const length = Math.min(bytes.length, word.length);
  return length > 0 && bytes.subarray(0, length).equals(word.subarray(0, length));
};

function readLine(bytes: Buffer): BalancerHeader | 'none' | 'more' {
  const text = bytes.toString('latin1', 0, MAX_LINE);
  const end = text.indexOf('\r\n');
  if (end < 0) return bytes.length < MAX_LINE ? 'more' : 'none';
  const line = text.slice(0, end);
  const [, address, port] = /^PROXY TCP[46] (\S+) \S+ (\d{1,5}) \d{1,5}$/.exec(line) ?? [];
  if (address !== undefined && isIP(address) !== 0)
    return { length: end + 2, client: endText(address, Number(port)) };
  return /^PROXY UNKNOWN\b/.test(line) ? { length: end + 2 } : 'none';
}

function readBinary(bytes: Buffer): BalancerHeader | 'none' | 'more' {
  const [versionAndCommand = 0, family = 0] = bytes.subarray(SIGNATURE.length);
  const length = SIGNATURE.length + 4 + bytes.readUInt16BE(SIGNATURE.length + 2);
  if (versionAndCommand >> 4 !== 2 || length > MAX_BINARY) return 'none';
  if (bytes.length < length) return 'more';
  const addresses = bytes.subarray(SIGNATURE.length + 4, length);
  // 0x20 is LOCAL, the balancer itself; 0x21 PROXY, with TCP over IPv4 (0x11) or IPv6 (0x21).
  if (versionAndCommand !== 0x21) return { length };
  if (family === 0x11 && addresses.length >= 12)
    return { length, client: endText([...addresses.subarray(0, 4)].join('.'), addresses.readUInt16BE(8)) };
  if (family === 0x21 && addresses.length >= 36)
    return { length, client: endText(groups(addresses.subarray(0, 16)), addresses.readUInt16BE(32)) };
  return { length };
}

const groups = (address: Buffer): string =>
  Array.from({ length: 8 }, (_, at) => address.readUInt16BE(2 * at).toString(16)).join(':');
