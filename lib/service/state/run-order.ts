/** Which of two runs counts as the later one. */
export interface RunStart {
  readonly runId: string;
  /** ISO 8601 UTC, all with the same precision. */
  readonly startedAt: string;
}

/** Later by start; of two that started in the same millisecond, by id, so that all agree on one. */
export const isNewer = (a: RunStart, b: RunStart): boolean =>
  a.startedAt === b.startedAt ? a.runId > b.runId : a.startedAt > b.startedAt;
