import type { ProbeSpec } from '../../../model/plan.ts';
import { offDeadline, onDeadline } from '../../../net/deadline.ts';
import { deferredTimeout } from '../../../net/deferred-timeout.ts';
import { addressScope } from '../../../net/guard.ts';
import { isIP } from '../../../net/ip.ts';
import type { Resolver } from '../../../net/network-access.ts';
import { printable } from '../../../net/printable.ts';
import type { ProbeContext } from '../../contract/probe.ts';
import type { SmtpResult } from '../observation.ts';
import { exchangeAddresses, lookUpMx, type SmtpExchange } from './mail-exchanges.ts';

type MxFacts = NonNullable<SmtpResult['mx']>;
type MxRecord = MxFacts['records'][number];

/** PTR records that are kept. */
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

/** Where the mail of a domain goes, as facts. `withAddresses`: look up the addresses of the exchanges too. */
async function mxOf(name: string, resolver: Resolver, withAddresses: boolean): Promise<MxFacts> {
  const found = await lookUpMx(name, resolver);
  const { domain } = found;
  switch (found.status) {
    case 'failed':
      return { ...unanswered(domain, found.code), ...(found.doubted && { doubted: true }) };
    case 'null':
      return { domain, records: [{ preference: 0, exchange: '.' }], nullMx: true, addresses: [] };
    case 'none': {
      const none: MxFacts = { domain, records: [], nullMx: false, implicit: true, addresses: [] };
      if (!withAddresses) return none;
      const { addresses, error, doubted } = await exchangeAddresses(domain, resolver);
      return { ...none, addresses, ...(error !== undefined && { error }), ...(doubted && { doubted }) };
    }
    case 'records': {
      const records = [...found.records];
      if (!withAddresses) return { domain, records, nullMx: false, addresses: [] };
      return { domain, nullMx: false, ...(await followed(records, resolver)) };
    }
    default:
      return found satisfies never;
  }
}

async function followed(
  records: readonly MxRecord[],
  resolver: Resolver,
): Promise<Pick<MxFacts, 'records' | 'addresses' | 'error' | 'doubted'>> {
  const looked = await Promise.all(
    // No sender dials an address in the place of a name.
    records.map(({ exchange, literal }) =>
      literal === true ? NO_ADDRESSES : exchangeAddresses(exchange, resolver),
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

const NO_ADDRESSES: SmtpExchange = { addresses: [] };
