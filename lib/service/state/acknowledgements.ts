/** Who has taken an alert into their hands, and why: the last ones of a target, in one item that the API writes alone. */
import * as z from 'zod';
import { isoTime } from '../../net/clock.ts';
import type { OpenedAlert } from '../changes/announced.ts';
import type { ItemStore } from '../ports/item-store.ts';
import { changeItem } from './change-item.ts';
import { acknowledgedKey } from './keys.ts';

export const MAX_ACKNOWLEDGE_REASON = 300;

export const Acknowledgement = z.object({
  /** `mark` of the alert: what fails later is not meant by it. */
  alert: z.string(),
  by: z.string(),
  at: z.iso.datetime(),
  reason: z.string().min(1).max(MAX_ACKNOWLEDGE_REASON),
});
export type Acknowledgement = z.infer<typeof Acknowledgement>;

/** Of one target; older ones are forgotten. */
const MAX_KEPT = 20;

const AcknowledgedItem = z.object({ all: z.array(Acknowledgement), version: z.number().int() });

/** Newest first. Rejects as the store does. */
export const loadAcknowledgements = async (
  items: Pick<ItemStore, 'get'>,
  target: string,
): Promise<readonly Acknowledgement[]> =>
  AcknowledgedItem.safeParse(await items.get(acknowledgedKey(target))).data?.all ?? [];

/** The one that counts for an alert, as long as nothing more fails. */
export const acknowledgementOf = (
  all: readonly Acknowledgement[],
  { mark }: Pick<OpenedAlert, 'mark'>,
): Acknowledgement | undefined => all.find(({ alert }) => alert === mark);

/**
 * A second one of the same alert takes the place of the first. `busy`: others wrote all the time.
 *
 * @param now epoch ms
 */
export const acknowledge = (
  items: Pick<ItemStore, 'get' | 'put'>,
  target: string,
  { now, ...given }: Omit<Acknowledgement, 'at'> & { readonly now: number },
): Promise<Acknowledgement | 'busy'> =>
  changeItem(items, acknowledgedKey(target), { marks: ['version'] }, (there) => {
    const before = AcknowledgedItem.safeParse(there).data;
    const added = { ...given, at: isoTime(now) };
    const others = (before?.all ?? []).filter(({ alert }) => alert !== given.alert);
    return {
      outcome: added,
      write: { all: [added, ...others].slice(0, MAX_KEPT), version: (before?.version ?? 0) + 1 },
    };
  });
