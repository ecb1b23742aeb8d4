/** A target's schedule compared with what EventBridge Scheduler has of it. */
import type { SchedulerEntry } from '../ports/scheduler.ts';
import type { Schedule } from '../state/schedules.ts';
import { timingOf } from './timing.ts';

/** What EventBridge Scheduler is to have of it. @param now epoch ms */
export function entryOf({ spec, state }: Pick<Schedule, 'spec' | 'state'>, now: number): SchedulerEntry {
  return { ...timingOf(spec, now), isEnabled: state === 'active' };
}

/**
 * In what EventBridge Scheduler differs from what was asked of it; undefined: in nothing. The start date is left out:
 * it is the next run at the time when it was set, so another one of the same rhythm is not a difference.
 */
export function driftOf(
  schedule: Pick<Schedule, 'spec' | 'state'>,
  found: SchedulerEntry | undefined,
): string | undefined {
  if (found === undefined) return 'EventBridge Scheduler does not have it, so nothing starts';
  const wanted = entryOf(schedule, found.startDate === undefined ? 0 : Date.parse(found.startDate));
  if (found.isEnabled !== wanted.isEnabled)
    return found.isEnabled
      ? 'EventBridge Scheduler continues to call, and each call is refused'
      : 'EventBridge Scheduler has it switched off, so nothing starts';
  const differs = (['expression', 'timezone', 'flexibleMinutes', 'startDate'] as const).find(
    (key) => found[key] !== wanted[key],
  );
  return differs && `EventBridge Scheduler has another ${differs}: ${found[differs] ?? 'none'}`;
}
