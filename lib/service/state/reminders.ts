/** What was said of an open alert after its beginning: the watchdog's alone. */
import * as z from 'zod';
import type { ItemStore } from '../ports/item-store.ts';
import { remindedKey } from './keys.ts';

export const Reminded = z.object({
  /** `mark` of the alert. */
  mark: z.string(),
  /** Reminders so far. */
  count: z.number().int().min(0),
  /** Time of the last one. */
  at: z.iso.datetime().optional(),
  /** Time of the acknowledgement that was told. */
  acknowledged: z.iso.datetime().optional(),
});
export type Reminded = z.infer<typeof Reminded>;

/** Nothing, if it was said of another alert. */
export async function readReminded(
  items: Pick<ItemStore, 'get'>,
  target: string,
  mark: string,
): Promise<Reminded> {
  const { success, data } = Reminded.safeParse(await items.get(remindedKey(target)));
  return success && data.mark === mark ? data : { mark, count: 0 };
}

export const storeReminded = (
  items: Pick<ItemStore, 'put'>,
  target: string,
  reminded: Reminded,
): Promise<boolean> => items.put({ ...remindedKey(target), ...reminded });
