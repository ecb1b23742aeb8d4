/**
 * What became of the calls of a schedule, in two items: the starter alone writes which runs it started, and the watchdog
 * alone what it found, so that neither conflicts with the other or with a change of the schedule.
 */
import * as z from 'zod';
import { Verdict } from '../../model/vocabulary.ts';
import type { ItemStore } from '../ports/item-store.ts';
import { changeItem } from './change-item.ts';
import { scheduledRunsKey, watchedKey } from './keys.ts';

const When = z.iso.datetime();

export const START_REFUSALS = ['stopped', 'our-side', 'not-authorised', 'not-registered'] as const;

/** One call of a schedule: the run that it started, or why it did not. */
export const ScheduledRun = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('started'),
    scheduledAt: When,
    at: When,
    runId: z.string(),
    /** What it leaves out, because nobody has proven that it may be probed; one line. */
    without: z.string().optional(),
  }),
  z.object({
    status: z.literal('refused'),
    scheduledAt: When,
    at: When,
    why: z.enum(START_REFUSALS),
    /** One line. */
    detail: z.string(),
  }),
]);
export type ScheduledRun = z.infer<typeof ScheduledRun>;

/** What is wrong with a schedule, from its first run of that kind on. */
export const Trouble = z.object({
  kind: z.enum(['missed', 'failed', 'refused']),
  /** Due time of the first. */
  since: When,
  /** How many in a row. */
  count: z.number().int().min(1),
  detail: z.string(),
});
export type Trouble = z.infer<typeof Trouble>;

export const ScheduleWatch = z.object({
  /** Due times up to this one were judged, by the runs that came. */
  runsUntil: When.optional(),
  /** Due times up to this one were found missing. */
  missedUntil: When.optional(),
  /** The last scheduled run that ended. */
  last: z.object({ runId: z.string(), scheduledAt: When, verdict: Verdict.optional() }).optional(),
  trouble: Trouble.optional(),
});
export type ScheduleWatch = z.infer<typeof ScheduleWatch>;

export interface Trace {
  /** Newest first. */
  readonly runs: readonly ScheduledRun[];
  readonly watched: ScheduleWatch;
}

/** Calls that are remembered: those of two hours at one every five minutes, as long as a run may take. */
const MAX_RUNS = 24;

const RunsItem = z.object({ runs: z.array(ScheduledRun), version: z.number().int() });

export async function loadTrace(items: Pick<ItemStore, 'get'>, target: string): Promise<Trace> {
  const [started, found] = await Promise.all([
    items.get(scheduledRunsKey(target)),
    items.get(watchedKey(target)),
  ]);
  const runs = RunsItem.safeParse(started);
  const watched = ScheduleWatch.safeParse(found ?? {});
  return {
    runs: runs.success ? runs.data.runs : [],
    watched: watched.success ? watched.data : {},
  };
}

/** Keeps a call; the same due time again takes the place of the earlier one. `busy`: others wrote all the time. */
export const addScheduledRun = (
  items: Pick<ItemStore, 'get' | 'put'>,
  target: string,
  run: ScheduledRun,
): Promise<'added' | 'busy'> =>
  changeItem(items, scheduledRunsKey(target), { marks: ['version'] }, (there) => {
    const before = RunsItem.safeParse(there).data;
    const others = (before?.runs ?? []).filter(({ scheduledAt }) => scheduledAt !== run.scheduledAt);
    const runs = [run, ...others]
      .sort((a, b) => Date.parse(b.scheduledAt) - Date.parse(a.scheduledAt))
      .slice(0, MAX_RUNS);
    return { outcome: 'added', write: { runs, version: (before?.version ?? 0) + 1 } };
  });

export const storeWatched = (
  items: Pick<ItemStore, 'put'>,
  target: string,
  watched: ScheduleWatch,
): Promise<boolean> => items.put({ ...watchedKey(target), ...watched });

/** Writes what `change` makes of it, where that is another. For a time in which neither starter nor watchdog is at work. */
export async function replaceTrace(
  items: Pick<ItemStore, 'get' | 'put'>,
  target: string,
  change: (trace: Trace) => Trace,
): Promise<void> {
  const before = await loadTrace(items, target);
  const { runs, watched } = change(before);
  if (runs.length !== before.runs.length) {
    const there = RunsItem.safeParse(await items.get(scheduledRunsKey(target))).data;
    await items.put({ ...scheduledRunsKey(target), runs, version: (there?.version ?? 0) + 1 });
  }
  if (JSON.stringify(watched) !== JSON.stringify(before.watched)) await storeWatched(items, target, watched);
}

/** Of a schedule that was removed. */
export async function removeTrace(items: Pick<ItemStore, 'remove'>, target: string): Promise<void> {
  await items.remove(scheduledRunsKey(target));
  await items.remove(watchedKey(target));
}
