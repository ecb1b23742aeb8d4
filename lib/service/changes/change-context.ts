/** Of the run. Times are ISO 8601 UTC. */
export interface ChangeContext {
  readonly fleet: string;
  readonly target: string;
  readonly runId: string;
  readonly startedAt: string;
  readonly finishedAt: string;
}
