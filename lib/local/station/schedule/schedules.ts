/** The schedules of a station: what starts the runs that are due, and what notices those that did not come. */
import type { PublishEvents } from '../../../service/ports/events.ts';
import type { ItemStore } from '../../../service/ports/item-store.ts';
import type { ProveOwnership } from '../../../service/ports/ownership.ts';
import type { Scheduler } from '../../../service/ports/scheduler.ts';
import type { StopSwitch } from '../../../service/ports/stop-switch.ts';
import type { Telemetry } from '../../../service/ports/telemetry.ts';
import type { FailureName } from '../../../service/runs/failure.ts';
import { createPermissionCheck } from '../../../service/schedule/permission-check.ts';
import { createStarter } from '../../../service/schedule/start.ts';
import { createTargetStore } from '../../../service/state/targets.ts';
import type { ExecutionRecords } from '../runs/executions.ts';
import type { Machine } from '../runs/machine.ts';
import { STATION } from '../runs/steps.ts';
import type { ClockRecord } from './clock-record.ts';
import { createKeeper, type Keeper } from './keeper.ts';
import { createStationScheduler } from './scheduler.ts';
import type { Timers } from './timers.ts';
import { createWatching } from './watching.ts';

export interface StationSchedulesPorts {
  readonly items: ItemStore;
  readonly record: ClockRecord;
  readonly records: Pick<ExecutionRecords, 'find'>;
  readonly machine: Pick<Machine, 'start' | 'find'>;
  readonly stop: Pick<StopSwitch, 'read'>;
  readonly prove: ProveOwnership;
  readonly announce: PublishEvents;
  /** Why no scheduled run is started now. */
  readonly ownSide: () => Promise<string | undefined>;
  readonly timers: Timers;
  readonly telemetry: Telemetry;
  /** Epoch ms. */
  readonly now: () => number;
}

export interface Schedules extends Keeper {
  readonly scheduler: Scheduler;
}

/** Errors of the station itself, which says so once for all targets (own-side/conditions.ts). */
const UPLINK_AWAY = 'UplinkAway' satisfies FailureName;
const TOLD_ONCE = [UPLINK_AWAY, 'StoreFailed'] as const satisfies FailureName[];

export function createSchedules(ports: StationSchedulesPorts): Schedules {
  const { items, machine, records, now } = ports;
  const starter = createStarter({
    ...ports,
    standing: createPermissionCheck({ targets: createTargetStore(items), prove: ports.prove, now }),
    executions: machine,
  });
  const keeper = createKeeper({
    ...ports,
    start: (input) =>
      starter(input, { awsRequestId: STATION, getRemainingTimeInMillis: () => Number.MAX_SAFE_INTEGER }),
    isUnderWay: (runId) => records.find(runId)?.status === 'RUNNING',
    saidNothing: (runId) => records.find(runId)?.error === UPLINK_AWAY,
    watch: createWatching({ ...ports, executions: machine, fleet: STATION, toldOnce: TOLD_ONCE }),
  });
  return { ...keeper, scheduler: createStationScheduler({ items, changed: keeper.changed, now }) };
}
