/** One run from its request to its end, through the same states as in a fleet (lib/stacks/run-chain.ts). */
import { setTimeout as wait } from 'node:timers/promises';
import type { VantageResult } from '../../../engine/vantage-result.ts';
import { printable } from '../../../net/printable.ts';
import { failure } from '../../../service/runs/failure.ts';
import type { Dispatch } from '../../../service/runs/messages.ts';
import type { AttemptOutcome, JudgeOutput, PlanOutput } from '../../../service/runs/steps.ts';
import type { PatientRecords } from './executions.ts';
import type { RunSteps } from './steps.ts';

export interface WalkPorts {
  readonly records: PatientRecords;
  readonly steps: RunSteps;
  /** Why what was measured says nothing of any target; undefined: it does. */
  readonly ownSide?: (
    state: PlanOutput | JudgeOutput,
    latest: readonly AttemptOutcome[],
  ) => Promise<string | undefined>;
  /** Two clocks, of which a sleep of the machine, or somebody who sets the time, moves the first alone. Ms. */
  readonly clocks?: { readonly now: () => number; readonly elapsed: () => number };
  readonly keep: (runId: string, attempt: number, result: VantageResult) => void;
}

export interface RunWalk {
  /** From the plan on. */
  begin(runId: string, signal: AbortSignal): Promise<void>;
  /** The last steps of a run that has nothing more to measure. */
  conclude(runId: string, state: JudgeOutput, signal: AbortSignal): Promise<void>;
  judge(
    runId: string,
    state: PlanOutput | JudgeOutput,
    latest: readonly AttemptOutcome[],
  ): Promise<JudgeOutput>;
  report(runId: string, state: JudgeOutput): Promise<unknown>;
  publish(runId: string, made: unknown): Promise<void>;
}

/** All reject with the failure of the step that ends the run. One that was aborted ends without having published. */
export function createWalk({ records, steps, keep, ownSide, clocks }: WalkPorts): RunWalk {
  /** Notes that a state is entered, and how it is left. What a step gets and gives is JSON, as in a fleet. */
  const pass = async <T>(
    runId: string,
    name: string,
    input: unknown,
    work: (input: unknown) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> => {
    // What a dispatch is asked is shown to whoever follows the run; of the others the name alone.
    await records.pass(runId, { kind: 'entered', name, data: name === DISPATCH ? input : null });
    try {
      const data = json(await work(json(input)));
      // What was cut short has not been left: the next process finds it as it was entered.
      if (signal?.aborted !== true) await records.pass(runId, { kind: 'exited', name, data });
      return data;
    } catch (error) {
      if (signal?.aborted !== true)
        await records.pass(runId, { kind: 'failed', name, data: null, error: nameOf(error) });
      throw error;
    }
  };

  const dispatch = async (runId: string, item: Dispatch, signal: AbortSignal): Promise<AttemptOutcome> => {
    const measured = (attempt: number, result: VantageResult): void => {
      if (!signal.aborted) keep(runId, attempt, result);
    };
    const ask = (input: unknown): Promise<AttemptOutcome> => steps.dispatch(input, { signal, measured });
    try {
      return await pass(runId, DISPATCH, item, ask, signal);
    } catch (error) {
      const lost = {
        vantage: item.vantage.id,
        attempt: item.attempt,
        error: nameOf(error),
        cause: messageOf(error),
      };
      return pass(runId, 'VantageUnavailable', lost, async () => lost, signal);
    }
  };

  const judge: RunWalk['judge'] = (runId, state, latest) =>
    pass(runId, 'DiagnoseAndJudge', { ...state, latest }, steps.judge);
  const report: RunWalk['report'] = (runId, state) => pass(runId, 'MakeReport', state, steps.report);
  const publish: RunWalk['publish'] = async (runId, made) => {
    await pass(runId, 'Publish', made, steps.publish);
    await records.end(runId, { status: 'SUCCEEDED' });
  };
  const conclude: RunWalk['conclude'] = async (runId, state, signal) => {
    if (signal.aborted) return;
    const made = await report(runId, state);
    if (!signal.aborted) await publish(runId, made);
  };

  return {
    judge,
    report,
    publish,
    conclude,
    async begin(runId, signal) {
      const execution = records.find(runId);
      if (execution === undefined) return;
      const { input: request, startedAt } = execution;
      const asked = { request, execution: { id: `station:${runId}`, startedAt } };
      let state: PlanOutput | JudgeOutput = await pass(runId, 'AuthoriseAndPlan', asked, steps.plan);
      for (;;) {
        if (signal.aborted) return;
        await records.pass(runId, { kind: 'entered', name: 'ProbeFromVantages', data: null });
        const offset = offsetOf(clocks);
        const latest = await Promise.all(state.dispatches.map((item) => dispatch(runId, item, signal)));
        // What a station that ends has cut short is found and reported by the next one.
        if (signal.aborted) return;
        if (Math.abs(offsetOf(clocks) - offset) > MOST_SHIFT_MS) throw failure('RunInterrupted', SLEPT);
        const own = await ownSide?.(state, latest);
        if (own !== undefined) throw failure('UplinkAway', own);
        const judged: JudgeOutput = await judge(runId, state, latest);
        if (!judged.confirm.needed) return conclude(runId, judged, signal);
        state = judged;
        await records.pass(runId, { kind: 'entered', name: 'WaitBeforeConfirming', data: null });
        await waitOrAbort(judged.confirm.pauseSeconds * 1_000, signal);
      }
    },
  };
}

const DISPATCH = 'Dispatch';

/** Milliseconds by which the clock may be corrected while a run measures. */
const MOST_SHIFT_MS = 5_000;
const SLEPT =
  'the machine slept, or its clock was set, while the run was measuring: what it saw says nothing of its targets';

const offsetOf = (clocks: WalkPorts['clocks']): number =>
  clocks === undefined ? 0 : clocks.now() - clocks.elapsed();

const json = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const waitOrAbort = (ms: number, signal: AbortSignal): Promise<void> =>
  wait(ms, undefined, { signal }).catch(() => undefined);

export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'Error');
export const messageOf = (error: unknown): string =>
  printable(error instanceof Error ? error.message : String(error), 1_000);
