/**
 * What becomes of a run that was under way when the station ended, by Ctrl-C or by force. One that had sent no packet
 * begins again; one that had measured everything is concluded; one that was cut short ends as interrupted, with a report of
 * what it had measured that changes neither the state of its targets nor their history.
 */
import type { StatePassage } from '../../../service/ports/executions.ts';
import type { RunStore } from '../../../service/ports/run-store.ts';
import type { FailureName } from '../../../service/runs/failure.ts';
import { rawKey } from '../../../service/runs/keys.ts';
import { sha256, storeText } from '../../../service/runs/payload.ts';
import { AttemptOutcome, JudgeOutput, PlanOutput, ReportOutput } from '../../../service/runs/steps.ts';
import type { PatientRecords } from './executions.ts';
import type { KeptResults } from './kept-results.ts';
import type { RunWalk } from './walk.ts';

export interface RecoverPorts {
  readonly records: PatientRecords;
  readonly walk: RunWalk;
  readonly kept: Pick<KeptResults, 'readNow'>;
  readonly store: RunStore;
}

const INTERRUPTED = 'RunInterrupted' satisfies FailureName;
const WHY = 'the station ended while the run was under way';

/** Rejects with the failure of a step. */
export function createRecovery({ records, walk, kept, store }: RecoverPorts) {
  /** What the vantage had measured by then, as if it had answered it. */
  const outcomeOf = async (
    runId: string,
    { vantage, attempt }: { readonly vantage: string; readonly attempt: number },
  ): Promise<AttemptOutcome> => {
    const result = kept.readNow(runId, attempt, vantage);
    if (result === undefined) return { vantage, attempt, error: INTERRUPTED, cause: WHY };
    const text = JSON.stringify(result);
    const payload = await storeText(store, rawKey(runId, attempt, vantage, sha256(text)), text);
    return { vantage, attempt, result: payload };
  };

  return async (runId: string, signal: AbortSignal): Promise<void> => {
    const passages = records.passages(runId);
    const made = lastExit(passages, ['MakeReport']);
    if (made !== undefined) return walk.publish(runId, ReportOutput.parse(made.data));
    const last = lastExit(passages, ['AuthoriseAndPlan', 'DiagnoseAndJudge']);
    const isProbing = passages.some(({ name }) => name === 'Dispatch');
    // The same execution gets the same plan however often it is made.
    if (last === undefined || (last.name === 'AuthoriseAndPlan' && !isProbing))
      return walk.begin(runId, signal);
    const judged = last.name === 'DiagnoseAndJudge' ? JudgeOutput.parse(last.data) : undefined;
    if (judged?.confirm.needed === false) return walk.conclude(runId, judged, signal);
    const state = judged ?? PlanOutput.parse(last.data);
    const { attempt } = state.run;
    const there = outcomesIn(passages).filter((one) => one.attempt === attempt);
    const missing = state.dispatches.filter(
      ({ vantage }) => !there.some((one) => one.vantage === vantage.id),
    );
    const cut = await Promise.all(
      missing.map(({ vantage }) => outcomeOf(runId, { vantage: vantage.id, attempt })),
    );
    const latest = [...there, ...cut];
    const hasMeasured = judged !== undefined || latest.some((one) => 'result' in one);
    if (hasMeasured) {
      const now = await walk.judge(runId, state, latest);
      if (missing.length === 0 && !now.confirm.needed) return walk.conclude(runId, now, signal);
      await walk.report(runId, now);
    }
    await records.end(runId, {
      status: 'FAILED',
      error: INTERRUPTED,
      cause: hasMeasured
        ? `${WHY}: the report has what was measured until then`
        : `${WHY}, and had measured nothing`,
    });
  };
}

const lastExit = (passages: readonly StatePassage[], names: readonly string[]): StatePassage | undefined =>
  passages.findLast(({ kind, name }) => kind === 'exited' && names.includes(name));

const outcomesIn = (passages: readonly StatePassage[]): AttemptOutcome[] =>
  passages
    .filter(({ kind, name }) => kind === 'exited' && (name === 'Dispatch' || name === 'VantageUnavailable'))
    .flatMap(({ data }) => AttemptOutcome.safeParse(data).data ?? []);
