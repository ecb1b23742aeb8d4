/** Looks at all alerts that are open, every few minutes. */
import { isoTime } from '../../net/clock.ts';
import type { PublishEvents } from '../ports/events.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { createMaintenanceCheck } from '../schedule/maintenance.ts';
import { acknowledgementOf, loadAcknowledgements } from '../state/acknowledgements.ts';
import { openAlerts } from '../state/announced.ts';
import { readReminded, storeReminded } from '../state/reminders.ts';
import { isRegistered } from '../state/targets.ts';
import { noticeOf } from './notice.ts';

export interface RemindersPorts {
  readonly items: Pick<ItemStore, 'get' | 'put' | 'list'>;
  /** The same event may be sent again, with the same id. */
  readonly send: PublishEvents;
  readonly fleet: string;
  /** Milliseconds between two reminders of one alert; 0: none. */
  readonly everyMs: number;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Tells that alerts were acknowledged, and reminds of those that nobody has. Gives the number that was sent. Rejects as store and `send` do. */
export function createReminders({ items, send, fleet, everyMs, now }: RemindersPorts) {
  const inMaintenance = createMaintenanceCheck(items);
  return async (isStopped: boolean, log: Telemetry): Promise<number> => {
    let sent = 0;
    for await (const { target, alert, startedAt } of openAlerts(items)) {
      if (!(await isRegistered(items, target))) continue;
      const at = now();
      const acknowledged = acknowledgementOf(await loadAcknowledgements(items, target), alert);
      const reminded = await readReminded(items, target, alert.mark);
      const isQuiet = isStopped || (await inMaintenance(target, isoTime(at), isoTime(at)));
      const open = {
        fleet,
        target,
        alert,
        seenAt: startedAt,
        reminded,
        ...(acknowledged && { acknowledged }),
      };
      const notice = noticeOf(open, { now: at, everyMs, isQuiet });
      if (notice === undefined) continue;
      // Sent before it is remembered: who is cut off in between sends it once more, with the same id.
      await send([notice.event]);
      await storeReminded(items, target, notice.reminded);
      log.info('alert is open', { kind: notice.event.kind, event: notice.event.id });
      sent += 1;
    }
    return sent;
  };
}
