/** Which of two runs counts as the later one. */
export interface RunStart {
  readonly runId: string;
  /** ISO 8601 UTC, all with the same precision. */
  readonly startedAt: string;
}

/** Later by start; of two that started in the same millisecond, by id, so that all agree on one. */
export const isNewer = (a: RunStart, b: RunStart): boolean =>
  a.startedAt === b.startedAt ? a.runId > b.runId : a.startedAt > b.startedAt;

/** How far the clocks of those who stamp and publish runs may be apart, ms. */
const CLOCK_SLACK_MS = 300_000;

/**
 * Whether what is known is of a later run, and keeps its place. One whose start is in the future was stamped by a clock
 * that was wrong, as on a machine that has just started: it would keep its place until that time has come.
 *
 * @param now ms; absent: the clock of whoever stamps runs is never wrong
 */
export const isSuperseded = (run: RunStart, known: RunStart, now: number | undefined): boolean =>
  isNewer(known, run) && (now === undefined || Date.parse(known.startedAt) <= now + CLOCK_SLACK_MS);
