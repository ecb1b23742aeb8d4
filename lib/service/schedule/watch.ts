/** Did the runs come that were due, and how did they end? Pure: the same input gives the same events with the same ids. */

import type { ChangeEvent } from '../../model/change-event.ts';
import type { Verdict } from '../../model/vocabulary.ts';
import { isoTime } from '../../net/clock.ts';
import type { ScheduledRun, ScheduleWatch, Trace, Trouble } from '../state/schedule-trace.ts';
import type { Schedule } from '../state/schedules.ts';
import { nextDue, previousDue } from './due.ts';
import { startToleranceMs } from './timing.ts';
import { troubleEvent } from './trouble-event.ts';
import type { WatchContext } from './watch-context.ts';

/** The state of a run that was started. */
export type RunState =
  | { readonly status: 'running' }
  | { readonly status: 'finished'; readonly verdict?: Verdict }
  /** Ended by the kill switch, which is not a fault, or by one that is told apart. */
  | { readonly status: 'stopped' }
  /** One line. */
  | { readonly status: 'failed'; readonly detail: string };

export interface WatchOutcome {
  readonly watched: ScheduleWatch;
  readonly events: readonly ChangeEvent[];
}

/** Milliseconds by which the Scheduler's due time may be before ours. */
const TOLERANCE_MS = 60_000;

type Occasion =
  | { readonly status: 'fine' }
  | {
      readonly status: Trouble['kind'];
      readonly at: string;
      readonly detail: string;
      readonly runId?: string;
      /** Due times that it stands for; absent: one. */
      readonly count?: number;
    };

/**
 * Trouble is reported when it begins, not again for each run while it lasts; a run that started and succeeded ends it.
 *
 * @param states by run id; a run without one is still on its way
 */
export function watch(
  schedule: Schedule,
  { runs, watched: before }: Trace,
  states: ReadonlyMap<string, RunState>,
  context: WatchContext,
): WatchOutcome {
  const judged = judgeRuns(runs, states, before);
  const missed = missedAt(schedule, runs, before, context);
  const occasions = [...judged.occasions, ...(missed === undefined ? [] : [missed.occasion])];
  const events: ChangeEvent[] = [];
  let { trouble } = before;
  for (const occasion of occasions) {
    if (occasion.status === 'fine') {
      trouble = undefined;
      continue;
    }
    const { status: kind, at: since, detail, runId, count = 1 } = occasion;
    if (trouble?.kind === kind) {
      trouble = { ...trouble, count: trouble.count + count, detail };
      continue;
    }
    trouble = { kind, since, count, detail };
    events.push(troubleEvent(schedule, trouble, context, runId));
  }
  return {
    watched: {
      ...judged.marks,
      ...(missed === undefined
        ? before.missedUntil !== undefined && { missedUntil: before.missedUntil }
        : { missedUntil: missed.until }),
      ...(trouble !== undefined && { trouble }),
    },
    events,
  };
}

/** Those whose end is to be looked up. */
export const openRuns = ({ runs, watched }: Trace): string[] =>
  runs.flatMap((run) => (run.status === 'started' && isOpen(run, watched) ? [run.runId] : []));

const isOpen = ({ scheduledAt }: ScheduledRun, { runsUntil }: ScheduleWatch): boolean =>
  runsUntil === undefined || Date.parse(scheduledAt) > Date.parse(runsUntil);

/** In the order of their due times, up to the first that is still running. */
function judgeRuns(
  runs: readonly ScheduledRun[],
  states: ReadonlyMap<string, RunState>,
  before: ScheduleWatch,
): { readonly occasions: Occasion[]; readonly marks: Pick<ScheduleWatch, 'runsUntil' | 'last'> } {
  const occasions: Occasion[] = [];
  let { runsUntil, last } = before;
  for (const run of runs.filter((one) => isOpen(one, before)).toReversed()) {
    const state = run.status === 'started' ? (states.get(run.runId) ?? { status: 'running' }) : undefined;
    if (state?.status === 'running') break;
    runsUntil = run.scheduledAt;
    if (run.status === 'refused') {
      if (run.why !== 'stopped' && run.why !== 'our-side')
        occasions.push({ status: 'refused', at: run.scheduledAt, detail: run.detail });
      continue;
    }
    const { runId, scheduledAt } = run;
    if (state?.status === 'finished') {
      const { verdict } = state;
      last = { runId, scheduledAt, ...(verdict !== undefined && { verdict }) };
      occasions.push(
        run.without === undefined
          ? { status: 'fine' }
          : { status: 'refused', at: scheduledAt, detail: run.without, runId },
      );
    } else if (state?.status === 'failed')
      occasions.push({ status: 'failed', at: scheduledAt, detail: state.detail, runId });
  }
  return {
    occasions,
    marks: { ...(runsUntil !== undefined && { runsUntil }), ...(last !== undefined && { last }) },
  };
}

/** The last due time whose run should have started by now, if none did and that was not found before. */
function missedAt(
  { spec, state, activeSince }: Schedule,
  runs: readonly ScheduledRun[],
  { missedUntil }: ScheduleWatch,
  { now, isStopped, away }: WatchContext,
): { readonly until: string; readonly occasion: Occasion } | undefined {
  if (state === 'paused' || isStopped) return undefined;
  const due = previousDue(spec, now - startToleranceMs(spec));
  if (due === undefined || due < Date.parse(activeSince)) return undefined;
  if (missedUntil !== undefined && due <= Date.parse(missedUntil)) return undefined;
  const came = runs.some(
    ({ scheduledAt, at }) => Date.parse(scheduledAt) >= due - TOLERANCE_MS || Date.parse(at) >= due,
  );
  if (came) return undefined;
  const until = isoTime(due);
  const detail = 'no run was started';
  if (away === undefined) return { until, occasion: { status: 'missed', at: until, detail } };
  const before = missedUntil === undefined ? 0 : Date.parse(missedUntil);
  const { first, count } = dueBetween(spec, Math.max(away.from, Date.parse(activeSince) - 1, before), due);
  return {
    until,
    occasion: { status: 'missed', at: isoTime(first), detail: `${detail}: ${away.why}`, count },
  };
}

/** More are not counted: nobody needs to know how many hundred there were. */
const MOST_COUNTED = 100;

/** Of the due times after a moment up to one of them (epoch ms) the first, and how many there are. */
function dueBetween(
  spec: Schedule['spec'],
  after: number,
  last: number,
): { readonly first: number; readonly count: number } {
  const first = nextDue(spec, after);
  if (first === undefined || first >= last) return { first: last, count: 1 };
  let count = 1;
  for (let due = first; due < last && count < MOST_COUNTED; count += 1) due = nextDue(spec, due) ?? last;
  return { first, count };
}
