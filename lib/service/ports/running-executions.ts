/** An execution of one of the fleet's state machines, in short. */
export interface ShortExecution {
  /** The run's id, or a sweep's. */
  readonly name: string;
  readonly kind: 'check' | 'sweep';
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly stoppedAt?: string;
}

/** All executions of the fleet, started by any caller. Both reject with `StoreFailed` when the list can't be had. */
export interface RunningExecutions {
  /** Newest first, of all kinds together. */
  recent(limit: number): Promise<readonly ShortExecution[]>;
  /**
   * Stops each that runs, for as long as `withinMs` allows. `left`: could not be stopped, or not in that time.
   */
  stopAll(
    reason: { readonly error: string; readonly cause: string },
    withinMs: number,
  ): Promise<{ readonly stopped: number; readonly left: number }>;
}
