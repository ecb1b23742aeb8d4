/** A schedule as it is shown: what was asked for, what is next, and what became of the last run. */
import type { ScheduleView } from '../api/contracts/schedules.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { Scheduler } from '../ports/scheduler.ts';
import { nextDue } from './due.ts';
import { inMaintenance } from './maintenance.ts';
import { loadWindows } from './maintenance-store.ts';
import { readRunEnd } from './run-end.ts';
import { driftOf, type Schedule } from './schedule.ts';
import { everyWords } from './spec.ts';
import { timingOf } from './timing.ts';
import { loadTrace, type Trace } from './trace.ts';

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
  const next = state === 'active' ? nextDue(spec, at) : undefined;
  const last = await lastOf(trace, items);
  const drift = driftOf({ spec, state }, found);
  const window = inMaintenance(windows, new Date(at).toISOString());
  const { trouble } = trace.watched;
  return {
    ...schedule,
    ...(spec.kind === 'every'
      ? { every: everyWords(spec.minutes) }
      : { cron: spec.cron, timezone: spec.timezone }),
    ...(next !== undefined && { next: new Date(next).toISOString() }),
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
  const [run] = runs;
  if (run === undefined) return undefined;
  const { scheduledAt } = run;
  if (run.status === 'refused') return { scheduledAt, status: 'refused', detail: run.detail };
  const { runId } = run;
  const end = await readRunEnd(items, runId);
  if (end !== undefined)
    return {
      scheduledAt,
      runId,
      status: 'finished',
      ...(end.verdict !== undefined && { verdict: end.verdict }),
    };
  // Judged, and not as finished.
  const isOver = watched.runsUntil !== undefined && Date.parse(watched.runsUntil) >= Date.parse(scheduledAt);
  return { scheduledAt, runId, status: isOver ? 'failed' : 'running' };
}
