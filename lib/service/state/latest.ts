/** What the last run saw of a target. */
import * as z from 'zod';
import { ReportedCause, State, Verdict } from '../../model/vocabulary.ts';
import type { ItemStore } from '../ports/item-store.ts';
import { changeItem, type ItemChange } from './change-item.ts';
import { latestKey } from './keys.ts';

/** Numbers of the last run, for metrics. */
export const LatestSeen = z.object({
  /** Vantages by what they saw; a state that none saw is left out. */
  states: z.partialRecord(State, z.number()),
  /** Milliseconds; of the slowest vantage. */
  durationMs: z.number().optional(),
  httpStatus: z.number().optional(),
  /** Earliest end of a certificate in the chain; ISO 8601 UTC. */
  notAfter: z.string().optional(),
});
export type LatestSeen = z.infer<typeof LatestSeen>;

/** What was last seen of an endpoint. */
export const LatestEndpoint = z.object({
  verdict: Verdict,
  cause: ReportedCause.optional(),
  /** Start of the first run that saw this verdict without a break. */
  since: z.string(),
  /** Absent: it was written before there was such a thing. */
  seen: LatestSeen.optional(),
});
export type LatestEndpoint = z.infer<typeof LatestEndpoint>;

/** Runs whose verdicts are kept with the latest state. */
export const MAX_RECENT = 30;

/** The latest state of a target. */
export const LatestState = z.object({
  runId: z.string(),
  startedAt: z.string(),
  verdict: Verdict,
  /** Verdicts of the last runs, oldest first, this one last. Absent: it was written before there was such a thing. */
  recent: z.array(Verdict).optional(),
  /** By endpoint id. */
  endpoints: z.record(z.string(), LatestEndpoint),
});
export type LatestState = z.infer<typeof LatestState>;

/** Undefined: it was never checked. Rejects as the store does. */
export const readLatest = async (
  items: Pick<ItemStore, 'get'>,
  target: string,
): Promise<LatestState | undefined> => stateOf(await items.get(latestKey(target)));

/** Those of the targets that were checked, by target; may miss what was written in the last second. */
export async function latestOf(
  items: Pick<ItemStore, 'getAll'>,
  targets: readonly string[],
): Promise<ReadonlyMap<string, LatestState>> {
  const found = await items.getAll(targets.map(latestKey));
  const byPartition = new Map(found.map((item) => [item.pk, item]));
  return new Map(
    targets.flatMap((target) => {
      const state = stateOf(byPartition.get(latestKey(target).pk));
      return state === undefined ? [] : [[target, state] as const];
    }),
  );
}

/** The verdicts with that of one run more; the same run again changes its own. */
export function recentAfter(
  before: Pick<LatestState, 'runId' | 'verdict' | 'recent'> | undefined,
  { runId, verdict }: Pick<LatestState, 'runId' | 'verdict'>,
): Verdict[] {
  const known = before === undefined ? [] : (before.recent ?? [before.verdict]);
  const others = before?.runId === runId ? known.slice(0, -1) : known;
  return [...others, verdict].slice(-MAX_RECENT);
}

/** Writes what is decided on the state before. `busy`: others wrote all the time. Rejects as the store does. */
export const changeLatest = <T>(
  items: Pick<ItemStore, 'get' | 'put'>,
  target: string,
  decide: (before: LatestState | undefined) => ItemChange<T> & { readonly write?: LatestState },
): Promise<T | 'busy'> =>
  changeItem(items, latestKey(target), { marks: ['runId', 'startedAt'] }, (there) => decide(stateOf(there)));

/** What can't be read is as good as none. */
const stateOf = (item: unknown): LatestState | undefined => LatestState.safeParse(item).data;
