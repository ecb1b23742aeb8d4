/** Looks at every schedule, every few minutes. */

import pMap from 'p-map';
import type { PublishEvents } from '../ports/events.ts';
import type { Executions } from '../ports/executions.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { StopSwitch } from '../ports/stop-switch.ts';
import type { Invocation, Telemetry } from '../ports/telemetry.ts';
import { isFailure } from '../runs/failure.ts';
import { readRun } from '../state/runs.ts';
import { loadTrace, type ScheduleWatch, storeWatched } from '../state/schedule-trace.ts';
import type { Schedule } from '../state/schedules.ts';
import { allSchedules, createScheduleStore } from '../state/schedules.ts';
import { previousDue } from './due.ts';
import { startToleranceMs } from './timing.ts';
import { isWake } from './wake.ts';
import { openRuns, type RunState, watch } from './watch.ts';
import type { WatchContext } from './watch-context.ts';

export interface WatchdogPorts {
  readonly items: ItemStore;
  readonly executions: Pick<Executions, 'find'>;
  readonly stop: Pick<StopSwitch, 'read'>;
  /** The same event may be sent again, with the same id. */
  readonly send: PublishEvents;
  readonly telemetry: Telemetry;
  readonly fleet: string;
  /** Minutes within which a scheduled run has to finish; 0: nobody asks. */
  readonly heartbeatMinutes: number;
  /** Names of errors of runs that are told once for all targets, by somebody else. */
  readonly toldOnce?: readonly string[];
  /** What else its looks are to know. */
  readonly context?: () => Pick<WatchContext, 'isStation' | 'away'>;
  /** Tells of alerts that are open; absent: somebody else does. Rejects as the store does. */
  readonly remind?: (isStopped: boolean, log: Telemetry) => Promise<number>;
  /** Epoch ms. */
  readonly now: () => number;
  /** Calls the probers that would become idle. */
  readonly wake: (telemetry: Telemetry) => Promise<{ readonly awake: number; readonly asked: number }>;
}

export interface WatchdogAnswer {
  readonly schedules: number;
  readonly missed: number;
  readonly failed: number;
}

const SIDE_BY_SIDE = 8;
const MINUTE_MS = 60_000;
/** Milliseconds that a run takes, with all its confirmations, unless something is wrong. */
const RUN_MS = 30 * MINUTE_MS;

/** Throws `StoreFailed` after all schedules were looked at, when one of them could not be: the next look fixes it. */
export function createWatchdog(ports: WatchdogPorts) {
  const { items, stop, telemetry, now } = ports;
  return async (event: unknown, { awsRequestId }: Invocation): Promise<WatchdogAnswer> => {
    const log = telemetry.with({ requestId: awsRequestId });
    if (isWake(event)) {
      log.info('probers called', await ports.wake(log));
      return { schedules: 0, missed: 0, failed: 0 };
    }
    const context = {
      ...ports.context?.(),
      fleet: ports.fleet,
      now: now(),
      isStopped: (await stop.read()) !== undefined,
    };
    const count = { schedules: 0, missed: 0, failed: 0, beating: 0 };
    const errors: unknown[] = [];
    const look = async (schedule: Schedule): Promise<void> => {
      count.schedules += 1;
      if (!context.isStopped && shouldHaveRun(schedule, context.now, ports.heartbeatMinutes))
        count.beating += 1;
      try {
        const { trouble } = await lookAt(schedule, ports, context);
        if (trouble?.kind === 'missed') count.missed += 1;
        else if (trouble !== undefined) count.failed += 1;
      } catch (error) {
        if (!isFailure(error, 'StoreFailed')) throw error;
        errors.push(error);
        log.error('schedule not looked at', { error: error.message });
      }
    };
    await pMap(allSchedules(createScheduleStore(items)), look, { concurrency: SIDE_BY_SIDE });
    try {
      await ports.remind?.(context.isStopped, log);
    } catch (error) {
      if (!isFailure(error, 'StoreFailed')) throw error;
      errors.push(error);
      log.error('open alerts not looked at', { error: error.message });
    }
    const { beating, ...answer } = count;
    log.info('schedules looked at', { ...answer, stopped: context.isStopped });
    log.metric('SchedulesBeating', beating, 'Count');
    log.metric('ScheduledRunsMissed', answer.missed, 'Count');
    log.metric('ScheduledRunsFailed', answer.failed, 'Count');
    if (errors.length > 0) throw errors[0];
    return answer;
  };
}

async function lookAt(
  schedule: Schedule,
  { items, executions, send, telemetry, toldOnce = [] }: WatchdogPorts,
  context: WatchContext,
): Promise<ScheduleWatch> {
  const trace = await loadTrace(items, schedule.target);
  const states = new Map<string, RunState>();
  for (const runId of openRuns(trace)) states.set(runId, await stateOf(runId, items, executions, toldOnce));
  const { watched, events } = watch(schedule, trace, states, context);
  // Sent before it is remembered: a crash between sends it once more, with the same id.
  if (events.length > 0) {
    await send(events);
    for (const { kind, id } of events) telemetry.warn('schedule in trouble', { kind, event: id });
  }
  if (JSON.stringify(watched) !== JSON.stringify(trace.watched))
    await storeWatched(items, schedule.target, watched);
  return watched;
}

async function stateOf(
  runId: string,
  items: Pick<ItemStore, 'get'>,
  executions: Pick<Executions, 'find'>,
  toldOnce: readonly string[],
): Promise<RunState> {
  const run = await readRun(items, runId);
  if (run?.finishedAt !== undefined)
    return { status: 'finished', ...(run.verdict !== undefined && { verdict: run.verdict }) };
  const execution = await executions.find(runId);
  if (execution === undefined) return { status: 'failed', detail: 'there is no execution of that run' };
  switch (execution.status) {
    case 'RUNNING':
      return { status: 'running' };
    case 'SUCCEEDED':
      return { status: 'failed', detail: 'its reports were made, and could not be published' };
    case 'FAILED':
    case 'TIMED_OUT':
    case 'ABORTED':
      if (execution.error === 'FleetStopped' || toldOnce.includes(execution.error ?? ''))
        return { status: 'stopped' };
      return {
        status: 'failed',
        detail: [execution.status, execution.error, execution.cause].filter(Boolean).join(': '),
      };
    default:
      return execution.status satisfies never;
  }
}

/** Whether one of its runs must have finished within the time that the heartbeat alarm looks back. */
function shouldHaveRun(
  { spec, state, activeSince }: Schedule,
  now: number,
  heartbeatMinutes: number,
): boolean {
  if (state === 'paused') return false;
  const due = previousDue(spec, now - startToleranceMs(spec) - RUN_MS);
  return due !== undefined && due >= Date.parse(activeSince) && due >= now - heartbeatMinutes * MINUTE_MS;
}
