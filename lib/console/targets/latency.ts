/** The times of an endpoint's phases as lines of a chart. */
import type { AnswerOf } from '../api/operations.ts';

export type TimesOfRuns = AnswerOf<'getTimes'>['runs'];
export const PHASES = ['dns', 'connect', 'tls', 'firstByte'] as const;
type LatencyPhase = (typeof PHASES)[number];

export interface LatencyLine {
  readonly vantage: string;
  readonly phase: LatencyPhase;
  /** Milliseconds for each run; null: not measured. */
  readonly values: readonly (number | null)[];
}

export interface Latency {
  /** Starts of the runs in which it was measured, oldest first; ISO 8601 UTC. */
  readonly at: readonly string[];
  /** Those of which something was measured. */
  readonly lines: readonly LatencyLine[];
}

const BESIDE_ONE_TIME_S = 300;

/** From when to when a chart goes, in seconds: one time alone stands in its middle. */
export const timeRange = (first: number, last: number): [number, number] =>
  first === last ? [first - BESIDE_ONE_TIME_S, last + BESIDE_ONE_TIME_S] : [first, last];

/** Endpoints of which something was measured, by their first appearance in the newest run. */
export const measuredEndpoints = (times: TimesOfRuns): string[] => [
  ...new Set(times.flatMap(({ endpoints }) => endpoints.map(({ endpoint }) => endpoint))),
];

export const vantagesOf = (times: TimesOfRuns, endpoint: string): string[] => [
  ...new Set(times.flatMap((run) => seenIn(run, endpoint).map(({ vantage }) => vantage))),
];

/** @param times newest first, as the API has them */
export function latencyOf(times: TimesOfRuns, endpoint: string, vantages: readonly string[]): Latency {
  const runs = times.filter((run) => seenIn(run, endpoint).length > 0).toReversed();
  const lines = vantages.flatMap((vantage) =>
    PHASES.map((phase) => ({
      vantage,
      phase,
      values: runs.map(
        (run) => seenIn(run, endpoint).find((one) => one.vantage === vantage)?.[phase] ?? null,
      ),
    })),
  );
  return {
    at: runs.map(({ startedAt }) => startedAt),
    lines: lines.filter(({ values }) => values.some((value) => value !== null)),
  };
}

const seenIn = ({ endpoints }: TimesOfRuns[number], endpoint: string) =>
  endpoints.find((one) => one.endpoint === endpoint)?.vantages ?? [];
