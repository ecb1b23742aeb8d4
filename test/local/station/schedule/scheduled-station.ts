/** The schedules of a station on a real store and a simulated clock; its runs end when the test says so. */
import { createClockRecord } from '../../../../lib/local/station/schedule/clock-record.ts';
import { createSchedules } from '../../../../lib/local/station/schedule/schedules.ts';
import type { Database } from '../../../../lib/local/station/store/database.ts';
import { createSqliteItemStore } from '../../../../lib/local/station/store/item-store.ts';
import type { ChangeEvent } from '../../../../lib/model/change-event.ts';
import { isoTime } from '../../../../lib/net/clock.ts';
import type { ExecutionState } from '../../../../lib/service/ports/executions.ts';
import type { ItemStore } from '../../../../lib/service/ports/item-store.ts';
import { setSchedule } from '../../../../lib/service/schedule/change.ts';
import { parseSchedule, type WrittenSchedule } from '../../../../lib/service/schedule/spec.ts';
import { runKey } from '../../../../lib/service/state/keys.ts';
import { loadTrace } from '../../../../lib/service/state/schedule-trace.ts';
import { createScheduleStore } from '../../../../lib/service/state/schedules.ts';
import { memorySwitch, memoryTelemetry, targetItem } from '../../../service/runs/ports.ts';
import { newDatabase } from '../database.ts';
import { type SimulatedTime, simulatedTime } from './simulated-time.ts';

export interface StartedRun {
  readonly runId: string;
  /** ISO 8601 UTC, by the clock at the time. */
  readonly at: string;
  readonly target: string;
}

export interface ScheduledStation {
  readonly time: SimulatedTime;
  readonly database: Database;
  readonly items: ItemStore;
  /** Every run that was started, all processes of the station together. */
  readonly started: StartedRun[];
  readonly events: ChangeEvent[];
  /** Runs that end only when the test says so. */
  readonly held: Set<string>;
  /** Targets whose runs end since the station's own network is away. */
  readonly cutOff: Set<string>;
  /** Why no scheduled run is started now. */
  readonly ownSide: { value: string | undefined };
  set(target: string, when: WrittenSchedule): Promise<void>;
  pass(ms: number): Promise<void>;
  /** Ends this process of it, and gives the next one on the same folder; `ms` pass in between. */
  restart(ms: number, how?: 'closed' | 'killed'): Promise<void>;
  trace(target: string): ReturnType<typeof loadTrace>;
  of(target: string): StartedRun[];
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** @param wrap what stands between the schedules and the store */
export async function scheduledStation(
  start: string,
  wrap: (items: ItemStore) => ItemStore = (items) => items,
): Promise<ScheduledStation> {
  const time = simulatedTime(start);
  const database = await newDatabase();
  const items = createSqliteItemStore(database);
  const started: StartedRun[] = [];
  const events: ChangeEvent[] = [];
  const held = new Set<string>();
  const cutOff = new Set<string>();
  const ownSide: { value: string | undefined } = { value: undefined };
  const executions = new Map<string, ExecutionState>();
  const record = createClockRecord(database);
  const stateOf = (runId: string): ExecutionState | undefined => executions.get(runId);
  const begin = () => {
    const schedules = createSchedules({
      items: wrap(items),
      record,
      records: { find: stateOf },
      machine: {
        async start(runId, request) {
          if (executions.has(runId)) return 'taken';
          const [{ name = '' } = {}] = (request as { targets: { name: string }[] }).targets;
          started.push({ runId, at: isoTime(time.now()), target: name });
          const ends = !held.has(name);
          const isCutOff = cutOff.has(name);
          executions.set(runId, {
            status: isCutOff ? 'FAILED' : ends ? 'SUCCEEDED' : 'RUNNING',
            input: request,
            startedAt: isoTime(time.now()),
            ...(isCutOff && { error: 'UplinkAway' }),
          });
          if (ends && !isCutOff)
            await items.put({
              ...runKey(runId),
              runId,
              execution: `station:${runId}`,
              requestedBy: `schedule:${name}`,
              startedAt: isoTime(time.now()),
              targets: [name],
              finishedAt: isoTime(time.now()),
              verdict: 'pass',
            });
          return 'started';
        },
        find: async (runId) => stateOf(runId),
      },
      stop: memorySwitch(),
      prove: async () => ({ status: 'unavailable', message: 'not in this test' }),
      announce: async (some) => void events.push(...some),
      ownSide: async () => ownSide.value,
      timers: { after: (ms, work) => time.timers.after(ms, () => (isKilled ? undefined : work())) },
      telemetry: memoryTelemetry(),
      now: time.now,
    });
    let isKilled = false;
    return {
      ...schedules,
      kill: () => {
        isKilled = true;
      },
    };
  };
  let schedules = begin();
  schedules.begin();
  const pass = (ms: number) => time.pass(ms, () => schedules.settled());
  return {
    time,
    database,
    items,
    started,
    events,
    held,
    cutOff,
    ownSide,
    async set(target, when) {
      await items.put(
        targetItem({
          name: target,
          hosts: ['127.0.0.1'],
          definition: { check: ['tcp://127.0.0.1:1'] },
          vouch: { by: 'ada', reason: 'test', at: '2026-01-01T00:00:00.000Z', hosts: ['127.0.0.1'] },
        }),
      );
      const spec = parseSchedule(when, time.now());
      if (!spec.ok) throw new Error(spec.message);
      const ports = { schedules: createScheduleStore(items), scheduler: schedules.scheduler, now: time.now };
      await setSchedule(ports, target, spec.value, 'ada');
    },
    pass,
    async restart(ms, how = 'closed') {
      if (how === 'closed') await schedules.close();
      else schedules.kill();
      time.jump(ms);
      schedules = begin();
      schedules.begin();
      await pass(0);
    },
    trace: (target) => loadTrace(items, target),
    of: (target) => started.filter((run) => run.target === target),
  };
}
