/** A schedule as EventBridge Scheduler has it, as far as ours differ from one another. */
export interface SchedulerEntry {
  /** `rate(…)` or `cron(…)`. */
  readonly expression: string;
  readonly timezone: string;
  /** ISO 8601 UTC. */
  readonly startDate?: string;
  readonly flexibleMinutes: number;
  /** Seconds for which it tries again to hand a run over. */
  readonly maxAgeSeconds: number;
  readonly isEnabled: boolean;
}

/**
 * What starts a run when it is due; a schedule for each target. All reject with a `StoreFailed` failure when the service
 * can't be reached or refuses.
 */
export interface Scheduler {
  /**
   * Creates the schedule of a target, or replaces it whole.
   *
   * @param mark says that two calls mean the same change; another change has another one
   */
  put(target: string, entry: SchedulerEntry, mark: string): Promise<void>;
  find(target: string): Promise<SchedulerEntry | undefined>;
  /** It is not a fault if there is none. */
  remove(target: string): Promise<void>;
}
