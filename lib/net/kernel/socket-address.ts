/** Socket addresses as the kernel has them: struct sockaddr_in and sockaddr_in6. */
import ipaddr from 'ipaddr.js';
import type { Family } from '../../model/vocabulary.ts';

const AF_INET = 2;
const AF_INET6 = 10;

export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

/** @param address an IP literal without a zone: the kernel wants the number of an interface, which Node does not know */
export function encodeAddress({ address, port }: SocketAddress): Buffer {
  const bytes = Buffer.from(ipaddr.parse(address).toByteArray());
  const encoded = Buffer.alloc(bytes.length === 4 ? 16 : 28);
  encoded.writeUInt16LE(bytes.length === 4 ? AF_INET : AF_INET6);
  encoded.writeUInt16BE(port, 2);
  bytes.copy(encoded, bytes.length === 4 ? 4 : 8);
  return encoded;
}

/** `undefined` for another kind of address, and for one that is cut off. */
export function decodeAddress(bytes: Buffer): SocketAddress | undefined {
  const family: Family | undefined = bytes.length < 2 ? undefined : FAMILIES.get(bytes.readUInt16LE());
  if (family === undefined || bytes.length < (family === 4 ? 8 : 24)) return undefined;
  const raw = family === 4 ? bytes.subarray(4, 8) : bytes.subarray(8, 24);
  return { address: ipaddr.fromByteArray([...raw]).toString(), port: bytes.readUInt16BE(2) };
}

const FAMILIES: ReadonlyMap<number, Family> = new Map([
  [AF_INET, 4],
  [AF_INET6, 6],
]);

/** Are these the same address, however each is written? */
export const sameAddress = (a: string, b: string): boolean =>
  ipaddr.parse(a).toNormalizedString() === ipaddr.parse(b).toNormalizedString();

/** @param network an address with the length of its prefix, as `198.51.100.7/24` */
export function isInNetwork(address: string, network: string): boolean {
  const [own, bits] = ipaddr.parseCIDR(network);
  const parsed = ipaddr.parse(address);
  return parsed.kind() === own.kind() && parsed.match(own, bits);
}
