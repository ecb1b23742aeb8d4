/** IP packets as bytes, without checksums: nobody here checks them. */
import ipaddr from 'ipaddr.js';

export const FLAG = { fin: 0x01, syn: 0x02, rst: 0x04, psh: 0x08, ack: 0x10 } as const;

export interface TcpParts {
  readonly source?: string;
  readonly destination?: string;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly flags: number;
  readonly sequence?: number;
  /** Length a multiple of 4. */
  readonly options?: readonly number[];
  readonly data?: string;
}

export const mssOption = (mss: number): number[] => [2, 4, mss >> 8, mss & 0xff];

const four = (address: string): boolean => !address.includes(':');
const raw = (address: string): Buffer => Buffer.from(ipaddr.parse(address).toByteArray());

export function ip(source: string, destination: string, protocol: number, payload: Buffer): Buffer {
  if (four(source)) {
    const header = Buffer.alloc(20);
    header.writeUInt8(0x45);
    header.writeUInt16BE(20 + payload.length, 2);
    header.writeUInt8(64, 8);
    header.writeUInt8(protocol, 9);
    return Buffer.concat([header.subarray(0, 12), raw(source), raw(destination), payload]);
  }
  const header = Buffer.alloc(8);
  header.writeUInt8(0x60);
  header.writeUInt16BE(payload.length, 4);
  header.writeUInt8(protocol, 6);
  header.writeUInt8(64, 7);
  return Buffer.concat([header, raw(source), raw(destination), payload]);
}

export function tcp({
  source = '198.51.100.9',
  destination = '10.0.3.4',
  sourcePort = 50_412,
  destinationPort = 443,
  flags,
  sequence = 1_000,
  options = [],
  data = '',
}: TcpParts): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(sourcePort, 0);
  header.writeUInt16BE(destinationPort, 2);
  header.writeUInt32BE(sequence, 4);
  header.writeUInt8(((20 + options.length) / 4) << 4, 12);
  header.writeUInt8(flags, 13);
  return ip(source, destination, 6, Buffer.concat([header, Buffer.from(options), Buffer.from(data)]));
}

/** An error of the host about a packet that it got. */
export function icmp(type: number, code: number, about: Buffer): Buffer {
  const quoted = about.subarray(0, 60);
  const isFour = about.readUInt8(0) >> 4 === 4;
  const address = (from: number, length: number): string =>
    ipaddr.fromByteArray([...about.subarray(from, from + length)]).toString();
  const [sender, host] = isFour ? [address(12, 4), address(16, 4)] : [address(8, 16), address(24, 16)];
  return ip(
    host,
    sender,
    isFour ? 1 : 58,
    Buffer.concat([Buffer.from([type, code, 0, 0, 0, 0, 0, 0]), quoted]),
  );
}
