import type { RunStore } from '../ports/run-store.ts';
import type { Invocation, Telemetry } from '../ports/telemetry.ts';
import { loadAttempts } from './attempts.ts';
import { toDispatches } from './batches.ts';
import { confirmations } from './confirmation.ts';
import type { EarlyResults } from './early-results.ts';
import type { CompleteAttempt } from './judged-attempt.ts';
import { judgeAttempts } from './judged-attempts.ts';
import { keepJudged, readJudged } from './judged-store.ts';
import { loadPlan } from './run-plan.ts';
import { parseStep } from './step-input.ts';
import { JudgeInput, type JudgeOutput } from './steps.ts';
import { withMissing } from './with-missing.ts';

export interface JudgePorts {
  readonly store: RunStore;
  /** Absent: what a vantage has not answered is lost. */
  readonly early?: Pick<EarlyResults, 'read'>;
  readonly telemetry: Telemetry;
}

/**
 * The handler of the state `DiagnoseAndJudge`: finds what each vantage's observations of the last attempt mean, keeps it
 * for `MakeReport`, and says what must be probed again before it counts. It makes no verdict of the run. The loop is
 * bounded by `settings.confirm`.
 */
export function createJudge({ store, early, telemetry }: JudgePorts) {
  return async (event: unknown, invocation: Invocation): Promise<JudgeOutput> => {
    const { run, results, judged, latest } = parseStep(JudgeInput, event);
    const log = telemetry.with({
      runId: run.runId,
      attempt: run.attempt,
      requestId: invocation.awsRequestId,
    });
    const plan = await loadPlan(run, store);
    const came = early && { runId: run.runId, results: early };
    const attempts = judgeAttempts(plan, await loadAttempts(latest, store, came));
    // What was asked in a confirmation follows from the attempt before; in the first one, from the plan.
    const before = judged.find((round) => round.attempt === run.attempt - 1);
    const found = before === undefined ? [] : ((await readJudged(before, store, log)) ?? []);
    const mayConfirm = run.attempt <= plan.settings.confirm;
    const wanted = mayConfirm ? confirmations(plan, attempts) : [];
    const complete = attempts.map((one): CompleteAttempt => {
      const again = wanted.find(({ vantage }) => vantage.id === one.vantage)?.again;
      return { ...withMissing(one, plan, found), ...(again !== undefined && { again }) };
    });
    const attempt = run.attempt + 1;
    const [round, dispatches] = await Promise.all([
      keepJudged(run.runId, run.attempt, complete, store),
      toDispatches(plan, attempt, wanted, store),
    ]);
    const needed = dispatches.length > 0;
    const lost = latest.filter((one) => !('result' in one)).length;
    const broken = attempts.filter((one) => 'results' in one && one.broken !== undefined).length;
    log.info('attempt judged', {
      confirming: dispatches.length,
      vantagesLost: lost,
      ...(broken > 0 && { vantagesBroken: broken }),
    });
    return {
      run: needed ? { ...run, attempt } : run,
      dispatches,
      results: [...results, ...latest],
      judged: [...judged, round],
      confirm: { needed, pauseSeconds: needed ? Math.ceil(plan.settings.confirmPauseMs / 1_000) : 0 },
    };
  };
}
