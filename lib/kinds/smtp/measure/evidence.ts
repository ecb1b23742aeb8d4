import type { ProbeSpec } from '../../../model/plan.ts';
import { offDeadline, onDeadline } from '../../../net/deadline.ts';
import { deferredTimeout } from '../../../net/deferred-timeout.ts';
import { isUsableControl } from '../../../net/dns-control.ts';
import { addressScope } from '../../../net/guard.ts';
import { toAsciiHost } from '../../../net/idna.ts';
import { isIP } from '../../../net/ip.ts';
import type { Resolver } from '../../../net/network-access.ts';
import { printable } from '../../../net/printable.ts';
import type { ProbeContext } from '../../contract/probe.ts';
import { MX_PORT } from '../mx-port.ts';
import type { SmtpResult } from '../observation.ts';

type MxFacts = NonNullable<SmtpResult['mx']>;
type MxRecord = MxFacts['records'][number];

/** Exchanges whose addresses are looked up, names and PTR records that are kept. */
const MAX_EXCHANGES = 10;
const MAX_PTR = 10;
/** How long a finished session waits for look-ups that are evidence only, ms. */
const EVIDENCE_GRACE_MS = 200;

/** DNS look-ups that run in parallel to the session. */
export interface SmtpEvidence {
  /**
   * What is known when the session is over. Waits for what an assertion needs (the MX of `mxDomain`) until
   * `leftMs` have passed; for the rest only a short time. Never rejects.
   */
  collect(leftMs: number): Promise<Pick<SmtpResult, 'ptr' | 'mx'>>;
}

/**
 * Starts the look-ups: the PTR of the dialled address and the MX of the asserted domain, or of the host. Addresses and names
 * of private networks are not asked about: that would reveal them to outside servers, which could not answer.
 */
export function startEvidence(spec: ProbeSpec, context: ProbeContext): SmtpEvidence {
  const { resolver, deadline } = context;
  const found: { ptr?: string[]; mx?: MxFacts } = {};
  const isPublic = addressScope(spec.address) === 'public';
  const domain = spec.assertions?.mxDomain;
  const optionalLookups: Promise<unknown>[] = [];
  let asserted: Promise<unknown> | undefined;

  if (isPublic)
    optionalLookups.push(
      resolver.ask(spec.address, 'PTR').then(({ code, records, doubted }) => {
        if (doubted === true) return;
        if (code === 'NOERROR' || code === 'NXDOMAIN' || code === 'NODATA')
          found.ptr = records.slice(0, MAX_PTR).map((name) => printable(name, 255));
      }),
    );
  if (domain !== undefined) {
    asserted = mxOf(domain, resolver, true).then((mx) => {
      found.mx = mx;
    });
  } else if (isPublic && isIP(spec.host) === 0) {
    optionalLookups.push(
      mxOf(spec.host, resolver, false).then((mx) => {
        found.mx = mx;
      }),
    );
  }
  // Look-ups return values, so only a bug of ours could reject; it must not end the process before `collect` waits.
  const optionalDone = optionalLookups.length === 0 ? undefined : Promise.allSettled(optionalLookups);
  const assertedDone = asserted === undefined ? undefined : Promise.allSettled([asserted]);

  return {
    async collect(leftMs) {
      if (assertedDone !== undefined) {
        await atMost(assertedDone, leftMs, deadline);
        if (found.mx === undefined && domain !== undefined) found.mx = unanswered(domain, 'TIMEOUT');
      }
      if (optionalDone !== undefined)
        await atMost(optionalDone, Math.min(leftMs, EVIDENCE_GRACE_MS), deadline);
      return { ...found };
    },
  };
}

/** Waits for `work`, at most `ms` milliseconds and not beyond the deadline. */
function atMost(work: Promise<unknown>, ms: number, deadline: AbortSignal): Promise<void> {
  if (deadline.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      offDeadline(deadline, done);
      resolve();
    };
    const timer = setTimeout(deferredTimeout(done), ms);
    onDeadline(deadline, done);
    void work.then(done);
  });
}

function unanswered(domain: string, error: string): MxFacts {
  return { domain, records: [], nullMx: false, addresses: [], error };
}

/**
 * Where the mail of a domain goes: its MX records (RFC 5321 §5.1), a null MX (RFC 7505), or, without any MX, the domain's own
 * addresses. `withAddresses`: look up the addresses of the exchanges too.
 */
async function mxOf(name: string, resolver: Resolver, withAddresses: boolean): Promise<MxFacts> {
  const domain = toAsciiHost(name);
  if (domain === undefined) return unanswered(printable(name, 255), 'NOTNAME');
  const answer = await resolver.ask(domain, 'MX');
  if (answer.doubted === true) return { ...unanswered(domain, answer.code), doubted: true };
  if (answer.code === 'NODATA' || (answer.code === 'NOERROR' && answer.records.length === 0)) {
    const none: MxFacts = { domain, records: [], nullMx: false, implicit: true, addresses: [] };
    if (!withAddresses) return none;
    const { addresses, error, doubted } = await addressesOf(domain, resolver);
    return { ...none, addresses, ...(error !== undefined && { error }), ...(doubted && { doubted }) };
  }
  if (answer.code !== 'NOERROR') return unanswered(domain, answer.code);

  const parsed = answer.records.map(parseMx).filter((record) => record !== undefined);
  const records = parsed
    .filter(({ exchange }) => exchange !== '')
    .sort((a, b) => a.preference - b.preference);
  if (parsed.length === 0) return unanswered(domain, 'BADRESP');
  // RFC 7505 §3: a null MX is the only record; with other records the empty name is a mistake and senders skip it.
  if (records.length === 0)
    return { domain, records: [{ preference: 0, exchange: '.' }], nullMx: true, addresses: [] };
  const kept = records.slice(0, MAX_EXCHANGES).map((record) => ({
    ...record,
    ...(isAddress(record.exchange) && { literal: true }),
  }));
  if (!withAddresses) return { domain, records: kept, nullMx: false, addresses: [] };
  return { domain, nullMx: false, ...(await followed(kept, resolver)) };
}

async function followed(
  records: readonly MxRecord[],
  resolver: Resolver,
): Promise<Pick<MxFacts, 'records' | 'addresses' | 'error' | 'doubted'>> {
  const looked = await Promise.all(
    // No sender dials an address in the place of a name.
    records.map(({ exchange, literal }) =>
      literal === true ? NO_ADDRESSES : addressesOf(exchange, resolver),
    ),
  );
  const failed = looked.find((answer) => answer.error !== undefined);
  return {
    records: records.map((record, index) => {
      const { addresses = [], alias } = looked[index] ?? {};
      return { ...record, addresses, ...(alias !== undefined && { alias }) };
    }),
    addresses: [...new Set(looked.flatMap(({ addresses }) => addresses))],
    ...(failed?.error !== undefined && { error: failed.error }),
    ...(failed?.doubted && { doubted: true }),
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

interface SmtpExchange {
  readonly addresses: string[];
  /** The look-up of a family failed, so that there may be addresses that are not known. */
  readonly error?: string;
  /** The denial of a resolver that did not pass the controls. */
  readonly doubted?: boolean;
  /** What the name is an alias of. */
  readonly alias?: string;
}

const NO_ADDRESSES: SmtpExchange = { addresses: [] };

async function addressesOf(name: string, resolver: Resolver): Promise<SmtpExchange> {
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
