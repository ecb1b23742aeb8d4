/** DNS records as text, in the form of a zone file and bounded. */
import { isIP } from 'node:net';
import type { Answer } from 'dns-packet';
import { printable } from './printable.ts';

/** Bounds of one answer. */
export const DNS_LIMITS = { records: 64, recordChars: 1_000 } as const;

/** Types that are read. */
export const RECORD_TYPES = [
  'A',
  'AAAA',
  'CAA',
  'CNAME',
  'DNSKEY',
  'DS',
  'MX',
  'NS',
  'PTR',
  'SOA',
  'SRV',
  'TLSA',
  'TXT',
] as const;
export type DnsRecordType = (typeof RECORD_TYPES)[number];

export function isRecordType(type: string): type is DnsRecordType {
  return (RECORD_TYPES as readonly string[]).includes(type);
}

/**
 * @param records all of one type
 * @throws where a record's data is not what its type says
 */
export function recordTexts(records: readonly Answer[]): string[] {
  const bounded = records.slice(0, DNS_LIMITS.records);
  bounded.sort((a, b) => preference(a) - preference(b));
  return bounded.map((record) => printable(recordText(record), DNS_LIMITS.recordChars));
}

/** MX records are in the order in which mail tries them; all others in the order received. */
const preference = (record: Answer): number => (record.type === 'MX' ? (record.data.preference ?? 0) : 0);

const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i;

/** RFC 5952 §5: an IPv4-mapped address shows the IPv4 address in it, as people know it. */
function dottedTail(address: string): string {
  const [, high, low] = MAPPED.exec(address) ?? [];
  if (high === undefined || low === undefined) return address;
  const bytes = [high, low].flatMap((group) => {
    const number = Number.parseInt(group, 16);
    return [number >> 8, number & 0xff];
  });
  return `::ffff:${bytes.join('.')}`;
}

function recordText(record: Answer): string | Uint8Array {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      if (isIP(record.data) !== (record.type === 'A' ? 4 : 6)) throw new Error(`no address: ${record.data}`);
      return record.type === 'AAAA' ? dottedTail(record.data) : record.data;
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return record.data;
    // RFC 7505: the null MX has the root as its exchange.
    case 'MX':
      return `${record.data.preference ?? 0} ${record.data.exchange}`;
    case 'TXT':
      return Buffer.concat([record.data].flat().map((part) => Buffer.from(part)));
    case 'CAA':
      return `${record.data.flags ?? 0} ${record.data.tag} "${record.data.value}"`;
    case 'SRV': {
      const { priority = 0, weight = 0, port, target } = record.data;
      return `${priority} ${weight} ${port} ${target}`;
    }
    case 'SOA': {
      const { mname, rname, serial, refresh, retry, expire, minimum } = record.data;
      return [mname, rname, serial, refresh, retry, expire, minimum].join(' ');
    }
    case 'DS': {
      const { keyTag, algorithm, digestType, digest } = record.data;
      return [keyTag, algorithm, digestType, hex(digest)].join(' ');
    }
    case 'DNSKEY': {
      const { flags, algorithm, key } = record.data;
      return `${flags} 3 ${algorithm} ${key.toString('base64')}`;
    }
    case 'TLSA': {
      const { usage, selector, matchingType, certificate } = record.data;
      return [usage, selector, matchingType, hex(certificate)].join(' ');
    }
    default:
      throw new Error(`no text for ${record.type}`);
  }
}

const hex = (bytes: Buffer): string => bytes.toString('hex').toUpperCase();
