/** Where a run's objects lie in the run bucket. Ids hold letters, digits, `-` and `_` alone, so a key can't climb. */

export const runPrefix = (runId: string): string => `runs/${runId}/`;
export const planKey = (runId: string): string => `${runPrefix(runId)}plan.json`;
/** A batch too large for the state; written by plan and judge, read by the dispatcher. */
export const batchKey = (runId: string, attempt: number, vantage: string): string =>
  `${runPrefix(runId)}batches/${attempt}-${vantage}.json`;
/**
 * What a vantage saw; written by the dispatcher, read by judge and report. With the hash of the contents in it, because
 * a dispatcher that was given up and called again may still be at work: neither writes over the other.
 */
export const rawKey = (runId: string, attempt: number, vantage: string, sha256: string): string =>
  `${runPrefix(runId)}raw/${attempt}-${vantage}-${sha256.slice(0, 12)}.json`;
/** `target`: index of the target in the plan; its name may hold anything. */
export const reportKey = (runId: string, target: number, extension: string): string =>
  `${runPrefix(runId)}${target}/report.${extension}`;
/** There while the fleet is stopped: a `StopNotice`. */
export const STOP_KEY = 'control/stop.json';
