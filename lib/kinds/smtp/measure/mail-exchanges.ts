/** MX records as DNS has them, and the addresses of the exchanges (RFC 5321 §5.1, RFC 7505). */
import { isUsableControl } from '../../../net/dns-control.ts';
import { toAsciiHost } from '../../../net/idna.ts';
import { isIP } from '../../../net/ip.ts';
import type { Resolver } from '../../../net/network-access.ts';
import { printable } from '../../../net/printable.ts';
import { MX_PORT } from '../mx-port.ts';
import type { SmtpResult } from '../observation.ts';

type MxRecord = Pick<NonNullable<SmtpResult['mx']>['records'][number], 'preference' | 'exchange' | 'literal'>;

/** Exchanges that are kept; a hostile zone may name any number. */
const MAX_EXCHANGES = 10;

/** `text`: what DNS said, in a line. */
export type MxLookUp = { readonly domain: string; readonly text: string } & (
  | { readonly status: 'failed'; readonly code: string; readonly doubted?: true }
  /** `0 .` alone: the domain takes no mail. */
  | { readonly status: 'null' }
  /** No MX record: the domain's own addresses count. */
  | { readonly status: 'none' }
  | {
      readonly status: 'records';
      /** By preference, best first, `MAX_EXCHANGES` at most. */
      readonly records: readonly MxRecord[];
      readonly count: number;
      /** Another record has the root as its exchange: a mistake, which senders skip (RFC 7505 §3). */
      readonly nullBeside: boolean;
    }
);

/** Never rejects. */
export async function lookUpMx(name: string, resolver: Resolver): Promise<MxLookUp> {
  const domain = toAsciiHost(name);
  if (domain === undefined)
    return { domain: printable(name, 255), text: 'no name', status: 'failed', code: 'NOTNAME' };
  const answer = await resolver.ask(domain, 'MX');
  const found = { domain, text: `${answer.code} ${answer.records.join(', ')}`.trimEnd() };
  const failed = (code: string): MxLookUp => ({ ...found, status: 'failed', code });
  if (answer.doubted === true) return { ...found, status: 'failed', code: answer.code, doubted: true };
  if (answer.code === 'NODATA' || (answer.code === 'NOERROR' && answer.records.length === 0))
    return { ...found, status: 'none' };
  if (answer.code !== 'NOERROR') return failed(answer.code);

  const parsed = answer.records.map(parseMx).filter((record) => record !== undefined);
  if (parsed.length === 0) return failed('BADRESP');
  const named = parsed.filter(({ exchange }) => exchange !== '');
  // RFC 7505 §3: a null MX is the only record; with other records the empty name is a mistake and senders skip it.
  if (named.length === 0) return { ...found, status: 'null' };
  return {
    ...found,
    status: 'records',
    records: named
      .sort((a, b) => a.preference - b.preference)
      .slice(0, MAX_EXCHANGES)
      .map((record) => ({ ...record, ...(isAddress(record.exchange) && { literal: true }) })),
    count: named.length,
    nullBeside: named.length < parsed.length,
  };
}

/** `10 mx.example.com.` → preference and name in lower case without the root's dot; the root itself becomes ''. */
function parseMx(text: string): MxRecord | undefined {
  const match = /^\s*(\d{1,5})(?:\s+(\S+))?\s*$/.exec(text);
  if (match === null) return undefined;
  const exchange = printable(match[2] ?? '', 255).replace(/\.$/, '');
  return { preference: Number(match[1]), exchange: exchange.toLowerCase() };
}

/**
 * An address where RFC 5321 §5.1 wants a host name: four numbers, in brackets or not, IPv6, or nothing but digits and
 * dots, which no host name is (RFC 1123 §2.1).
 */
const isAddress = (exchange: string): boolean => {
  const bare = exchange.replace(/^\[(ipv6:)?(.*)\]$/i, '$2');
  return isIP(bare) !== 0 || /^[\d.]+$/.test(bare);
};

export interface SmtpExchange {
  readonly addresses: string[];
  /** The look-up of a family failed, so that there may be addresses that are not known. */
  readonly error?: string;
  /** The denial of a resolver that did not pass the controls. */
  readonly doubted?: boolean;
  /** What the name is an alias of. */
  readonly alias?: string;
}

/** The addresses of an exchange, or of a domain that is its own. Never rejects. */
export async function exchangeAddresses(name: string, resolver: Resolver): Promise<SmtpExchange> {
  const { addresses, answers, cnames, control, secondControl } = await resolver.addresses(name, MX_PORT);
  const alias = cnames[0];
  const controls = [control, secondControl].filter((one) => one !== undefined);
  const isDoubted = addresses.length === 0 && controls.length > 0 && !controls.some(isUsableControl);
  const failed = isDoubted
    ? answers[0]
    : answers.find(({ code }) => !['NOERROR', 'NODATA', 'NXDOMAIN'].includes(code));
  return {
    addresses: addresses.slice(0, 20).map(({ address }) => address),
    ...(failed === undefined ? {} : { error: failed.code }),
    ...(isDoubted && { doubted: true }),
    ...(alias !== undefined && { alias: printable(alias, 255).replace(/\.$/, '') }),
  };
}
