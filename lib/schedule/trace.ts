/**
 * What became of the calls of a schedule: TARGET#name with SCHEDULE#RUNS (written by the starter alone) and
 * SCHEDULE#WATCH (by the watchdog alone), so that neither gets in the way of the other or of whoever changes the schedule.
 */
import * as z from 'zod';
import { Verdict } from '../model/vocabulary.ts';
import type { ItemKey, ItemStore } from '../ports/item-store.ts';

const When = z.iso.datetime();

export const REFUSALS = ['stopped', 'not-authorised', 'not-registered'] as const;

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
    why: z.enum(REFUSALS),
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

export const Watched = z.object({
  /** Due times up to this one were judged, by the runs that came. */
  runsUntil: When.optional(),
  /** Due times up to this one were found missing. */
  missedUntil: When.optional(),
  /** The last scheduled run that ended. */
  last: z.object({ runId: z.string(), scheduledAt: When, verdict: Verdict.optional() }).optional(),
  trouble: Trouble.optional(),
});
export type Watched = z.infer<typeof Watched>;

export interface Trace {
  /** Newest first. */
  readonly runs: readonly ScheduledRun[];
  readonly watched: Watched;
}

/** Calls that are remembered: those of two hours at one every five minutes, as long as a run may take. */
const MAX_RUNS = 24;
const MAX_TRIES = 8;
const PREFIX = 'SCHEDULE#';

const RunsItem = z.object({ runs: z.array(ScheduledRun), version: z.number().int() });

const runsKey = (target: string): ItemKey => ({ pk: `TARGET#${target}`, sk: `${PREFIX}RUNS` });
const watchKey = (target: string): ItemKey => ({ pk: `TARGET#${target}`, sk: `${PREFIX}WATCH` });

export async function loadTrace(items: Pick<ItemStore, 'query'>, target: string): Promise<Trace> {
  const found = await items.query(`TARGET#${target}`, { prefix: PREFIX });
  const runs = RunsItem.safeParse(found.find(({ sk }) => sk === runsKey(target).sk));
  const watched = Watched.safeParse(found.find(({ sk }) => sk === watchKey(target).sk) ?? {});
  return {
    runs: runs.success ? runs.data.runs : [],
    watched: watched.success ? watched.data : {},
  };
}

/** Keeps a call; the same due time again takes the place of the earlier one. False: others wrote all the time. */
export async function addRun(
  items: Pick<ItemStore, 'get' | 'put'>,
  target: string,
  run: ScheduledRun,
): Promise<boolean> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const read = RunsItem.safeParse(await items.get(runsKey(target)));
    const before = read.success ? read.data : undefined;
    const others = (before?.runs ?? []).filter(({ scheduledAt }) => scheduledAt !== run.scheduledAt);
    const runs = [run, ...others]
      .sort((a, b) => Date.parse(b.scheduledAt) - Date.parse(a.scheduledAt))
      .slice(0, MAX_RUNS);
    const item = { ...runsKey(target), runs, version: (before?.version ?? 0) + 1 };
    const condition =
      before === undefined ? ({ absent: true } as const) : { equals: { version: before.version } };
    if (await items.put(item, condition)) return true;
  }
  return false;
}

export const storeWatched = (
  items: Pick<ItemStore, 'put'>,
  target: string,
  watched: Watched,
): Promise<boolean> => items.put({ ...watchKey(target), ...watched });

/** Of a schedule that was removed. */
export async function removeTrace(items: Pick<ItemStore, 'remove'>, target: string): Promise<void> {
  await items.remove(runsKey(target));
  await items.remove(watchKey(target));
}
