/** What starts, stops and shows runs: the state machine of a fleet, in one process. */
import * as z from 'zod';
import type { Executions } from '../../../service/ports/executions.ts';
import type { RunningExecutions } from '../../../service/ports/running-executions.ts';
import type { Telemetry } from '../../../service/ports/telemetry.ts';
import { SCHEDULED_BY } from '../../../service/runs/run-events.ts';
import type { ExecutionEnd, ExecutionRecords } from './executions.ts';
import { createRunQueue, type QueuedRun } from './queue.ts';
import { messageOf, nameOf, type RunWalk } from './walk.ts';

/** Runs side by side. */
const PLACES = 4;
/** Runs that wait and that no schedule started: more are refused. */
export const MOST_WAITING = 200;

/** Milliseconds until the end of a run that could not be stored, as with a full disk, is tried again. */
const TRY_AGAIN_MS = 5_000;

export interface Machine extends Executions, RunningExecutions {
  /** How many runs wait for a place that no schedule started. */
  waiting(): number;
  /** Goes on with what another process of this station left, oldest first. */
  recover(): void;
  close(): Promise<void>;
}

export interface MachinePorts {
  readonly records: Omit<ExecutionRecords, 'begin'> & {
    begin(
      runId: string,
      request: unknown,
    ): ReturnType<ExecutionRecords['begin']> | Promise<ReturnType<ExecutionRecords['begin']>>;
  };
  readonly walk: RunWalk;
  readonly recover: (runId: string, signal: AbortSignal) => Promise<void>;
  /** A run ended: with this error, or well. */
  readonly ended?: (error: string | undefined, why: string) => void;
  readonly telemetry: Telemetry;
  /** Calls back after so many milliseconds, if the process is still there. */
  readonly later: (work: () => void, ms: number) => void;
}

export function createMachine({ records, walk, recover, ended, telemetry, later }: MachinePorts): Machine {
  const unstored = new Map<string, ExecutionEnd>();
  let closed = false;
  const storeEnds = (): void => {
    if (closed) return;
    for (const [runId, how] of unstored)
      try {
        records.end(runId, how);
        unstored.delete(runId);
      } catch {
        // It was told once. If the process ends before, the next start of the station ends the run.
      }
    if (unstored.size > 0) later(storeEnds, TRY_AGAIN_MS);
  };
  const queue = createRunQueue({ places: PLACES });
  const add = (
    runId: string,
    request: unknown,
    work: (runId: string, signal: AbortSignal) => Promise<void>,
  ): void =>
    queue.add(runId, queuedRun(request), async (signal) => {
      try {
        await work(runId, signal);
        if (!signal.aborted) ended?.(undefined, '');
      } catch (error) {
        endFailed(runId, error, signal);
      }
    });
  const endFailed = (runId: string, error: unknown, signal: AbortSignal): void => {
    telemetry.warn('run failed', { runId, error: nameOf(error), reason: messageOf(error) });
    // A step that failed because the station ends is not how the run ended.
    if (signal.aborted) return;
    ended?.(nameOf(error), messageOf(error));
    const how = { status: 'FAILED', error: nameOf(error), cause: messageOf(error) } as const;
    try {
      records.end(runId, how);
    } catch (fault) {
      telemetry.error('the end of a run could not be stored', { runId, reason: messageOf(fault) });
      if (unstored.size === 0) later(storeEnds, TRY_AGAIN_MS);
      unstored.set(runId, how);
    }
  };
  const stopOne = (runId: string, { error, cause }: { error: string; cause: string }): boolean => {
    const ended = records.end(runId, { status: 'ABORTED', error, cause });
    queue.abort(runId);
    return ended;
  };
  return {
    async start(runId, request) {
      const begun = await records.begin(runId, request);
      if (begun === 'taken') return 'taken';
      if (begun === 'begun') add(runId, request, walk.begin);
      return 'started';
    },
    find: async (runId) => records.find(runId),
    passages: async (runId) => records.passages(runId),
    async stop(runId, reason) {
      stopOne(runId, { ...reason });
    },
    recent: async (limit) => records.recent(limit),
    async stopAll(reason) {
      const stopped = records.running().filter((runId) => stopOne(runId, { ...reason })).length;
      return { stopped, left: 0 };
    },
    waiting: () => queue.waiting(),
    recover() {
      for (const runId of records.running()) add(runId, records.find(runId)?.input, recover);
    },
    close() {
      closed = true;
      return queue.close();
    },
  };
}

const Asked = z.object({
  requestedBy: z.string().catch(''),
  targets: z.array(z.object({ name: z.string().optional().catch(undefined) })).catch([]),
});

/** What the queue needs to know; the plan judges whether the request makes sense. */
function queuedRun(request: unknown): QueuedRun {
  const { requestedBy, targets } = Asked.catch({ requestedBy: '', targets: [] }).parse(request);
  return {
    isScheduled: requestedBy.startsWith(SCHEDULED_BY),
    requestedBy,
    targets: targets.flatMap(({ name }) => name ?? []),
  };
}
