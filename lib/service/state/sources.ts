/** The source addresses that vantages were seen with, one item each; what was not seen for a month is forgotten. */
import * as z from 'zod';
import type { ItemStore } from '../ports/item-store.ts';
import { changeItem } from './change-item.ts';
import { firstSourcesKey, sourceKey, sourcePartition } from './keys.ts';
import type { RunStart } from './run-order.ts';
import { expiryAfter } from './ttl.ts';

/** Days after which an address that was not seen again is none of the fleet's any more, to the fleet's knowledge. */
export const SOURCE_DAYS = 30;
const SOURCE_MS = SOURCE_DAYS * 86_400_000;
/** An address that is seen in every run is written once an hour. */
const FRESH_MS = 3_600_000;
/** While a fleet is new every address is: runs that begin within an hour of the first one have no news. */
const FIRST_MS = 3_600_000;
/** Of one vantage: AWS gives a function another address every few hours. */
const MAX_LISTED = 1_000;

export const KnownSource = z.object({
  address: z.union([z.ipv4(), z.ipv6()]),
  /** That of an Elastic IP: all connections over IPv4 have it. */
  fixed: z.literal(true).optional(),
  firstSeen: z.iso.datetime(),
  lastSeen: z.iso.datetime(),
});
export type KnownSource = z.infer<typeof KnownSource>;

const SourceItem = KnownSource.extend({ firstRun: z.string() });

/** An address of a vantage that a run saw, and when. */
export const SightedSource = z.strictObject({
  vantage: z.string(),
  address: KnownSource.shape.address,
  fixed: KnownSource.shape.fixed,
  at: z.iso.datetime(),
});
export type SightedSource = z.infer<typeof SightedSource>;

/**
 * Keeps that an address was seen. `new`: by this run for the first time in a month, however often it is said again for it.
 * `busy`: others wrote all the time. Rejects as the store does.
 */
export const noteSource = (
  items: Pick<ItemStore, 'get' | 'put'>,
  { vantage, address, fixed, at }: SightedSource,
  runId: string,
): Promise<'new' | 'known' | 'busy'> =>
  changeItem<'new' | 'known'>(
    items,
    sourceKey(vantage, address),
    { marks: ['firstSeen', 'lastSeen'] },
    (there) => {
      const known = SourceItem.safeParse(there).data;
      const seen = Date.parse(at);
      // The store may still give what it is to forget.
      if (known === undefined || seen - Date.parse(known.lastSeen) > SOURCE_MS)
        return {
          outcome: 'new',
          write: itemOf({ address, fixed, firstSeen: at, lastSeen: at, firstRun: runId }),
        };
      const outcome = known.firstRun === runId ? 'new' : 'known';
      if (seen - Date.parse(known.lastSeen) < FRESH_MS && known.fixed === fixed) return { outcome };
      const lastSeen = at > known.lastSeen ? at : known.lastSeen;
      return { outcome, write: itemOf({ ...known, fixed, lastSeen }) };
    },
  );

const itemOf = ({ fixed, ...source }: z.infer<typeof SourceItem>) => ({
  ...source,
  ...(fixed && { fixed }),
  ttl: expiryAfter(SOURCE_DAYS, source.lastSeen),
});

const FirstItem = z.object({ startedAt: z.iso.datetime() });

/** Whether the fleet is so new that every address is. Remembers the first run. Rejects as the store does. */
export async function isFirstLook(
  items: Pick<ItemStore, 'get' | 'put'>,
  { runId, startedAt }: RunStart,
): Promise<boolean> {
  const first = await changeItem<string>(items, firstSourcesKey, { marks: ['runId'] }, (there) => {
    const known = FirstItem.safeParse(there).data;
    return known === undefined
      ? { outcome: startedAt, write: { runId, startedAt } }
      : { outcome: known.startedAt };
  });
  return first === 'busy' || Date.parse(startedAt) - Date.parse(first) < FIRST_MS;
}

/** Those of one vantage that were seen in the last month, the last one first. Rejects as the store does. */
export async function sourcesSeen(
  items: Pick<ItemStore, 'query'>,
  vantage: string,
  now: number,
): Promise<KnownSource[]> {
  const found = await items.query(sourcePartition(vantage), { limit: MAX_LISTED });
  return found
    .flatMap((item) => KnownSource.safeParse(item).data ?? [])
    .filter(({ lastSeen }) => now - Date.parse(lastSeen) <= SOURCE_MS)
    .sort((one, other) => (one.lastSeen < other.lastSeen ? 1 : -1));
}
