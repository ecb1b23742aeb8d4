import { createHash } from 'node:crypto';

/** Of the run. Times are ISO 8601 UTC. */
export interface ChangeContext {
  readonly fleet: string;
  readonly target: string;
  readonly runId: string;
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** Of a target: one alert for all that fails of it. It is the same each time, so that what closes it needs no memory. */
export const alertKey = (
  { fleet, target }: Pick<ChangeContext, 'fleet' | 'target'>,
  ...part: readonly string[]
): string =>
  createHash('sha256')
    .update(JSON.stringify(['alert', fleet, target, ...part]))
    .digest('hex')
    .slice(0, 32);
