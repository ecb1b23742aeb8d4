/**
 * Revocation lists that were fetched and whose signature was verified: shared by the endpoints of a run, and in a process that goes on
 * (a station, a warm prober) by its runs. What failed is remembered for one run alone.
 */
import { createSlots, type Slots } from '../../net/slots.ts';
import type { ParsedCertificate } from '../../x509/certificate.ts';
import { type Crl, readCrl } from '../../x509/crl.ts';
import type { FetchWhole } from '../contract/fetch-whole.ts';
import type { ProbeContext } from '../contract/probe.ts';

/** The largest that public authorities publish have some MB; partitions have some hundred kB. */
export const CRL_LIMIT_BYTES = 10 * 1_048_576;
/** Kept in the process, together. */
const KEPT_BYTES = 16 * 1_048_576;
const KEPT_LISTS = 200;
/** Authorities issue a new list long before the old one ends, and a certificate that was revoked since is only in the new one; ms. */
const FRESH_MS = 3_600_000;
/** With less time than this a failure is not held against the server for the rest of the run, ms. */
const FAIR_MS = 3_000;
/** Lists that one run reads at the same time: each may take 10 MB. */
const AT_ONCE = 2;

export type FoundCrl = { readonly crl: Crl } | { readonly useless: string };

interface Kept {
  readonly crl: Crl;
  /** Epoch ms. */
  readonly until: number;
}

/** Least recently used first. */
const kept = new Map<string, Kept>();

interface RunCrls {
  readonly slots: Slots;
  readonly asked: Map<string, Promise<FoundCrl & { readonly ours?: true }>>;
}

/** A run has a dial of its own. */
const runs = new WeakMap<ProbeContext['dial'], RunCrls>();

/** The list at `url`, if it is one that `issuer` signed. Never rejects. */
export async function findCrl(
  url: string,
  issuer: ParsedCertificate,
  timeoutMs: number,
  context: ProbeContext,
  fetchWhole: FetchWhole,
): Promise<FoundCrl> {
  const key = `${issuer.facts.fingerprint256} ${url}`;
  const now = context.clock.now();
  const known = kept.get(key);
  if (known && now < known.until) {
    kept.delete(key);
    kept.set(key, known);
    return known;
  }
  const run = runs.get(context.dial) ?? { slots: createSlots(AT_ONCE), asked: new Map() };
  runs.set(context.dial, run);
  const before = run.asked.get(key);
  if (before) return before;
  const asking = ask(url, issuer, timeoutMs, run, context, fetchWhole);
  run.asked.set(key, asking);
  const found = await asking;
  // A later list, or the next endpoint's longer time, may do; what a server answered is the same for all of this run.
  if (found.ours || timeoutMs < FAIR_MS || 'crl' in found) run.asked.delete(key);
  if ('crl' in found) keep(key, found.crl, now);
  return found;
}

async function ask(
  url: string,
  issuer: ParsedCertificate,
  timeoutMs: number,
  { slots }: RunCrls,
  context: ProbeContext,
  fetchWhole: FetchWhole,
): Promise<FoundCrl & { readonly ours?: true }> {
  const begin = context.clock.monotonic();
  const release = await slots.acquire();
  try {
    const leftMs = timeoutMs - (context.clock.monotonic() - begin);
    if (leftMs <= 0) return { useless: 'there was no time left for it', ours: true };
    const fetched = await fetchWhole(url, { maxBytes: CRL_LIMIT_BYTES, timeoutMs: leftMs }, context);
    if (!fetched.ok) return { useless: fetched.why, ...(fetched.ours && { ours: true }) };
    const read = readCrl(derOf(fetched.bytes), issuer);
    fetched.release();
    return read;
  } finally {
    release();
  }
}

/** Some authorities publish PEM, against RFC 5280 §4.2.1.13. */
function derOf(bytes: Buffer): Buffer {
  if (bytes[0] !== DASH) return bytes;
  const text = /-----BEGIN X509 CRL-----([\s\S]*?)-----END/.exec(bytes.toString('latin1'))?.[1];
  return text === undefined ? bytes : Buffer.from(text, 'base64');
}

const DASH = 0x2d;

/** The entries are copied: the buffer that they came in belongs to the run's budget, which has it back now. */
function keep(key: string, crl: Crl, now: number): void {
  const until = Math.min(Date.parse(crl.nextUpdate), now + FRESH_MS);
  if (until <= now) return;
  kept.delete(key);
  kept.set(key, { crl: { ...crl, entries: Buffer.from(crl.entries) }, until });
  let bytes = 0;
  for (const one of kept.values()) bytes += one.crl.entries.length;
  for (const [oldest, one] of kept) {
    if (bytes <= KEPT_BYTES && kept.size <= KEPT_LISTS) break;
    kept.delete(oldest);
    bytes -= one.crl.entries.length;
  }
}
