/** Reads IP packets that anybody may have sent, cut off anywhere. Pure; never throws. */
import ipaddr from 'ipaddr.js';
import type { Family } from '../../../model/vocabulary.ts';

/** The two ends that stand in a packet. */
export interface PacketEnds {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

export interface TcpPacket extends PacketEnds {
  readonly protocol: 'tcp';
  readonly syn: boolean;
  readonly ack: boolean;
  readonly rst: boolean;
  readonly sequence: number;
  /** Option 2 of RFC 9293 §3.7.1. */
  readonly mss?: number;
  /** As much of it as was read. */
  readonly payload: Buffer;
}

/** An ICMP error, and the beginning of the packet that it is about. */
export interface IcmpPacket {
  readonly protocol: 'icmp';
  readonly version: Family;
  readonly type: number;
  readonly code: number;
  readonly about: PacketEnds;
}

/** @param bytes from the IP header on; `undefined`: neither TCP nor an ICMP error about TCP, a later fragment, or cut off */
export function readPacket(bytes: Buffer): TcpPacket | IcmpPacket | undefined {
  const ip = readIp(bytes);
  if (ip === undefined) return undefined;
  if (ip.protocol === TCP) return readTcp(ip);
  return ip.protocol === (ip.version === 4 ? ICMP : ICMP6) ? readIcmp(ip) : undefined;
}

/** `203.0.113.7:443`, `[2001:db8::7]:443`. */
export const endText = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

const ICMP = 1;
const TCP = 6;
const ICMP6 = 58;
const TCP_HEADER = 20;
const OPTION_END = 0;
const OPTION_NOTHING = 1;
const OPTION_MSS = 2;

interface IpPacket {
  readonly version: Family;
  readonly protocol: number;
  readonly source: string;
  readonly destination: string;
  /** Without the padding of a short frame, as far as it was read. */
  readonly payload: Buffer;
}

function readIp(bytes: Buffer): IpPacket | undefined {
  const version = bytes.length === 0 ? 0 : bytes.readUInt8(0) >> 4;
  if (version === 4) return readIp4(bytes);
  return version === 6 ? readIp6(bytes) : undefined;
}

function readIp4(bytes: Buffer): IpPacket | undefined {
  if (bytes.length < 20) return undefined;
  const header = (bytes.readUInt8(0) & 0x0f) * 4;
  const isLaterFragment = (bytes.readUInt16BE(6) & 0x1fff) !== 0;
  // 0 where the network card cuts the packet into segments itself.
  const total = bytes.readUInt16BE(2) || bytes.length;
  if (header < 20 || header > bytes.length || total < header || isLaterFragment) return undefined;
  return {
    version: 4,
    protocol: bytes.readUInt8(9),
    source: addressText(bytes.subarray(12, 16)),
    destination: addressText(bytes.subarray(16, 20)),
    payload: bytes.subarray(header, Math.min(total, bytes.length)),
  };
}

/** Extension headers are not followed: a SYN of a client has none. */
function readIp6(bytes: Buffer): IpPacket | undefined {
  if (bytes.length < 40) return undefined;
  const length = bytes.readUInt16BE(4) || bytes.length - 40;
  return {
    version: 6,
    protocol: bytes.readUInt8(6),
    source: addressText(bytes.subarray(8, 24)),
    destination: addressText(bytes.subarray(24, 40)),
    payload: bytes.subarray(40, Math.min(40 + length, bytes.length)),
  };
}

const addressText = (bytes: Buffer): string => ipaddr.fromByteArray([...bytes]).toString();

function readTcp({ source, destination, payload }: IpPacket): TcpPacket | undefined {
  if (payload.length < TCP_HEADER) return undefined;
  const header = (payload.readUInt8(12) >> 4) * 4;
  if (header < TCP_HEADER) return undefined;
  const flags = payload.readUInt8(13);
  const mss = readMss(payload.subarray(TCP_HEADER, header));
  return {
    protocol: 'tcp',
    source,
    destination,
    sourcePort: payload.readUInt16BE(0),
    destinationPort: payload.readUInt16BE(2),
    sequence: payload.readUInt32BE(4),
    syn: (flags & 0x02) !== 0,
    rst: (flags & 0x04) !== 0,
    ack: (flags & 0x10) !== 0,
    ...(mss !== undefined && { mss }),
    payload: payload.subarray(Math.min(header, payload.length)),
  };
}

function readMss(options: Buffer): number | undefined {
  for (let at = 0; at < options.length; ) {
    const kind = options.readUInt8(at);
    if (kind === OPTION_END) return undefined;
    if (kind === OPTION_NOTHING) {
      at += 1;
      continue;
    }
    const length = at + 1 < options.length ? options.readUInt8(at + 1) : 0;
    if (length < 2 || at + length > options.length) return undefined;
    if (kind === OPTION_MSS) return length === 4 ? options.readUInt16BE(at + 2) : undefined;
    at += length;
  }
  return undefined;
}

/** An error quotes the packet from its IP header on (RFC 792, RFC 4443 §3): the two ports are enough. */
function readIcmp({ version, payload }: IpPacket): IcmpPacket | undefined {
  if (payload.length < 8) return undefined;
  const type = payload.readUInt8(0);
  const isError = version === 4 ? type === 3 || type === 11 || type === 12 : type >= 1 && type <= 4;
  const quoted = isError ? readIp(payload.subarray(8)) : undefined;
  if (quoted === undefined || quoted.protocol !== TCP || quoted.payload.length < 4) return undefined;
  return {
    protocol: 'icmp',
    version,
    type,
    code: payload.readUInt8(1),
    about: {
      source: quoted.source,
      destination: quoted.destination,
      sourcePort: quoted.payload.readUInt16BE(0),
      destinationPort: quoted.payload.readUInt16BE(2),
    },
  };
}
