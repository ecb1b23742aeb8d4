/** How long the phases took, of each endpoint from each vantage. */
import type { EndpointReport, ReportObservation } from '../../engine/report-schema.ts';
import { lastAttempts } from '../../engine/verdict/last-attempts.ts';
import type { EndpointTimes } from '../state/phase-times.ts';

const PHASES = ['dns', 'connect', 'tls', 'firstByte'] as const;

/** Endpoints of which something was measured, in order. */
export const phaseTimes = (endpoints: readonly EndpointReport[]): EndpointTimes[] =>
  endpoints.flatMap(({ id, observations }) => {
    const vantages = [...slowestByVantage(observations)].flatMap(([vantage, { timings }]) => {
      const times = PHASES.flatMap((phase) => {
        const ms = timings[phase];
        return ms === undefined ? [] : [[phase, Math.round(ms * 10) / 10] as const];
      });
      return times.length === 0 ? [] : [{ vantage, ...Object.fromEntries(times) }];
    });
    return vantages.length === 0 ? [] : [{ endpoint: id, vantages }];
  });

function slowestByVantage(observations: readonly ReportObservation[]): Map<string, ReportObservation> {
  const slowest = new Map<string, ReportObservation>();
  for (const one of lastAttempts(observations)) {
    const known = slowest.get(one.vantage);
    if (known === undefined || one.timings.total > known.timings.total) slowest.set(one.vantage, one);
  }
  return slowest;
}
