/** What the latest state of an endpoint keeps in addition to its verdict, for metrics: a few numbers, so that it stays small. */
import type { EndpointReport, ReportObservation } from '../../engine/report-schema.ts';
import { lastAttempts } from '../../engine/verdict/last-attempts.ts';
import { expiriesOf, httpStatusOf } from '../../kinds/measurements.ts';
import type { State } from '../../model/vocabulary.ts';
import type { LatestSeen } from '../state/latest.ts';

/** Of several addresses of one vantage the one in the worst state counts. */
const WORST_FIRST = ['filtered', 'closed', 'broken', 'inconclusive', 'open'] as const satisfies State[];

export function latestSeen({ observations, expect }: EndpointReport): LatestSeen {
  const last = lastAttempts(observations);
  const durationMs = highest(last.map(({ timings }) => timings.total));
  const httpStatus = last.flatMap(({ evidence }) => httpStatusOf(evidence) ?? [])[0];
  // ISO 8601 in UTC sorts as text.
  const expiries = last.flatMap(({ evidence }) => expiriesOf(evidence)).sort();
  return {
    states: vantagesByState(last, expect === 'closed' ? WORST_FIRST.toReversed() : WORST_FIRST),
    ...(durationMs !== undefined && { durationMs }),
    ...(httpStatus !== undefined && { httpStatus }),
    ...(expiries[0] !== undefined && { notAfter: expiries[0] }),
  };
}

const highest = (all: readonly number[]): number | undefined =>
  all.length === 0 ? undefined : Math.max(...all);

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
