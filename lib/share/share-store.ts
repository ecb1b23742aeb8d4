/** Shares as items of the table: SHARE#id with SHARE, listed by the time they were made. */
import { timingSafeEqual } from 'node:crypto';
import type { Item, ItemKey, ItemStore } from '../ports/item-store.ts';
import { forgottenAt } from './lifetime.ts';
import { Share } from './share.ts';
import { hashOf, idOf, isShareId, isToken } from './token.ts';

const KIND = 'share';

export interface SharePage {
  /** Oldest first. */
  readonly shares: readonly Share[];
  /** To go on with; absent: that was all. */
  readonly next?: string;
}

/** All reject as the item store does. */
export interface ShareStore {
  /** False: another share has this id, so the caller takes another token. */
  add(share: Share): Promise<boolean>;
  get(id: string): Promise<Share | undefined>;
  /** The share that this token opens, whatever its state. */
  byToken(token: string): Promise<Share | undefined>;
  list(options?: { readonly after?: string }): Promise<SharePage>;
  /** The share as it is then; one that was revoked already stays as it was. Undefined: there is none. */
  revoke(id: string, revoked: { readonly by: string; readonly at: string }): Promise<Share | undefined>;
}

const keyOf = (id: string): ItemKey => ({ pk: `SHARE#${id}`, sk: 'SHARE' });

const itemOf = (share: Share): Item => ({
  ...keyOf(share.id),
  kind: KIND,
  name: `${share.createdAt}#${share.id}`,
  ...share,
  ttl: forgottenAt(share),
});

/** What can't be read opens nothing. */
function shareOf(item: Item | undefined): Share | undefined {
  const read = Share.safeParse(item);
  return read.success ? read.data : undefined;
}

/** Only what opens shares: the function behind the links may do no more. */
export function createShareFinder(items: Pick<ItemStore, 'get'>): Pick<ShareStore, 'byToken'> {
  return {
    async byToken(token) {
      if (!isToken(token)) return undefined;
      const hash = hashOf(token);
      const share = shareOf(await items.get(keyOf(idOf(hash))));
      if (share === undefined) return undefined;
      // The id is the beginning of the hash alone; all of it must be the same.
      return timingSafeEqual(Buffer.from(share.sha256), Buffer.from(hash)) ? share : undefined;
    },
  };
}

export function createShareStore(items: ItemStore): ShareStore {
  const get = async (id: string): Promise<Share | undefined> =>
    isShareId(id) ? shareOf(await items.get(keyOf(id))) : undefined;
  return {
    ...createShareFinder(items),
    get,
    add: (share) => items.put(itemOf(share), { absent: true }),
    async list({ after } = {}) {
      const { items: found, next } = await items.list(KIND, after === undefined ? {} : { after });
      const shares = found.flatMap((item) => shareOf(item) ?? []);
      return next === undefined ? { shares } : { shares, next };
    },
    async revoke(id, { by, at }) {
      const share = await get(id);
      if (share === undefined || share.revokedAt !== undefined) return share;
      const revoked: Share = { ...share, revokedAt: at, revokedBy: by };
      const written = await items.put(itemOf(revoked), {
        equals: { sha256: share.sha256, revokedAt: undefined },
      });
      // Somebody else was quicker, or it has just been forgotten: either way it is closed.
      return written ? revoked : await get(id);
    },
  };
}
