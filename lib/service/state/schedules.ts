/** When targets are checked: these items are what counts. Listed by target. */
import * as z from 'zod';
import type { Item, ItemStore } from '../ports/item-store.ts';
import { unchanged } from './change-item.ts';
import { LISTED, scheduleKey } from './keys.ts';

/** Minutes. Mail servers and intrusion detection take a prober that comes more often for an attacker, and shut it out. */
export const MIN_MINUTES = 5;
/** Minutes of 31 days. */
export const MAX_MINUTES = 44_640;

export const ScheduleSpec = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('every'),
    minutes: z.number().int().min(MIN_MINUTES).max(MAX_MINUTES),
    /** The first run; the others follow from it. */
    startDate: z.iso.datetime(),
  }),
  z.object({
    kind: z.literal('cron'),
    /** Five fields. */
    cron: z.string().max(200),
    /** Of the IANA time zone database. */
    timezone: z.string().max(50),
  }),
]);
export type ScheduleSpec = z.infer<typeof ScheduleSpec>;

export const Schedule = z.object({
  target: z.string().min(1).max(200),
  spec: ScheduleSpec,
  state: z.enum(['active', 'paused']),
  /** When it was last set or resumed: nothing was due before. */
  activeSince: z.iso.datetime(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  updatedBy: z.string(),
  updatedAt: z.iso.datetime(),
  /** One more with each write, so that none is lost. */
  version: z.number().int(),
});
export type Schedule = z.infer<typeof Schedule>;

export interface SchedulePage {
  /** By target. */
  readonly schedules: readonly Schedule[];
  readonly next?: string;
}

/** All reject as the item store does. */
export interface ScheduleStore {
  get(target: string): Promise<Schedule | undefined>;
  /** Writes it if `before` is still what is there (`undefined`: nothing). False when it is not. */
  put(schedule: Schedule, before: Schedule | undefined): Promise<boolean>;
  remove(target: string): Promise<void>;
  list(options?: { readonly after?: string; readonly limit?: number }): Promise<SchedulePage>;
}

/** Undefined: there is none that can be read. */
export const readSchedule = async (
  items: Pick<ItemStore, 'get'>,
  target: string,
): Promise<Schedule | undefined> => scheduleOf(await items.get(scheduleKey(target)));

/** Those of the targets that have one, by target; may miss what was set in the last second. */
export async function schedulesOf(
  items: Pick<ItemStore, 'getAll'>,
  targets: readonly string[],
): Promise<ReadonlyMap<string, Schedule>> {
  const found = await items.getAll(targets.map(scheduleKey));
  return new Map(found.flatMap((item) => scheduleOf(item) ?? []).map((one) => [one.target, one]));
}

/** Whether there is one, readable or not. */
export const hasSchedule = async (items: Pick<ItemStore, 'get'>, target: string): Promise<boolean> =>
  (await items.get(scheduleKey(target))) !== undefined;

const scheduleOf = (item: Item | undefined): Schedule | undefined => Schedule.safeParse(item).data;

export function createScheduleStore(items: ItemStore): ScheduleStore {
  return {
    get: (target) => readSchedule(items, target),
    put: (schedule, before) =>
      items.put(
        { ...scheduleKey(schedule.target), kind: LISTED.schedule, name: schedule.target, ...schedule },
        unchanged(before, ['version']),
      ),
    async remove(target) {
      await items.remove(scheduleKey(target));
    },
    async list(options = {}) {
      const { items: found, next } = await items.list(LISTED.schedule, options);
      const schedules = found.flatMap((item) => scheduleOf(item) ?? []);
      return next === undefined ? { schedules } : { schedules, next };
    },
  };
}

/** All of them, page by page. */
export async function* allSchedules(store: Pick<ScheduleStore, 'list'>): AsyncIterable<Schedule> {
  let after: string | undefined;
  do {
    const page: SchedulePage = await store.list(after === undefined ? {} : { after });
    yield* page.schedules;
    after = page.next;
  } while (after !== undefined);
}
