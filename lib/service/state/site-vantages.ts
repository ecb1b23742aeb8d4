/**
 * Vantages of sites: which there are and where, as operators say; whose key each has, as it was enrolled; when each was
 * heard of. The three are items of their own, so that what answers a vantage can write neither its position nor a name.
 */
import * as z from 'zod';
import { FleetVantage } from '../../model/fleet-vantage.ts';
import { VantagePosition } from '../../model/position.ts';
import { isoTime } from '../../net/clock.ts';
import type { Item, ItemStore } from '../ports/item-store.ts';
import { changeItem } from './change-item.ts';
import { enrolledKey, heardKey, siteNonceKey, sitesKey } from './keys.ts';

export const MAX_SITES = 50;
/** A code is typed into another machine on the same day. */
export const CODE_MS = 24 * 3_600_000;
/** One that was not heard of for so long gets no work: longer than three polls, whatever the home. */
export const STALE_MS = 90_000;
/** What a clock may be off by, and so how long a nonce is remembered. */
export const CLOCK_MS = 300_000;
/** Being heard of is written no more often. */
const HEARD_EVERY_MS = 20_000;

/** Also an object's name and a word in reports. */
export const SiteName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be 1 to 32 lower-case letters, digits and hyphens');

export const SiteRecord = z.object({
  name: SiteName,
  position: VantagePosition,
  /** SHA-256 of the code that enrols it, hex; also says which enrolment is of today. Absent: of a machine that needs none. */
  code: z.string().optional(),
  codeUntil: z.iso.datetime().optional(),
  changedBy: z.string(),
  changedAt: z.iso.datetime(),
});
export type SiteRecord = z.infer<typeof SiteRecord>;

export const Enrolment = z.object({
  /** That of the record; of another one, it counts no more. */
  code: z.string(),
  /** Ed25519, the 32 bytes in base64url. */
  publicKey: z.string(),
  at: z.iso.datetime(),
});
export type Enrolment = z.infer<typeof Enrolment>;

const SiteHeard = z.object({ at: z.iso.datetime(), from: z.string().optional() });
export type SiteHeard = z.infer<typeof SiteHeard>;

export interface KnownSite {
  readonly record: SiteRecord;
  readonly enrolment?: Enrolment;
  readonly heard?: SiteHeard;
}

type Items = Pick<ItemStore, 'get' | 'put'>;
const List = z.object({ sites: z.array(SiteRecord), version: z.number() });

/** All reject as the item store does. */
export async function listSites(items: Pick<ItemStore, 'get'>): Promise<readonly SiteRecord[]> {
  return List.safeParse(await items.get(sitesKey)).data?.sites ?? [];
}

/** Writes what is decided on those that are there. `busy`: others wrote all the time. */
export const changeSites = <T>(
  items: Items,
  decide: (sites: readonly SiteRecord[]) => {
    readonly outcome: T;
    readonly write?: readonly SiteRecord[];
  },
): Promise<T | 'busy'> =>
  changeItem<T>(items, sitesKey, { marks: ['version'] }, (there) => {
    const known = List.safeParse(there).data;
    const { outcome, write } = decide(known?.sites ?? []);
    const version = (known?.version ?? 0) + 1;
    return write === undefined ? { outcome } : { outcome, write: { sites: write, version } };
  });

/** With enrolment and last sign of life; `undefined`: there is none of that name. */
export async function findSite(items: Pick<ItemStore, 'get'>, name: string): Promise<KnownSite | undefined> {
  const [sites, enrolled, heard] = await Promise.all([
    listSites(items),
    items.get(enrolledKey(name)),
    items.get(heardKey(name)),
  ]);
  const record = sites.find((one) => one.name === name);
  return record && siteOf(record, enrolled, heard);
}

export async function allSites(items: Pick<ItemStore, 'get' | 'getAll'>): Promise<readonly KnownSite[]> {
  const sites = await listSites(items);
  if (sites.length === 0) return [];
  const keys = sites.flatMap(({ name }) => [enrolledKey(name), heardKey(name)]);
  const found = new Map((await items.getAll(keys)).map((item) => [`${item.pk} ${item.sk}`, item]));
  const at = ({ pk, sk }: { pk: string; sk: string }) => found.get(`${pk} ${sk}`);
  return sites.map((record) => siteOf(record, at(enrolledKey(record.name)), at(heardKey(record.name))));
}

function siteOf(record: SiteRecord, enrolled: Item | undefined, heard: Item | undefined): KnownSite {
  const { data: enrolment } = Enrolment.safeParse(enrolled);
  const { data: sign } = SiteHeard.safeParse(heard);
  return {
    record,
    ...(enrolment !== undefined && enrolment.code === record.code && { enrolment }),
    ...(sign && { heard: sign }),
  };
}

/** False: the code has been used, by another key. The same key again is no second use. */
export async function enrol(items: Items, name: string, enrolment: Enrolment): Promise<boolean> {
  const done = await changeItem<'enrolled' | 'used'>(
    items,
    enrolledKey(name),
    { marks: ['code', 'publicKey'] },
    (there) => {
      const known = Enrolment.safeParse(there).data;
      if (known?.code !== enrolment.code) return { outcome: 'enrolled', write: enrolment };
      return { outcome: known.publicKey === enrolment.publicKey ? 'enrolled' : 'used' };
    },
  );
  return done === 'enrolled';
}

/** Keeps that it was heard of, and from which address. */
export async function noteHeard(
  items: Pick<ItemStore, 'put'>,
  { record: { name }, heard }: KnownSite,
  { now, from }: { readonly now: number; readonly from: string | undefined },
): Promise<void> {
  if (heard !== undefined && now - Date.parse(heard.at) < HEARD_EVERY_MS && heard.from === from) return;
  await items.put({ ...heardKey(name), at: isoTime(now), ...(from !== undefined && { from }) });
}

/** False: a request with this nonce came before. */
export const takeNonce = (
  items: Pick<ItemStore, 'put'>,
  name: string,
  nonce: string,
  now: number,
): Promise<boolean> =>
  items.put({ ...siteNonceKey(name, nonce), ttl: Math.ceil((now + 3 * CLOCK_MS) / 1_000) }, { absent: true });

export const isStale = ({ heard }: Pick<KnownSite, 'heard'>, now: number): boolean =>
  heard === undefined || now - Date.parse(heard.at) > STALE_MS;

/** As a vantage of a run. */
export const vantageOf = ({ name, position }: SiteRecord): FleetVantage =>
  FleetVantage.parse({
    id: name,
    region: 'site',
    functionName: 'site',
    kind: 'site',
    position,
    smtp: true,
    families: [4, 6],
  });

/** Those that have a key: of the others nobody can answer. Rejects as the item store does. */
export const joinedVantages = async (items: Pick<ItemStore, 'get' | 'getAll'>): Promise<FleetVantage[]> =>
  (await allSites(items))
    .filter(({ enrolment }) => enrolment !== undefined)
    .map(({ record }) => vantageOf(record));
