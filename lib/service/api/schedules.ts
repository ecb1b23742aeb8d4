/** The operations on schedules and maintenance windows. */

import pMap from 'p-map';
import { quote } from '../../input/request/quote.ts';
import { isoTime } from '../../net/clock.ts';
import type { ScheduleView, schedulesContracts } from '../contracts/schedules.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { Scheduler } from '../ports/scheduler.ts';
import type { StopSwitch } from '../ports/stop-switch.ts';
import { CALLS_AT_A_TIME } from '../runs/limits.ts';
import { stoppedWords } from '../runs/stop.ts';
import { type Changed, removeSchedule, setSchedule, switchSchedule } from '../schedule/change.ts';
import { parseSchedule } from '../schedule/spec.ts';
import { viewOf } from '../schedule/view.ts';
import { addWindow, loadWindows, MAX_WINDOW_DAYS, MAX_WINDOWS, removeWindow } from '../state/maintenance.ts';
import { removeTrace } from '../state/schedule-trace.ts';
import type { Schedule } from '../state/schedules.ts';
import { createScheduleStore } from '../state/schedules.ts';
import { isRegistered } from '../state/targets.ts';
import { type Answer, answered, type HandlersOf, refused } from './handler.ts';

export interface SchedulesPorts {
  readonly items: ItemStore;
  readonly scheduler: Scheduler;
  readonly stop: Pick<StopSwitch, 'read'>;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Each needs a look at EventBridge Scheduler. */
const PAGE = 50;
const DAY_MS = 86_400_000;

export function schedulesHandlers(ports: SchedulesPorts): HandlersOf<typeof schedulesContracts> {
  const { items, now } = ports;
  const schedules = createScheduleStore(items);
  const change = { schedules, scheduler: ports.scheduler, now };
  const view = (schedule: Schedule): Promise<ScheduleView> => viewOf(schedule, ports);
  const changed = async (target: string, what: Changed): Promise<Answer<ScheduleView>> => {
    switch (what.status) {
      case 'changed':
        return answered(await view(what.schedule));
      case 'absent':
        return noSchedule(target);
      case 'conflict':
        return refused(
          'conflict',
          'somebody else changed the schedule at the same time: look, and try again',
        );
      default:
        return what satisfies never;
    }
  };

  return {
    async setSchedule({ params: { target }, body, caller }) {
      const spec = parseSchedule(body, now());
      if (!spec.ok) return refused('bad-request', spec.message, 'body');
      if (!(await isRegistered(items, target))) return noTarget(target);
      return changed(target, await setSchedule(change, target, spec.value, caller.arn));
    },
    async listSchedules({ query: { after } }) {
      const [page, stopped] = await Promise.all([
        schedules.list({ limit: PAGE, ...(after !== undefined && { after }) }),
        ports.stop.read(),
      ]);
      return answered({
        schedules: await pMap(page.schedules, view, { concurrency: CALLS_AT_A_TIME }),
        ...(page.next !== undefined && { next: page.next }),
        ...(stopped && { stopped: stoppedWords(stopped) }),
      });
    },
    async getSchedule({ params: { target } }) {
      const schedule = await schedules.get(target);
      return schedule === undefined ? noSchedule(target) : answered(await view(schedule));
    },
    async removeSchedule({ params: { target } }) {
      if ((await removeSchedule(change, target)) === 'absent') return noSchedule(target);
      await removeTrace(items, target);
      return answered(undefined);
    },
    pauseSchedule: async ({ params: { target }, caller }) =>
      changed(target, await switchSchedule(change, target, 'paused', caller.arn)),
    resumeSchedule: async ({ params: { target }, caller }) =>
      changed(target, await switchSchedule(change, target, 'active', caller.arn)),

    async setMaintenance({ params: { target, id }, body, caller }) {
      const [from, to] = [Date.parse(body.from), Date.parse(body.to)];
      if (to <= from) return refused('bad-request', 'the window ends before it begins', 'body.to');
      if (to <= now()) return refused('bad-request', 'the window is over already', 'body.to');
      if (to - from > MAX_WINDOW_DAYS * DAY_MS)
        return refused('bad-request', `a window has at most ${MAX_WINDOW_DAYS} days`, 'body.to');
      if (!(await isRegistered(items, target))) return noTarget(target);
      const window = {
        id,
        from: isoTime(from),
        to: isoTime(to),
        reason: body.reason,
        by: caller.arn,
      };
      const added = await addWindow(items, target, window, now());
      switch (added) {
        case 'added':
          return answered(window);
        case 'full':
          return refused('conflict', `the target has ${MAX_WINDOWS} windows already: remove one first`);
        case 'busy':
          return refused('conflict', 'others changed the windows all the time: try again');
        default:
          return added satisfies never;
      }
    },
    async listMaintenance({ params: { target } }) {
      if (!(await isRegistered(items, target))) return noTarget(target);
      return answered({ windows: [...(await loadWindows(items, target))] });
    },
    async removeMaintenance({ params: { target, id } }) {
      const removed = await removeWindow(items, target, id);
      switch (removed) {
        case 'removed':
          return answered(undefined);
        case 'absent':
          return refused('not-found', `${quote(target)} has no window ${quote(id)}`, 'params.id');
        case 'busy':
          return refused('conflict', 'others changed the windows all the time: try again');
        default:
          return removed satisfies never;
      }
    },
  };
}

const noTarget = (target: string) =>
  refused('not-found', `no target ${quote(target)} is registered: see GET /targets`, 'params.target');
const noSchedule = (target: string) =>
  refused('not-found', `${quote(target)} has no schedule: see GET /schedules`, 'params.target');
