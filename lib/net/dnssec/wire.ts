/** DNS messages as bytes: signatures are about the records as they were sent, so none of it may pass through text. */
import { readName, wireOf } from './domain-name.ts';

/** https://www.iana.org/assignments/dns-parameters/ (resource record types). */
export const TYPES = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  DNAME: 39,
  DS: 43,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  NSEC3: 50,
  TLSA: 52,
  CAA: 257,
} as const;
const NAMES = new Map<number, string>(Object.entries(TYPES).map(([name, number]) => [number, name]));

export function typeName(type: number): string {
  return NAMES.get(type) ?? `TYPE${type}`;
}

export function typeNumber(name: string): number | undefined {
  return Object.entries(TYPES).find(([known]) => known === name)?.[1];
}

export interface RawRecord {
  /** See `domain-name.ts`. */
  readonly owner: string;
  readonly type: number;
  /** In canonical form (RFC 4034 §6.2): without compression, names in it in lower case. */
  readonly data: Buffer;
}

/** All records of one owner and type. */
export interface RecordSet {
  readonly owner: string;
  readonly type: number;
  readonly data: readonly Buffer[];
}

export interface RawMessage {
  /** The header's four bits. */
  readonly rcode: number;
  readonly answers: readonly RawRecord[];
  readonly authority: readonly RawRecord[];
}

const HEADER_BYTES = 12;
const INTERNET = 1;

/** @throws RangeError where it is not a DNS message */
export function readMessage(message: Buffer): RawMessage {
  let at = HEADER_BYTES;
  for (let left = message.readUInt16BE(4); left > 0; left -= 1) at = readName(message, at).end + 4;
  const section = (countAt: number): RawRecord[] => {
    const records: RawRecord[] = [];
    for (let left = message.readUInt16BE(countAt); left > 0; left -= 1) {
      const { name, end } = readName(message, at);
      const type = message.readUInt16BE(end);
      const start = end + 10;
      at = start + message.readUInt16BE(end + 8);
      if (at > message.length) throw new RangeError('record too long');
      if (message.readUInt16BE(end + 2) !== INTERNET) continue;
      records.push({ owner: name, type, data: canonicalData(message, start, at, type) });
    }
    return records;
  };
  return { rcode: message.readUInt8(3) & 0x0f, answers: section(6), authority: section(8) };
}

/** Where types have names in their data: numbers are bytes before it, `text` a string with its length. The rest stays as it is. */
const LAYOUTS: Readonly<Record<number, readonly (number | 'name' | 'text')[]>> = {
  2: ['name'], // NS
  3: ['name'], // MD
  4: ['name'], // MF
  5: ['name'], // CNAME
  6: ['name', 'name'], // SOA
  7: ['name'], // MB
  8: ['name'], // MG
  9: ['name'], // MR
  12: ['name'], // PTR
  14: ['name', 'name'], // MINFO
  15: [2, 'name'], // MX
  17: ['name', 'name'], // RP
  18: [2, 'name'], // AFSDB
  21: [2, 'name'], // RT
  26: [2, 'name', 'name'], // PX
  33: [6, 'name'], // SRV
  35: [4, 'text', 'text', 'text', 'name'], // NAPTR
  36: [2, 'name'], // KX
  39: ['name'], // DNAME
  46: [18, 'name'], // RRSIG
};

/** RFC 4034 §6.2 with RFC 6840 §5.1: the name in NSEC keeps its case. */
function canonicalData(message: Buffer, start: number, end: number, type: number): Buffer {
  const parts: Buffer[] = [];
  let at = start;
  for (const part of LAYOUTS[type] ?? []) {
    if (part === 'name') {
      const read = readName(message, at);
      parts.push(wireOf(read.name));
      at = read.end;
      continue;
    }
    const length = part === 'text' ? message.readUInt8(at) + 1 : part;
    parts.push(message.subarray(at, at + length));
    at += length;
  }
  if (at > end) throw new RangeError('data too short');
  return Buffer.concat([...parts, message.subarray(at, end)]);
}

export function setOf(records: readonly RawRecord[], owner: string, type: number): RecordSet | undefined {
  const data = records.filter((one) => one.type === type && one.owner === owner).map((one) => one.data);
  return data.length === 0 ? undefined : { owner, type, data };
}
