import { isIP } from 'node:net';
import type { SmtpResult } from '../model/observation.ts';
import type { ProbeSpec } from '../model/plan.ts';
import { offDeadline, onDeadline } from '../net/deadline.ts';
import { addressScope } from '../net/guard.ts';
import { toAsciiHost } from '../net/idna.ts';
import { printable } from '../net/printable.ts';
import type { ProbeContext, Resolver } from './probe.ts';

type MxFacts = NonNullable<SmtpResult['mx']>;
type MxRecord = MxFacts['records'][number];

/** Exchanges whose addresses are looked up, names and PTR records that are kept. */
const MAX_EXCHANGES = 10;
const MAX_PTR = 10;
/** How long a finished session waits for look-ups that are evidence only, ms. */
const EVIDENCE_GRACE_MS = 200;

/** DNS look-ups that run beside the session. */
export interface SmtpEvidence {
  /**
   * What is known when the session is over. Waits for what an assertion needs (the MX of `mxDomain`) until
   * `leftMs` have passed; for the rest only a moment. Never rejects.
   */
  collect(leftMs: number): Promise<Pick<SmtpResult, 'ptr' | 'mx'>>;
}

/**
 * Starts the look-ups: the PTR of the dialled address and the MX of the asserted domain, or of the host. Addresses and names
 * of private networks are not asked about: that would tell the outside about them and nobody there could answer.
 */
export function startEvidence(spec: ProbeSpec, context: ProbeContext): SmtpEvidence {
  const { resolver, deadline } = context;
  const found: { ptr?: string[]; mx?: MxFacts } = {};
  const isPublic = addressScope(spec.address) === 'public';
  const domain = spec.assertions?.mxDomain;
  const asides: Promise<unknown>[] = [];
  let asserted: Promise<unknown> | undefined;

  if (isPublic)
    asides.push(
      resolver.ask(spec.address, 'PTR').then(({ code, records }) => {
        if (code === 'NOERROR' || code === 'NXDOMAIN' || code === 'NODATA')
          found.ptr = records.slice(0, MAX_PTR).map((name) => printable(name, 255));
      }),
    );
  if (domain !== undefined) {
    asserted = mxOf(domain, resolver, true).then((mx) => {
      found.mx = mx;
    });
  } else if (isPublic && isIP(spec.host) === 0) {
    asides.push(
      mxOf(spec.host, resolver, false).then((mx) => {
        found.mx = mx;
      }),
    );
  }
  // Look-ups give values, so only a fault of ours could reject; it must not end the process before `collect` waits.
  const asideDone = asides.length === 0 ? undefined : Promise.allSettled(asides);
  const assertedDone = asserted === undefined ? undefined : Promise.allSettled([asserted]);

  return {
    async collect(leftMs) {
      if (assertedDone !== undefined) {
        await atMost(assertedDone, leftMs, deadline);
        if (found.mx === undefined && domain !== undefined) found.mx = unanswered(domain, 'TIMEOUT');
      }
      if (asideDone !== undefined) await atMost(asideDone, Math.min(leftMs, EVIDENCE_GRACE_MS), deadline);
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
    const timer = setTimeout(done, ms);
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
  if (answer.code === 'NODATA' || (answer.code === 'NOERROR' && answer.records.length === 0)) {
    const none: MxFacts = { domain, records: [], nullMx: false, implicit: true, addresses: [] };
    if (!withAddresses) return none;
    const { addresses, error } = await addressesOf(domain, resolver);
    return { ...none, addresses, ...(error === undefined ? {} : { error }) };
  }
  if (answer.code !== 'NOERROR') return unanswered(domain, answer.code);

  const parsed = answer.records.map(parseMx).filter((record) => record !== undefined);
  const records = parsed
    .filter(({ exchange }) => exchange !== '')
    .sort((a, b) => a.preference - b.preference);
  if (parsed.length === 0) return unanswered(domain, 'BADRESP');
  // RFC 7505 §3: a null MX stands alone; beside other records the empty name is a mistake and senders skip it.
  if (records.length === 0)
    return { domain, records: [{ preference: 0, exchange: '.' }], nullMx: true, addresses: [] };
  const kept = records.slice(0, MAX_EXCHANGES);
  if (!withAddresses) return { domain, records: kept, nullMx: false, addresses: [] };
  return { domain, nullMx: false, ...(await followed(kept, resolver)) };
}

async function followed(
  records: readonly MxRecord[],
  resolver: Resolver,
): Promise<Pick<MxFacts, 'records' | 'addresses' | 'error'>> {
  const looked = await Promise.all(records.map(({ exchange }) => addressesOf(exchange, resolver)));
  const error = looked.find((answer) => answer.error !== undefined)?.error;
  return {
    records: records.map((record, index) => ({ ...record, addresses: looked[index]?.addresses ?? [] })),
    addresses: [...new Set(looked.flatMap(({ addresses }) => addresses))],
    ...(error === undefined ? {} : { error }),
  };
}

/** `10 mx.example.com.` → preference and name in lower case without the root's dot; the root itself becomes ''. */
function parseMx(text: string): MxRecord | undefined {
  const match = /^\s*(\d{1,5})(?:\s+(\S+))?\s*$/.exec(text);
  if (match === null) return undefined;
  const exchange = printable(match[2] ?? '', 255).replace(/\.$/, '');
  return { preference: Number(match[1]), exchange: exchange.toLowerCase() };
}

/** `error`: the look-up of a family failed, so that there may be addresses that are not known. */
async function addressesOf(
  name: string,
  resolver: Resolver,
): Promise<{ addresses: string[]; error?: string }> {
  const { addresses, answers } = await resolver.addresses(name);
  const failed = answers.find(({ code }) => !['NOERROR', 'NODATA', 'NXDOMAIN'].includes(code));
  return {
    addresses: addresses.slice(0, 20).map(({ address }) => address),
    ...(failed === undefined ? {} : { error: failed.code }),
  };
}
