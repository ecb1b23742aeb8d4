import type { TargetRecord } from '../model/fleet.ts';
import type { CauseCode, State, Verdict } from '../model/vocabulary.ts';

/** That a run exists and who asked for it; written once, before any packet. */
export interface RunStart {
  readonly runId: string;
  /** The execution that has this run id; another one can't take it. */
  readonly execution: string;
  readonly requestedBy: string;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly targets: readonly string[];
}

/** Numbers of the last run, for metrics. */
export interface LatestSeen {
  /** Vantages by what they saw; a state that none saw is left out. */
  readonly states: { readonly [S in State]?: number };
  /** Of the slowest vantage. */
  readonly durationMs?: number;
  readonly httpStatus?: number;
  /** Earliest end of a certificate in the chain; ISO 8601 UTC. */
  readonly notAfter?: string;
}

/** What was last seen of an endpoint. `since`: start of the first run that saw this verdict without a break. */
export interface LatestEndpoint {
  readonly verdict: Verdict;
  readonly cause?: CauseCode;
  readonly since: string;
  /** Absent: it was written before there was such a thing. */
  readonly seen?: LatestSeen;
}

/** The latest state of a target. */
export interface LatestState {
  readonly runId: string;
  readonly startedAt: string;
  readonly verdict: Verdict;
  /** By endpoint id. */
  readonly endpoints: Readonly<Record<string, LatestEndpoint>>;
}

/** One run in a target's history. */
export interface TargetRun {
  readonly target: string;
  readonly runId: string;
  readonly startedAt: string;
  readonly verdict: Verdict;
  readonly summary: string;
  readonly keys: Readonly<Record<string, string>>;
}

export interface RunEnd {
  readonly runId: string;
  readonly finishedAt: string;
  readonly verdict: Verdict;
}

/**
 * Targets, runs and latest states. All reject with a `StoreFailed` failure when the table can't be reached or refuses;
 * a condition that does not hold is a value.
 */
export interface Registry {
  /** Those of the names that are registered. */
  targets(names: readonly string[]): Promise<ReadonlyMap<string, TargetRecord>>;
  /** `taken`: another execution has the run id. The same execution may begin again. */
  beginRun(run: RunStart): Promise<'begun' | 'taken'>;
  latest(target: string): Promise<LatestState | undefined>;
  /** Writes the latest state if it still is `previous` (`undefined`: none); false when it is not. */
  replaceLatest(target: string, next: LatestState, previous: LatestState | undefined): Promise<boolean>;
  /** Adds the run to the history of its target; the same run again changes nothing. */
  addRun(run: TargetRun): Promise<void>;
  endRun(run: RunEnd): Promise<void>;
}
