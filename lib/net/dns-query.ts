/** One DNS server asked by c-ares: one server a channel, so that no other server's word is mixed in. */
import { type CaaRecord, type MxRecord, Resolver, type SoaRecord, type SrvRecord } from 'node:dns';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Clock } from '../probe/probe.ts';
import { roundMs } from './clock.ts';
import { offDeadline, onDeadline } from './deadline.ts';
import { afterReading } from './late.ts';
import { printable } from './printable.ts';

/** Bounds of one answer. */
export const DNS_LIMITS = { records: 64, recordChars: 1_000 } as const;

export interface DnsReply {
  /** `NOERROR`, `NODATA`, a response code's name, `TIMEOUT`, `DEADLINE`, or c-ares's own code. */
  readonly code: string;
  readonly records: string[];
  readonly ms: number;
}

/** Asks one question of one server, for `withinMs` at most. Never rejects. */
export type DnsQuery = (name: string, type: string, withinMs: number) => Promise<DnsReply>;

const TYPES: ReadonlySet<string> = new Set([
  'A',
  'AAAA',
  'CAA',
  'CNAME',
  'MX',
  'NS',
  'PTR',
  'SOA',
  'SRV',
  'TXT',
]);

/** c-ares doubles its wait from try to try: the first is the seventh part of the sum. */
const TRIES = 3;
const SHARES = 1 + 2 + 4;

/**
 * @param server    `address`, `address:port` or `[v6]:port`
 * @param timeoutMs how long c-ares itself may work on a question with its repeats
 */
export function createDnsQuery(
  server: string,
  timeoutMs: number,
  clock: Clock,
  deadline?: AbortSignal,
): DnsQuery {
  const channel = new Resolver({ timeout: Math.max(50, Math.floor(timeoutMs / SHARES)), tries: TRIES });
  channel.setServers([server]);
  /** Questions that c-ares still works on, and those of them that nobody waits for any more. */
  let open = 0;
  let abandoned = 0;

  return (name, type, withinMs) => {
    if (!TYPES.has(type)) return Promise.resolve({ code: 'UNSUPPORTED', records: [], ms: 0 });
    if (deadline?.aborted) return Promise.resolve({ code: 'DEADLINE', records: [], ms: 0 });
    return new Promise((resolve) => {
      const start = clock.monotonic();
      let waiting = true;
      open += 1;

      const finish = (code: string, records: string[]): void => {
        waiting = false;
        clearTimeout(timer);
        if (deadline !== undefined) offDeadline(deadline, onEnd);
        resolve({ code, records, ms: roundMs(clock.monotonic() - start) });
      };
      const giveUp = (code: string): void => {
        if (!waiting) return;
        finish(code, []);
        abandoned += 1;
        // Nothing else is in the channel: let go of its socket, or it would hold the process for a few seconds.
        if (abandoned === open) channel.cancel();
      };
      const onEnd = (): void => giveUp('DEADLINE');
      const timer = setTimeout(afterReading(giveUp), Math.max(0, withinMs), 'TIMEOUT');
      if (deadline !== undefined) onDeadline(deadline, onEnd);

      channel.resolve(type === 'PTR' ? reverseName(name) : name, type, (error, answer: unknown) => {
        open -= 1;
        if (!waiting) {
          abandoned -= 1;
          return;
        }
        if (error !== null) return finish(codeOf(error.code), []);
        const records = recordTexts(type, answer);
        // An answer of CNAMEs alone comes back as an empty list without an error.
        finish(records.length === 0 ? 'NODATA' : 'NOERROR', records);
      });
    });
  };
}

/** The names of RFC 1035 §4.1.1 for c-ares's codes, which keep the server's response code apart from its own trouble. */
function codeOf(code: string | undefined): string {
  switch (code) {
    case 'ENOTFOUND':
      return 'NXDOMAIN';
    case undefined:
      return 'UNKNOWN';
    default:
      // ENODATA, ESERVFAIL, EREFUSED, EFORMERR, ENOTIMP, ETIMEOUT, EBADNAME, EBADRESP; ECONNREFUSED stays itself.
      return code === 'ECONNREFUSED' ? code : code.replace(/^E/, '');
  }
}

/** RFC 1035 §3.5 and RFC 3596 §2.5; what is no address is asked as it stands. */
export function reverseName(address: string): string {
  if (isIP(address) === 0) return address;
  const parsed = ipaddr.parse(address);
  if (parsed.kind() === 'ipv4') return `${parsed.toByteArray().reverse().join('.')}.in-addr.arpa`;
  const nibbles = parsed.toByteArray().flatMap((byte) => [byte >> 4, byte & 15]);
  return `${nibbles
    .reverse()
    .map((nibble) => nibble.toString(16))
    .join('.')}.ip6.arpa`;
}

function recordTexts(type: string, answer: unknown): string[] {
  const list: unknown[] = Array.isArray(answer) ? answer : [answer];
  const bounded = list.slice(0, DNS_LIMITS.records);
  if (type === 'MX') bounded.sort((a, b) => (a as MxRecord).priority - (b as MxRecord).priority);
  return bounded.map((record) => printable(recordText(type, record), DNS_LIMITS.recordChars));
}

/** A record as a zone file shows it. The shape of each type is Node's. */
function recordText(type: string, record: unknown): string {
  switch (type) {
    case 'MX': {
      const mx = record as MxRecord;
      // RFC 7505: the null MX has the root as its exchange, which Node gives as the empty string.
      return `${mx.priority} ${mx.exchange === '' ? '.' : mx.exchange}`;
    }
    case 'TXT':
      return (record as string[]).join('');
    case 'CAA': {
      const { critical, ...property } = record as CaaRecord;
      const [tag = '', value = ''] = Object.entries(property).find(([key]) => key !== 'type') ?? [];
      return `${critical} ${tag} "${value}"`;
    }
    case 'SRV': {
      const srv = record as SrvRecord;
      return `${srv.priority} ${srv.weight} ${srv.port} ${srv.name}`;
    }
    case 'SOA': {
      const soa = record as SoaRecord;
      return `${soa.nsname} ${soa.hostmaster} ${soa.serial} ${soa.refresh} ${soa.retry} ${soa.expire} ${soa.minttl}`;
    }
    default:
      return String(record);
  }
}
