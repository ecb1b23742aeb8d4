/** A target's schedule as it is kept: TARGET#name with SCHEDULE. What stands here is what counts. */
import * as z from 'zod';
import type { SchedulerEntry } from '../ports/scheduler.ts';
import { ScheduleSpec } from './spec.ts';
import { timingOf } from './timing.ts';

export const Schedule = z.object({
  target: z.string().min(1).max(200),
  spec: ScheduleSpec,
  state: z.enum(['active', 'paused']),
  /** When it was last set or resumed: nothing was due before. */
  activeSince: z.iso.datetime(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  updatedBy: z.string(),
  updatedAt: z.iso.datetime(),
  /** One more with each write, so that none is lost. */
  version: z.number().int(),
});
export type Schedule = z.infer<typeof Schedule>;

/** What EventBridge Scheduler is to have of it. @param now epoch ms */
export function entryOf({ spec, state }: Pick<Schedule, 'spec' | 'state'>, now: number): SchedulerEntry {
  return { ...timingOf(spec, now), isEnabled: state === 'active' };
}

/**
 * In what EventBridge Scheduler differs from what was asked of it; undefined: in nothing. The start date is left out:
 * it is the next run at the time when it was told, so another one of the same beat is no difference.
 */
export function driftOf(
  schedule: Pick<Schedule, 'spec' | 'state'>,
  found: SchedulerEntry | undefined,
): string | undefined {
  if (found === undefined) return 'EventBridge Scheduler does not have it, so nothing starts';
  const wanted = entryOf(schedule, found.startDate === undefined ? 0 : Date.parse(found.startDate));
  if (found.isEnabled !== wanted.isEnabled)
    return found.isEnabled
      ? 'EventBridge Scheduler goes on calling, and each call is turned away'
      : 'EventBridge Scheduler has it switched off, so nothing starts';
  const differs = (['expression', 'timezone', 'flexibleMinutes', 'startDate'] as const).find(
    (key) => found[key] !== wanted[key],
  );
  return differs && `EventBridge Scheduler has another ${differs}: ${found[differs] ?? 'none'}`;
}
