/** The scheduler of a station. It reads what is stored, so that nothing in it can differ from that. */
import type { ItemStore } from '../../../service/ports/item-store.ts';
import type { Scheduler } from '../../../service/ports/scheduler.ts';
import { entryOf } from '../../../service/schedule/schedule.ts';
import { readSchedule } from '../../../service/state/schedules.ts';

export interface StationSchedulerPorts {
  readonly items: Pick<ItemStore, 'get'>;
  /** The schedule of this target is, or will soon be, another one. */
  readonly changed: (target: string) => void;
  /** Epoch ms. */
  readonly now: () => number;
}

export function createStationScheduler({ items, changed, now }: StationSchedulerPorts): Scheduler {
  return {
    put: async (target) => changed(target),
    async find(target) {
      const schedule = await readSchedule(items, target);
      return schedule && entryOf(schedule, now());
    },
    remove: async (target) => changed(target),
  };
}
