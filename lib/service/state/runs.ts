/** A run: who started it, written before any packet; and how it ended, written when its reports are published. */
import * as z from 'zod';
import { Verdict } from '../../model/vocabulary.ts';
import type { ItemStore } from '../ports/item-store.ts';
import { RUN_REPORT_PREFIX, runKey, runReportKey } from './keys.ts';
import { expiryAfter } from './ttl.ts';

export const RunItem = z.object({
  runId: z.string(),
  /** The execution that has this run id; another one can't take it. */
  execution: z.string(),
  requestedBy: z.string(),
  /** ISO 8601 UTC. */
  startedAt: z.string(),
  /** Names, in the order of the plan. */
  targets: z.array(z.string()),
  /** Absent: not published, or not yet. */
  finishedAt: z.iso.datetime().optional(),
  verdict: Verdict.optional(),
});
export type RunItem = z.infer<typeof RunItem>;

export type BegunRun = Pick<RunItem, 'runId' | 'execution' | 'requestedBy' | 'startedAt'> & {
  readonly targets: readonly string[];
};

/**
 * `taken`: another execution has the run id. The same execution may begin again. Rejects as the store does.
 *
 * @param retentionDays after which the run may be forgotten
 */
export async function beginRun(
  items: Pick<ItemStore, 'put'>,
  { targets, ...run }: BegunRun,
  retentionDays: number,
): Promise<'begun' | 'taken'> {
  const ttl = expiryAfter(retentionDays, run.startedAt);
  const begun = await items.put(
    { ...runKey(run.runId), ...run, targets: [...targets], ttl },
    { absentOrEquals: { execution: run.execution } },
  );
  return begun ? 'begun' : 'taken';
}

export const endRun = (
  items: Pick<ItemStore, 'update'>,
  runId: string,
  { finishedAt, verdict }: { readonly finishedAt: string; readonly verdict: Verdict },
): Promise<void> => items.update(runKey(runId), { finishedAt, verdict });

export const readRun = async (items: Pick<ItemStore, 'get'>, runId: string): Promise<RunItem | undefined> =>
  RunItem.safeParse(await items.get(runKey(runId))).data;

/** What a run says of a target that keeps no state: nobody registered it, or something else is under its name. */
export const RunReport = z.object({ target: z.string(), verdict: Verdict, summary: z.string() });
export type RunReport = z.infer<typeof RunReport>;

/** @param index place of the target in the run */
export const addRunReport = (
  items: Pick<ItemStore, 'update'>,
  { runId, startedAt }: Pick<RunItem, 'runId' | 'startedAt'>,
  index: number,
  report: RunReport,
  retentionDays: number,
): Promise<void> =>
  items.update(runReportKey(runId, index), { ...report, ttl: expiryAfter(retentionDays, startedAt) });

/** In the order of the run. What can't be read is left out. */
export async function listRunReports(items: Pick<ItemStore, 'query'>, runId: string): Promise<RunReport[]> {
  const found = await items.query(runKey(runId).pk, { prefix: RUN_REPORT_PREFIX });
  return found.flatMap((item) => RunReport.safeParse(item).data ?? []);
}
