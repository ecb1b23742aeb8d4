/** The data of DNSSEC's own record types (RFC 4034, RFC 5155). Each throws RangeError where the data is too short. */
import { readName } from './domain-name.ts';

export interface DnsKey {
  readonly flags: number;
  readonly protocol: number;
  readonly algorithm: number;
  readonly key: Buffer;
  /** RFC 4034 appendix B. Several keys can share one. */
  readonly tag: number;
  readonly data: Buffer;
}

export interface Ds {
  readonly tag: number;
  readonly algorithm: number;
  readonly digestType: number;
  readonly digest: Buffer;
}

export interface Rrsig {
  readonly covers: number;
  readonly algorithm: number;
  /** Labels of the owner as it was signed; fewer than it has where a wildcard answered. */
  readonly labels: number;
  /** Seconds since the epoch, of 32 bits. */
  readonly expiration: number;
  readonly inception: number;
  readonly tag: number;
  readonly signer: string;
  readonly signature: Buffer;
  /** All fields before the signature, as they are signed. */
  readonly head: Buffer;
}

export interface Nsec {
  readonly owner: string;
  readonly next: string;
  readonly types: ReadonlySet<number>;
}

export interface Nsec3 {
  /** The hash in the owner's first label, and the next one, in hex. */
  readonly hash: string;
  readonly next: string;
  readonly zone: string;
  readonly algorithm: number;
  readonly flags: number;
  readonly iterations: number;
  readonly salt: Buffer;
  readonly types: ReadonlySet<number>;
}

export function readDnsKey(data: Buffer): DnsKey {
  return {
    flags: data.readUInt16BE(0),
    protocol: data.readUInt8(2),
    algorithm: data.readUInt8(3),
    key: data.subarray(4),
    tag: keyTag(data),
    data,
  };
}

function keyTag(data: Buffer): number {
  let sum = 0;
  data.forEach((byte, index) => {
    sum += index % 2 === 0 ? byte << 8 : byte;
  });
  return (sum + ((sum >>> 16) & 0xffff)) & 0xffff;
}

export function readDs(data: Buffer): Ds {
  return {
    tag: data.readUInt16BE(0),
    algorithm: data.readUInt8(2),
    digestType: data.readUInt8(3),
    digest: data.subarray(4),
  };
}

export function dsText({ tag, algorithm, digestType, digest }: Ds): string {
  return `${tag} ${algorithm} ${digestType} ${digest.toString('hex').toUpperCase()}`;
}

export function readRrsig(data: Buffer): Rrsig {
  const { name, end } = readName(data, 18);
  return {
    covers: data.readUInt16BE(0),
    algorithm: data.readUInt8(2),
    labels: data.readUInt8(3),
    expiration: data.readUInt32BE(8),
    inception: data.readUInt32BE(12),
    tag: data.readUInt16BE(16),
    signer: name,
    signature: data.subarray(end),
    head: data.subarray(0, end),
  };
}

export function readNsec(owner: string, data: Buffer): Nsec {
  const { name, end } = readName(data, 0);
  return { owner, next: name, types: bitmap(data.subarray(end)) };
}

/** `undefined`: the owner is not a hash. */
export function readNsec3(owner: string, data: Buffer): Nsec3 | undefined {
  const saltLength = data.readUInt8(4);
  const hashLength = data.readUInt8(5 + saltLength);
  const hashAt = 6 + saltLength;
  if (hashAt + hashLength > data.length) throw new RangeError('hash too short');
  const dot = owner.indexOf('.');
  const hash = base32Hex(dot < 0 ? owner : owner.slice(0, dot));
  if (hash === undefined || hash.length !== hashLength) return undefined;
  return {
    hash: hash.toString('hex'),
    next: data.toString('hex', hashAt, hashAt + hashLength),
    zone: dot < 0 ? '.' : owner.slice(dot + 1),
    algorithm: data.readUInt8(0),
    flags: data.readUInt8(1),
    iterations: data.readUInt16BE(2),
    salt: data.subarray(5, 5 + saltLength),
    types: bitmap(data.subarray(hashAt + hashLength)),
  };
}

/** RFC 4034 §4.1.2: blocks of 256 types, each with its number, its length and its bits. */
function bitmap(bytes: Buffer): Set<number> {
  const types = new Set<number>();
  for (let at = 0; at < bytes.length; ) {
    const block = bytes.readUInt8(at);
    const length = bytes.readUInt8(at + 1);
    for (let index = 0; index < length; index += 1) {
      const byte = bytes.readUInt8(at + 2 + index);
      for (let bit = 0; bit < 8; bit += 1)
        if ((byte & (0x80 >> bit)) !== 0) types.add(block * 256 + index * 8 + bit);
    }
    at += 2 + length;
  }
  return types;
}

const DIGITS = '0123456789abcdefghijklmnopqrstuv';

/** RFC 4648 §7, without padding, in lower case. */
function base32Hex(text: string): Buffer | undefined {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const digit of text) {
    const value = DIGITS.indexOf(digit);
    if (value < 0) return undefined;
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 0xff);
  }
  return Buffer.from(bytes);
}
