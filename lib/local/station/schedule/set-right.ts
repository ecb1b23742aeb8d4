/**
 * What was stamped while the clock of the machine was ahead would hold its schedules up until that time has come: due
 * times that count as started, the start of a rate, the time since which one is active.
 */
import { isoTime } from '../../../net/clock.ts';
import type { ItemStore } from '../../../service/ports/item-store.ts';
import { replaceTrace } from '../../../service/state/schedule-trace.ts';
import { allSchedules, createScheduleStore, type Schedule } from '../../../service/state/schedules.ts';

/** Milliseconds ahead that are no fault. */
const SLACK_MS = 300_000;
const MINUTE_MS = 60_000;

/** @param now epoch ms. Rejects as the store does */
export async function setRight(items: ItemStore, now: number): Promise<void> {
  const schedules = createScheduleStore(items);
  const isAhead = (time: string | undefined): boolean =>
    time !== undefined && Date.parse(time) > now + SLACK_MS;
  for await (const schedule of allSchedules(schedules)) {
    const right = rightOf(schedule, now, isAhead);
    // Somebody who changes it at this moment does so by the clock of today.
    if (right !== undefined) await schedules.put(right, schedule);
    await replaceTrace(
      items,
      schedule.target,
      ({ runs, watched: { runsUntil, missedUntil, ...watched } }) => ({
        runs: runs.filter(({ scheduledAt, at }) => !isAhead(scheduledAt) && !isAhead(at)),
        watched: {
          ...watched,
          ...(runsUntil !== undefined && !isAhead(runsUntil) && { runsUntil }),
          ...(missedUntil !== undefined && !isAhead(missedUntil) && { missedUntil }),
        },
      }),
    );
  }
}

function rightOf(schedule: Schedule, now: number, isAhead: (time: string) => boolean): Schedule | undefined {
  const { spec, activeSince, version } = schedule;
  const start = spec.kind === 'every' ? Date.parse(spec.startDate) : 0;
  const everyMs = spec.kind === 'every' ? spec.minutes * MINUTE_MS : 1;
  // A first run is at the next full minute: one that is further away was set by another clock. It keeps its minutes.
  const isLate = spec.kind === 'every' && isAhead(spec.startDate);
  if (!isLate && !isAhead(activeSince)) return undefined;
  return {
    ...schedule,
    spec: isLate
      ? { ...spec, startDate: isoTime(start - Math.floor((start - now) / everyMs) * everyMs) }
      : spec,
    activeSince: isAhead(activeSince) ? isoTime(now) : activeSince,
    version: version + 1,
  };
}
