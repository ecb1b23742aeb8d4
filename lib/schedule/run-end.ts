import * as z from 'zod';
import { Verdict } from '../model/vocabulary.ts';
import type { ItemStore } from '../ports/item-store.ts';

/** As the registry writes it (lib/adapters/aws/registry.ts). */
const RunItem = z.object({ finishedAt: z.iso.datetime(), verdict: Verdict.optional() });
export type RunEnd = z.infer<typeof RunItem>;

/** When a run was published, and with which verdict. Undefined: it was not, or not yet. */
export async function readRunEnd(items: Pick<ItemStore, 'get'>, runId: string): Promise<RunEnd | undefined> {
  const run = RunItem.safeParse(await items.get({ pk: `RUN#${runId}`, sk: 'RUN' }));
  return run.success ? run.data : undefined;
}
