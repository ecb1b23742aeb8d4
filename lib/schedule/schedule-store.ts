import type { Item, ItemKey, ItemStore } from '../ports/item-store.ts';
import { Schedule } from './schedule.ts';

const KIND = 'schedule';

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

export const scheduleKey = (target: string): ItemKey => ({ pk: `TARGET#${target}`, sk: 'SCHEDULE' });

/** What can't be read is none. */
export function scheduleOf(item: Item | undefined): Schedule | undefined {
  const read = Schedule.safeParse(item);
  return read.success ? read.data : undefined;
}

export function createScheduleStore(items: ItemStore): ScheduleStore {
  return {
    get: async (target) => scheduleOf(await items.get(scheduleKey(target))),
    put: (schedule, before) =>
      items.put(
        { ...scheduleKey(schedule.target), kind: KIND, name: schedule.target, ...schedule },
        before === undefined ? { absent: true } : { equals: { version: before.version } },
      ),
    async remove(target) {
      await items.remove(scheduleKey(target));
    },
    async list(options = {}) {
      const { items: found, next } = await items.list(KIND, options);
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
