/** The watchdog of a fleet, in the process of the station. */
import { setImmediate as turn } from 'node:timers/promises';
import type { ChangeEvent } from '../../../model/change-event.ts';
import type { PublishEvents } from '../../../service/ports/events.ts';
import type { Executions } from '../../../service/ports/executions.ts';
import type { Item, ItemStore } from '../../../service/ports/item-store.ts';
import type { StopSwitch } from '../../../service/ports/stop-switch.ts';
import type { Telemetry } from '../../../service/ports/telemetry.ts';
import { createWatchdog } from '../../../service/schedule/watchdog.ts';
import { type Gap, gapWords } from './gap.ts';
import { together } from './together.ts';

export interface WatchingPorts {
  readonly items: ItemStore;
  readonly executions: Pick<Executions, 'find'>;
  readonly stop: Pick<StopSwitch, 'read'>;
  readonly announce: PublishEvents;
  /** Names of errors of runs that the station tells once for all targets. */
  readonly toldOnce: readonly string[];
  readonly telemetry: Telemetry;
  readonly fleet: string;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Reads between which others get their turn. */
const READS = 20;

/** Looks at all schedules, once at a time. Rejects as the store and `announce` do. */
export function createWatching(ports: WatchingPorts) {
  return async (gap?: Gap): Promise<void> => {
    const events: ChangeEvent[] = [];
    const found: Item[] = [];
    let reads = 0;
    const look = createWatchdog({
      ...ports,
      items: {
        ...ports.items,
        // The database answers at once: without this, nobody else would be answered until all were looked at.
        get: async (key) => {
          reads += 1;
          if (reads % READS === 0) await turn();
          return ports.items.get(key);
        },
        put: async (item) => found.push(item) > 0,
      },
      send: async (some) => void events.push(...some),
      heartbeatMinutes: 0,
      wake: async () => ({ awake: 0, asked: 0 }),
      context: () => ({
        isStation: true,
        ...(gap !== undefined &&
          gap.kind !== 'back' && { away: { from: gap.from, to: gap.to, why: gapWords(gap) } }),
      }),
    });
    await look({}, { awsRequestId: ports.fleet, getRemainingTimeInMillis: () => Number.MAX_SAFE_INTEGER });
    const why = gap === undefined || gap.kind === 'back' ? {} : { why: gapWords(gap) };
    const told = together(events, { fleet: ports.fleet, ...why });
    // Told before it is remembered: what is cut off between the two tells it once more, with the same id.
    if (told.length > 0) await ports.announce(told);
    for (const item of found) {
      await ports.items.put(item);
      await turn();
    }
  };
}
