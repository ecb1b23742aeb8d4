/** Links to reports, listed by the time they were made. */
import { timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import type { Item, ItemStore } from '../ports/item-store.ts';
import { unchanged } from './change-item.ts';
import { LISTED, shareItemKey } from './keys.ts';
import { OfficeOrder } from './offices.ts';
import { deletableAt } from './share-lifetime.ts';
import { hashOf, idOf, isShareId, isToken } from './share-token.ts';
import { FleetTarget } from './target-record.ts';

/** What a visitor may start: the checks of the shared report, as they were asked for. */
export const AgainOrder = z.object({
  targets: z.array(FleetTarget).min(1).max(100),
  settings: z.record(z.string(), z.unknown()).optional(),
  vantages: z.array(z.string()).optional(),
  only: z.array(z.string()).min(1).max(1_000).optional(),
  /** Whoever made the link vouches, as for the run that it shows. */
  vouch: z.object({ by: z.string().min(1).max(200), reason: z.string().min(1).max(500) }).optional(),
  /** Hosts with a mail server among what is checked. */
  mailHosts: z.array(z.string()).max(1_000),
  /** Hosts that a run without proof contacts; they count in the limits of an hour. */
  hosts: z.array(z.string()).max(1_000).optional(),
});
export type AgainOrder = z.infer<typeof AgainOrder>;

/** `run`: as the run made it; `joined`: with what came from the other end since. */
export const SHARED_REPORTS = ['run', 'joined'] as const;
export type SharedReport = (typeof SHARED_REPORTS)[number];

export const Again = z.object({
  /** Runs that the link may start in all. */
  runs: z.int().min(1),
  /** Least time from the end of one to the start of the next. */
  everyMinutes: z.int().min(1),
  order: AgainOrder,
});
export type Again = z.infer<typeof Again>;

/** One report of one run, readable for every person who has the link's token. */
export const Share = z.object({
  /** The beginning of the token's hash; names the share where people see it. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  /** SHA-256, hex, of the token. The token itself is not stored. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  runId: z.string(),
  /** Name of the target whose report it is. */
  target: z.string(),
  /** ARN of the person or role that made the link. */
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  redacted: z.boolean(),
  /** Absent: the run's own. */
  report: z.enum(SHARED_REPORTS).optional(),
  /** Absent: the link starts nothing. */
  again: Again.optional(),
  /** Absent: the link asks no office. */
  office: OfficeOrder.optional(),
  revokedAt: z.iso.datetime().optional(),
  revokedBy: z.string().optional(),
  /** Keys of its own copies in the run bucket. */
  keys: z.object({ html: z.string(), json: z.string() }),
});
export type Share = z.infer<typeof Share>;

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

const itemOf = (share: Share): Item => ({
  ...shareItemKey(share.id),
  kind: LISTED.share,
  name: `${share.createdAt}#${share.id}`,
  ...share,
  ttl: deletableAt(share),
});

/** What can't be read opens nothing. */
const shareOf = (item: Item | undefined): Share | undefined => Share.safeParse(item).data;

/** Only what opens shares: the function that serves the links may do no more. */
export function createShareFinder(items: Pick<ItemStore, 'get'>): Pick<ShareStore, 'byToken'> {
  return {
    async byToken(token) {
      if (!isToken(token)) return undefined;
      const hash = hashOf(token);
      const share = shareOf(await items.get(shareItemKey(idOf(hash))));
      if (share === undefined) return undefined;
      // The id is the beginning of the hash alone; all of it must be the same.
      return timingSafeEqual(Buffer.from(share.sha256), Buffer.from(hash)) ? share : undefined;
    },
  };
}

export const createShareReader = (items: Pick<ItemStore, 'get'>): Pick<ShareStore, 'get'> => ({
  get: async (id) => (isShareId(id) ? shareOf(await items.get(shareItemKey(id))) : undefined),
});

export function createShareStore(items: ItemStore): ShareStore {
  const { get } = createShareReader(items);
  return {
    ...createShareFinder(items),
    get,
    add: (share) => items.put(itemOf(share), { absent: true }),
    async list({ after } = {}) {
      const { items: found, next } = await items.list(LISTED.share, after === undefined ? {} : { after });
      const shares = found.flatMap((item) => shareOf(item) ?? []);
      return next === undefined ? { shares } : { shares, next };
    },
    async revoke(id, { by, at }) {
      const share = await get(id);
      if (share === undefined || share.revokedAt !== undefined) return share;
      const revoked: Share = { ...share, revokedAt: at, revokedBy: by };
      const written = await items.put(itemOf(revoked), unchanged(share, ['sha256', 'revokedAt']));
      // Another request was faster, or it has just been deleted: in both cases it is closed.
      return written ? revoked : await get(id);
    },
  };
}
