/**
 * Setting, pausing, resuming and removing a schedule, which is stored in two places: the item of the table says what was
 * asked for, and EventBridge Scheduler calls the starter.
 *
 * The item counts: the starter starts nothing for a target without an item, or with one that is paused. So whatever is
 * to run is written to the item first, and whatever is to end is taken from the item last or marked in it first:
 *
 * - set and resume: item, then Scheduler. A crash between leaves one that is listed and does not run: the watchdog
 *   finds its run missing, `schedule list` shows the difference, and setting it again fixes it.
 * - pause: item, then Scheduler. A crash between leaves calls that the starter turns away.
 * - remove: Scheduler, then item. A crash between leaves one that is listed and does not run.
 *
 * Nothing ever runs that is not listed.
 */

import { isoTime } from '../../net/clock.ts';
import type { Scheduler } from '../ports/scheduler.ts';
import type { Schedule, ScheduleSpec, ScheduleStore } from '../state/schedules.ts';
import { entryOf } from './schedule.ts';

export interface ChangePorts {
  readonly schedules: Pick<ScheduleStore, 'get' | 'put' | 'remove'>;
  readonly scheduler: Scheduler;
  /** Epoch ms. */
  readonly now: () => number;
}

export type Changed =
  | { readonly status: 'changed'; readonly schedule: Schedule }
  | { readonly status: 'absent' }
  /** Somebody else changed it at the same time. */
  | { readonly status: 'conflict' };

export async function setSchedule(
  ports: ChangePorts,
  target: string,
  spec: ScheduleSpec,
  by: string,
): Promise<Changed> {
  const before = await ports.schedules.get(target);
  const at = isoTime(ports.now());
  const { kept, isSame } = keepPhase(spec, before);
  return write(ports, before, {
    target,
    spec: kept,
    state: 'active',
    activeSince: isSame && before?.state === 'active' ? before.activeSince : at,
    createdBy: before?.createdBy ?? by,
    createdAt: before?.createdAt ?? at,
    updatedBy: by,
    updatedAt: at,
    version: (before?.version ?? 0) + 1,
  });
}

export async function switchSchedule(
  ports: ChangePorts,
  target: string,
  state: Schedule['state'],
  by: string,
): Promise<Changed> {
  const before = await ports.schedules.get(target);
  if (before === undefined) return { status: 'absent' };
  const at = isoTime(ports.now());
  return write(ports, before, {
    ...before,
    state,
    activeSince: state === 'active' && before.state === 'paused' ? at : before.activeSince,
    updatedBy: by,
    updatedAt: at,
    version: before.version + 1,
  });
}

export async function removeSchedule(ports: ChangePorts, target: string): Promise<'removed' | 'absent'> {
  const before = await ports.schedules.get(target);
  await ports.scheduler.remove(target);
  if (before === undefined) return 'absent';
  await ports.schedules.remove(target);
  return 'removed';
}

async function write(
  { schedules, scheduler, now }: ChangePorts,
  before: Schedule | undefined,
  schedule: Schedule,
): Promise<Changed> {
  if (!(await schedules.put(schedule, before))) return { status: 'conflict' };
  await scheduler.put(schedule.target, entryOf(schedule, now()), `${schedule.version}#${schedule.updatedAt}`);
  return { status: 'changed', schedule };
}

/** The same rate again keeps the minutes at which it runs. */
function keepPhase(
  spec: ScheduleSpec,
  before: Schedule | undefined,
): { readonly kept: ScheduleSpec; readonly isSame: boolean } {
  const was = before?.spec;
  if (was === undefined || was.kind !== spec.kind) return { kept: spec, isSame: false };
  const isSame =
    spec.kind === 'every'
      ? was.kind === 'every' && was.minutes === spec.minutes
      : was.kind === 'cron' && was.cron === spec.cron && was.timezone === spec.timezone;
  return { kept: isSame ? was : spec, isSame };
}
