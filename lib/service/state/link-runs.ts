/** What visitors of a link started, in one item, and when links last had a mail server asked. */
import * as z from 'zod';
import { Verdict } from '../../model/vocabulary.ts';
import type { ItemStore } from '../ports/item-store.ts';
import { linkMailKey, linkRunsKey } from './keys.ts';
import { deletableAt } from './share-lifetime.ts';

export const LinkRun = z.object({
  /** 1 is the first. */
  number: z.int().min(1),
  runId: z.string(),
  startedAt: z.iso.datetime(),
  /** Absent: it has not ended, as far as anybody looked. */
  endedAt: z.iso.datetime().optional(),
  /** `reported`: its report is among the copies of the link. */
  outcome: z.enum(['reported', 'failed', 'stopped']).optional(),
  verdict: Verdict.optional(),
  summary: z.string().optional(),
});
export type LinkRun = z.infer<typeof LinkRun>;

const LinkRunsItem = z.object({ version: z.int(), runs: z.array(LinkRun) });
export type LinkRunsItem = z.infer<typeof LinkRunsItem>;

const NONE: LinkRunsItem = { version: 0, runs: [] };

/** Oldest first. Rejects as the store does. */
export const readLinkRuns = async (items: Pick<ItemStore, 'get'>, share: string): Promise<LinkRunsItem> =>
  LinkRunsItem.safeParse(await items.get(linkRunsKey(share))).data ?? NONE;

/** False: somebody else wrote meanwhile. Rejects as the store does. */
export const writeLinkRuns = (
  items: Pick<ItemStore, 'put'>,
  share: { readonly id: string; readonly expiresAt: string },
  before: LinkRunsItem,
  runs: readonly LinkRun[],
): Promise<boolean> =>
  items.put(
    { ...linkRunsKey(share.id), version: before.version + 1, runs: [...runs], ttl: deletableAt(share) },
    before.version === 0 ? { absent: true } : { equals: { version: before.version } },
  );

/** How many each of these links started. Rejects as the store does. */
export async function countLinkRuns(
  items: Pick<ItemStore, 'getAll'>,
  shares: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const found = shares.length === 0 ? [] : await items.getAll(shares.map(linkRunsKey));
  const byKey = new Map(found.map((item) => [item.pk, LinkRunsItem.safeParse(item).data?.runs.length ?? 0]));
  return new Map(shares.map((id) => [id, byKey.get(linkRunsKey(id).pk) ?? 0]));
}

const MailItem = z.object({ at: z.number(), share: z.string() });
export type MailAsked = z.infer<typeof MailItem>;

/** Which link last had the mail server of this host asked, and when (epoch ms); undefined: none lately. Rejects as the store does. */
export const mailAskedBy = async (
  items: Pick<ItemStore, 'get'>,
  host: string,
): Promise<MailAsked | undefined> => MailItem.safeParse(await items.get(linkMailKey(host))).data;

/** Rejects as the store does. */
export const noteMailAsked = (
  items: Pick<ItemStore, 'put'>,
  host: string,
  { at, share }: MailAsked,
): Promise<boolean> =>
  items.put({ ...linkMailKey(host), at, share, ttl: Math.ceil(at / 1_000) + MAIL_KEPT_S });

/** Far longer than any pause between two connections. */
const MAIL_KEPT_S = 86_400;
