/** What the latest state of an endpoint keeps beside its verdict, for metrics: a few numbers, so that it stays small. */
import type { EndpointReport, ReportObservation } from '../model/report.ts';
import type { State } from '../model/vocabulary.ts';
import type { LatestSeen } from '../ports/registry.ts';
import { type Evidence, readEvidence } from '../report/evidence.ts';
import { lastAttempts } from '../report/words.ts';

/** Of several addresses of one vantage the one in the worst state counts. */
const WORST_FIRST = ['filtered', 'closed', 'broken', 'inconclusive', 'open'] as const satisfies State[];

export function latestSeen({ observations, expect }: EndpointReport): LatestSeen {
  const last = lastAttempts(observations);
  const evidences = last.map(({ evidence }) => readEvidence(evidence));
  const durationMs = highest(last.map(({ timings }) => timings.total));
  const httpStatus = evidences.flatMap(({ http }) => http?.hops.at(-1)?.statusCode ?? [])[0];
  const expiries = evidences.flatMap(expiriesOf).sort();
  return {
    states: vantagesByState(last, expect === 'closed' ? WORST_FIRST.toReversed() : WORST_FIRST),
    ...(durationMs !== undefined && { durationMs }),
    ...(httpStatus !== undefined && { httpStatus }),
    ...(expiries[0] !== undefined && { notAfter: expiries[0] }),
  };
}

const highest = (all: readonly number[]): number | undefined =>
  all.length === 0 ? undefined : Math.max(...all);

/** ISO 8601 UTC, which sorts as text. */
function expiriesOf({ tls, smtp, http }: Evidence): string[] {
  const handshake = tls ?? smtp?.tls ?? http?.hops.at(-1)?.tls;
  return (handshake?.chain ?? [])
    .map(({ notAfter }) => notAfter)
    .filter((at) => !Number.isNaN(Date.parse(at)));
}

function vantagesByState(
  observations: readonly ReportObservation[],
  worstFirst: readonly State[],
): LatestSeen['states'] {
  const worst = new Map<string, State>();
  for (const { vantage, state } of observations) {
    const known = worst.get(vantage);
    if (known === undefined || worstFirst.indexOf(state) < worstFirst.indexOf(known))
      worst.set(vantage, state);
  }
  const counts: { [S in State]?: number } = {};
  for (const state of worst.values()) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
