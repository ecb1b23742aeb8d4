/** What alerts have said about a target so far: new alerts are about differences from this. Plain data, an item of the table. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { Severity } from '../../model/change-event.ts';
import { Expect, ReportedCause, Side, Verdict } from '../../model/vocabulary.ts';

const AnnouncedEndpoint = z.object({
  /** What was proven last; `inconclusive` is never stored here. */
  verdict: Verdict.exclude(['inconclusive']),
  cause: ReportedCause.optional(),
  side: Side.optional(),
  expect: Expect,
  /** When this verdict began, as far as is known; ISO 8601 UTC. */
  since: z.string(),
  /** Start of the last run that proved it. */
  seen: z.string(),
});
export type AnnouncedEndpoint = z.infer<typeof AnnouncedEndpoint>;

/** Of a target, while something of it fails. Times are starts of runs, ISO 8601 UTC. */
const OpenedAlert = z.object({
  /** Id of the last event that told of more to fail: an acknowledgement is of that. */
  mark: z.string(),
  since: z.string(),
  /** Of that event. */
  at: z.string(),
  severity: Severity,
  title: z.string(),
});
export type OpenedAlert = z.infer<typeof OpenedAlert>;

export const Announced = z.object({
  /** By `endpointKey`. */
  endpoints: z.record(z.string(), AnnouncedEndpoint),
  /** By fingerprint: the limit in days of the last alert, and when the certificate expires. */
  certificates: z.record(z.string(), z.object({ days: z.number(), notAfter: z.string() })),
  alert: OpenedAlert.optional(),
});
export type Announced = z.infer<typeof Announced>;

export const NOTHING_ANNOUNCED: Announced = { endpoints: {}, certificates: {} };

/** Ids may be 2 KB long, and a target may have a thousand of them. */
export const endpointKey = (id: string): string => createHash('sha256').update(id).digest('hex').slice(0, 24);

/** Endpoints about which no run has proven anything for this long count as removed from the target, ms: 30 days. */
const FORGET_AFTER_MS = 30 * 86_400_000;
/** Endpoints and certificates kept of a target, those seen last. */
const MAX_KEPT = 2_000;

/** @param now epoch ms */
export function dropStale({ endpoints, certificates, ...rest }: Announced, now: number): Announced {
  const fresh = (iso: string): boolean => now - Date.parse(iso) <= FORGET_AFTER_MS;
  return {
    ...rest,
    endpoints: newest(endpoints, ({ seen }) => seen, fresh),
    certificates: newest(certificates, ({ notAfter }) => notAfter, fresh),
  };
}

const newest = <T>(
  all: Readonly<Record<string, T>>,
  dateOf: (one: T) => string,
  keep: (iso: string) => boolean,
): Record<string, T> =>
  Object.fromEntries(
    Object.entries(all)
      .filter(([, one]) => keep(dateOf(one)))
      .sort(([, a], [, b]) => (dateOf(a) < dateOf(b) ? 1 : -1))
      .slice(0, MAX_KEPT),
  );
