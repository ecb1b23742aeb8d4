/** What lies ready for a site vantage, until it has answered or its time is up. All reject as the item store does. */
import * as z from 'zod';
import { WorkId } from '../contracts/site.ts';
import type { ItemStore } from '../ports/item-store.ts';
import { Dispatch } from '../runs/messages.ts';
import { siteWorkKey, siteWorkPartition } from '../state/keys.ts';

export const SiteWork = z.object({
  id: WorkId,
  dispatch: Dispatch,
  /** Epoch ms. */
  queuedAt: z.number(),
  endsAt: z.number(),
  /** Of a state machine that waits for it. */
  token: z.string().optional(),
});
export type SiteWork = z.infer<typeof SiteWork>;

/** Of one vantage at a time: what isn't among them is taken for silence, so more than a sweep has children side by side. */
const MAX_LISTED = 40;
/** An item that nobody answered may be forgotten so long after its time, s. */
const KEPT_S = 3_600;

export const putWork = async (items: Pick<ItemStore, 'put'>, work: SiteWork): Promise<void> => {
  const ttl = Math.ceil(work.endsAt / 1_000) + KEPT_S;
  await items.put({ ...siteWorkKey(work.dispatch.vantage.id, work.id), ...work, ttl });
};

/** Oldest first, without those whose time is up. */
export async function openWork(
  items: Pick<ItemStore, 'query'>,
  name: string,
  now: number,
): Promise<SiteWork[]> {
  const found = await items.query(siteWorkPartition(name), { limit: MAX_LISTED });
  return found
    .flatMap((item) => SiteWork.safeParse(item).data ?? [])
    .filter(({ endsAt }) => endsAt > now)
    .sort((one, other) => one.queuedAt - other.queuedAt);
}

export const findWork = async (
  items: Pick<ItemStore, 'get'>,
  name: string,
  id: string,
): Promise<SiteWork | undefined> => SiteWork.safeParse(await items.get(siteWorkKey(name, id))).data;

/** False: it was not there any more. */
export const removeWork = (items: Pick<ItemStore, 'remove'>, name: string, id: string): Promise<boolean> =>
  items.remove(siteWorkKey(name, id), { present: true });
