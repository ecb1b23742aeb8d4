/** The runs of a target, in one line each; newest last in the store. */
import * as z from 'zod';
import { Verdict } from '../../model/vocabulary.ts';
import type { ItemStore } from '../ports/item-store.ts';
import { statePartition, TARGET_RUN_PREFIX, targetRunKey } from './keys.ts';
import type { RunStart } from './run-order.ts';
import { expiryAfter } from './ttl.ts';

export const TargetRun = z.object({
  runId: z.string(),
  startedAt: z.string(),
  verdict: Verdict,
  summary: z.string(),
  /** Of its reports among the objects of the run, by format. */
  keys: z.record(z.string(), z.string()),
  /** How long the phases of its endpoints took (phase-times.ts); absent: nothing was measured, or it is older than that. */
  times: z.string().optional(),
});
export type TargetRun = z.infer<typeof TargetRun>;

/** The same run again changes nothing. Rejects as the store does. */
export async function addTargetRun(
  items: Pick<ItemStore, 'put'>,
  target: string,
  run: TargetRun,
  retentionDays: number,
): Promise<void> {
  await items.put({ ...targetRunKey(target, run), ...run, ttl: expiryAfter(retentionDays, run.startedAt) });
}

export const readTargetRun = async (
  items: Pick<ItemStore, 'get'>,
  target: string,
  run: RunStart,
): Promise<TargetRun | undefined> => TargetRun.safeParse(await items.get(targetRunKey(target, run))).data;

/** Newest first. What can't be read is left out. */
export async function listTargetRuns(
  items: Pick<ItemStore, 'query'>,
  target: string,
  limit: number,
): Promise<TargetRun[]> {
  const options = { prefix: TARGET_RUN_PREFIX, newestFirst: true, limit };
  const found = await items.query(statePartition(target), options);
  return found.flatMap((item) => TargetRun.safeParse(item).data ?? []);
}
