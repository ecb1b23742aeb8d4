/** What offices saw that tried an endpoint of a run from a browser of their own, in one item for each link that asked them. */
import * as z from 'zod';
import type { ItemStore } from '../ports/item-store.ts';
import { officeKey, officePartition } from './keys.ts';
import { deletableAt } from './share-lifetime.ts';

/**
 * `fetch`: the page tries it. `open`: no page may try it, but the visitor can open it. `type`: no browser connects there, so
 * the visitor types a command.
 */
export const OfficeWay = z.enum(['fetch', 'open', 'type']);
export type OfficeWay = z.infer<typeof OfficeWay>;

/** What others than the office saw of the endpoint in the run that the link is about. */
export const OutsideView = z.object({
  /** `here`: no vantage of the run is on the internet, so that it speaks for the network where the check ran. */
  where: z.enum(['internet', 'here']),
  /** When it was last asked, ISO 8601 UTC. */
  at: z.iso.datetime(),
  /** Vantages that got an answer, of those that could tell. */
  reached: z.int().min(0),
  of: z.int().min(0),
});
export type OutsideView = z.infer<typeof OutsideView>;

/** What a link asks offices to try. */
export const OfficeOrder = z.object({
  /** Outcomes that are taken in all. */
  attempts: z.int().min(1),
  way: OfficeWay,
  endpoint: z.object({ id: z.string(), kind: z.string(), host: z.string(), port: z.int(), url: z.string() }),
  outside: OutsideView,
});
export type OfficeOrder = z.infer<typeof OfficeOrder>;

/**
 * `answered`: the browser got an answer, which it shows to no page. `redirected`: an answer that leads elsewhere. `silent`: nothing
 * within the time. `failed`: the browser gave up before, and hides why. The others are the visitor's word, of what they opened
 * or typed.
 */
export const OfficeSaw = z.enum([
  'answered',
  'redirected',
  'silent',
  'failed',
  'opened',
  'not-opened',
  'connected',
  'not-connected',
]);
export type OfficeSaw = z.infer<typeof OfficeSaw>;

/** Characters of what a visitor may call their office. */
export const MAX_PLACE = 60;
/** Milliseconds for which the page waits for an answer. */
export const OFFICE_PATIENCE_MS = 10_000;

export const OfficeOutcome = z.object({
  /** 1 is the first. */
  number: z.int().min(1),
  at: z.iso.datetime(),
  /** Where the visitor's request came from; absent: not known. */
  address: z.string().max(45).optional(),
  saw: OfficeSaw,
  /** Milliseconds until the browser knew; absent: it is the visitor's word. */
  ms: z.int().min(0).optional(),
  /** What the visitor calls the office: printable, at most 60 characters. */
  place: z.string().max(MAX_PLACE).optional(),
});
export type OfficeOutcome = z.infer<typeof OfficeOutcome>;

/**
 * `both-reach`, `neither`: as the outside. `office-path`: the outside gets in, this office does not. `office-alone`: the other way
 * round. `outside-differs`: the places outside do not agree. `undecided`: the browser hides what happened. `no-outside`:
 * nothing to hold it against.
 */
export const OfficeMeaning = z.enum([
  'both-reach',
  'office-path',
  'office-alone',
  'neither',
  'outside-differs',
  'undecided',
  'no-outside',
]);
export type OfficeMeaning = z.infer<typeof OfficeMeaning>;

const OfficeItem = z.object({
  share: z.string(),
  target: z.string(),
  endpoint: z.string(),
  outside: OutsideView,
  version: z.int(),
  outcomes: z.array(OfficeOutcome),
});
export type OfficeItem = z.infer<typeof OfficeItem>;

/** The link that asks, as far as its outcomes are about it. */
interface AskingLink {
  readonly id: string;
  readonly runId: string;
  readonly target: string;
  readonly expiresAt: string;
}

/** Oldest outcome first. Rejects as the store does. */
export async function readOffice(
  items: Pick<ItemStore, 'get'>,
  { id, runId, target }: Omit<AskingLink, 'expiresAt'>,
  { endpoint, outside }: OfficeOrder,
): Promise<OfficeItem> {
  const none: OfficeItem = { share: id, target, endpoint: endpoint.id, outside, version: 0, outcomes: [] };
  return OfficeItem.safeParse(await items.get(officeKey(runId, id))).data ?? none;
}

/** False: somebody else wrote meanwhile. What is kept goes with the link's own record. Rejects as the store does. */
export const writeOffice = (
  items: Pick<ItemStore, 'put'>,
  { id, runId, expiresAt }: AskingLink,
  before: OfficeItem,
  outcomes: readonly OfficeOutcome[],
): Promise<boolean> =>
  items.put(
    {
      ...officeKey(runId, id),
      ...before,
      outcomes: [...outcomes],
      version: before.version + 1,
      ttl: deletableAt({ expiresAt }),
    },
    before.version === 0 ? { absent: true } : { equals: { version: before.version } },
  );

/** Links of one run that are looked at. */
const MOST_LINKS = 100;

/** What offices saw of a run, by link. Rejects as the store does. @param now epoch ms */
export async function officesOfRun(
  items: Pick<ItemStore, 'query'>,
  runId: string,
  now: number,
): Promise<readonly OfficeItem[]> {
  const found = await items.query(officePartition(runId), { limit: MOST_LINKS });
  // A store may give for two days more what it may forget.
  return found
    .filter(({ ttl }) => typeof ttl !== 'number' || ttl * 1_000 > now)
    .flatMap((item) => OfficeItem.safeParse(item).data ?? []);
}

/** How many outcomes each of these links has. Rejects as the store does. */
export async function countOutcomes(
  items: Pick<ItemStore, 'getAll'>,
  links: readonly Pick<AskingLink, 'id' | 'runId'>[],
): Promise<ReadonlyMap<string, number>> {
  const found =
    links.length === 0 ? [] : await items.getAll(links.map(({ id, runId }) => officeKey(runId, id)));
  return new Map(
    found.flatMap((item) => {
      const { data } = OfficeItem.safeParse(item);
      return data === undefined ? [] : [[data.share, data.outcomes.length] as const];
    }),
  );
}
