import type { RunStore } from '../ports/run-store.ts';
import type { Invocation, Telemetry } from '../ports/telemetry.ts';
import { emptyCounts, judgeRun } from '../verdict/run.ts';
import { loadAttempts } from './attempts.ts';
import { toDispatches } from './batches.ts';
import { confirmations } from './confirmation.ts';
import { evaluateTarget, resultsByEndpoint } from './evaluate.ts';
import { loadPlan } from './run-plan.ts';
import { parseStep } from './step-input.ts';
import { JudgeInput, type JudgeOutput } from './steps.ts';

export interface JudgePorts {
  readonly store: RunStore;
  readonly telemetry: Telemetry;
}

/**
 * The handler of the state `DiagnoseAndJudge`: puts together what the vantages saw and says what must be probed again
 * before it counts. The loop is bounded by `settings.confirm`.
 */
export function createJudge({ store, telemetry }: JudgePorts) {
  return async (event: unknown, invocation: Invocation): Promise<JudgeOutput> => {
    const { run, results: before, latest } = parseStep(JudgeInput, event);
    const log = telemetry.with({
      runId: run.runId,
      attempt: run.attempt,
      requestId: invocation.awsRequestId,
    });
    const plan = await loadPlan(run, store);
    const results = [...before, ...latest];
    const attempts = await loadAttempts(results, store);
    const seen = resultsByEndpoint(plan, attempts);

    const counts = emptyCounts();
    for (const target of plan.targets)
      for (const { verdict } of evaluateTarget(target, seen)) counts[verdict] += 1;
    const verdict = judgeRun(counts);

    const mayConfirm = run.attempt <= plan.settings.confirm;
    const wanted = mayConfirm
      ? confirmations(
          plan,
          attempts.filter(({ attempt }) => attempt === run.attempt),
        )
      : [];
    const attempt = run.attempt + 1;
    const dispatches = await toDispatches(plan, attempt, wanted, store);
    const needed = dispatches.length > 0;
    const lost = attempts.filter((one) => 'lost' in one).length;
    log.info('attempt judged', { verdict, confirming: dispatches.length, vantagesLost: lost });
    return {
      run: needed ? { ...run, attempt } : run,
      dispatches,
      results,
      confirm: { needed, pauseSeconds: needed ? Math.ceil(plan.settings.confirmPauseMs / 1_000) : 0 },
      verdict,
    };
  };
}
