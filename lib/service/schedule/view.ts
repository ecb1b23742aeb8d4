/** A schedule as it is shown: what was asked for, what is next, and what became of the last run. */
import { isoTime } from '../../net/clock.ts';
import type { ScheduleView } from '../contracts/schedules.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { Scheduler } from '../ports/scheduler.ts';
import { loadWindows } from '../state/maintenance.ts';
import { readRun } from '../state/runs.ts';
import { loadTrace, type Trace } from '../state/schedule-trace.ts';
import type { Schedule } from '../state/schedules.ts';
import { upcomingDue } from './due.ts';
import { inMaintenance } from './maintenance.ts';
import { driftOf } from './schedule.ts';
import { everyWords } from './spec.ts';
import { timingOf } from './timing.ts';

/** Due times that are shown. */
const UPCOMING = 5;

export interface ViewPorts {
  readonly items: Pick<ItemStore, 'get' | 'query'>;
  readonly scheduler: Pick<Scheduler, 'find'>;
  /** Epoch ms. */
  readonly now: () => number;
}

export async function viewOf(
  { activeSince: _since, version: _version, spec, ...schedule }: Schedule,
  { items, scheduler, now }: ViewPorts,
): Promise<ScheduleView> {
  const { target, state } = schedule;
  const at = now();
  const [found, trace, windows] = await Promise.all([
    scheduler.find(target),
    loadTrace(items, target),
    loadWindows(items, target),
  ]);
  const upcoming = state === 'active' ? upcomingDue(spec, at, UPCOMING).map(isoTime) : [];
  const [next] = upcoming;
  const last = await lastOf(trace, items);
  const drift = driftOf({ spec, state }, found);
  const window = inMaintenance(windows, isoTime(at));
  const { trouble } = trace.watched;
  return {
    ...schedule,
    ...(spec.kind === 'every'
      ? { every: everyWords(spec.minutes) }
      : { cron: spec.cron, timezone: spec.timezone }),
    ...(next !== undefined && { next, upcoming }),
    flexibleMinutes: timingOf(spec, at).flexibleMinutes,
    ...(last && { last }),
    ...(trouble && { trouble }),
    ...(drift !== undefined && { drift }),
    ...(window && { maintenance: { reason: window.reason, until: window.to } }),
  };
}

async function lastOf(
  { runs, watched }: Trace,
  items: Pick<ItemStore, 'get'>,
): Promise<ScheduleView['last'] | undefined> {
  const [call] = runs;
  if (call === undefined) return undefined;
  const { scheduledAt } = call;
  if (call.status === 'refused') return { scheduledAt, status: 'refused', detail: call.detail };
  const { runId } = call;
  const run = await readRun(items, runId);
  if (run?.finishedAt !== undefined)
    return {
      scheduledAt,
      runId,
      status: 'finished',
      ...(run.verdict !== undefined && { verdict: run.verdict }),
    };
  // Judged, and not as finished.
  const isOver = watched.runsUntil !== undefined && Date.parse(watched.runsUntil) >= Date.parse(scheduledAt);
  return { scheduledAt, runId, status: isOver ? 'failed' : 'running' };
}
