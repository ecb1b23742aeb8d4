import type { ReportObservation } from '../report-schema.ts';

/** The last attempt of each vantage and address: only it counts. */
export function lastAttempts(observations: readonly ReportObservation[]): ReportObservation[] {
  const last = new Map<string, ReportObservation>();
  for (const observation of observations) {
    const key = `${observation.vantage}\n${observation.address}`;
    const known = last.get(key);
    if (known === undefined || observation.attempt >= known.attempt) last.set(key, observation);
  }
  return [...last.values()];
}
