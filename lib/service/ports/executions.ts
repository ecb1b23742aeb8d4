/** A run as the state machine stores it. */
export interface ExecutionState {
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  /** The request, as it was given. */
  readonly input: unknown;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly stoppedAt?: string;
  readonly error?: string;
  readonly cause?: string;
}

/** A state was entered (with its input) or left (with its output), or what it called failed (its input once more). */
export type StatePassage =
  | { readonly kind: 'entered' | 'exited'; readonly name: string; readonly data: unknown }
  | { readonly kind: 'failed'; readonly name: string; readonly data: unknown; readonly error: string };

/**
 * Executions of the state machine `check`, each by its run's id. All reject with a `StoreFailed` failure when the service
 * can't be reached or refuses.
 */
export interface Executions {
  /** `taken`: there is, or was, another execution of that name. The same request once more is `started`, too. */
  start(runId: string, request: unknown): Promise<'started' | 'taken'>;
  find(runId: string): Promise<ExecutionState | undefined>;
  /** Oldest first; bounded, the newest are left out first. Empty when there is no such execution. */
  passages(runId: string): Promise<readonly StatePassage[]>;
  /** One that has already ended stays unchanged. */
  stop(runId: string, reason: { readonly error: string; readonly cause: string }): Promise<void>;
}
