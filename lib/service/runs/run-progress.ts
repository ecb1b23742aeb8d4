/** The state of a run, from the history of its execution. Pure. */

import * as z from 'zod';
import { parseJson } from '../../model/parse-json.ts';
import { printable } from '../../net/printable.ts';
import type { RUN_STEPS, RunStatus, VantageStatus } from '../contracts/runs.ts';
import type { ExecutionState, StatePassage } from '../ports/executions.ts';
import type { FailureName } from './failure.ts';
import { AttemptOutcome, ReportMade } from './steps.ts';

type Step = (typeof RUN_STEPS)[number];

/** States of lib/stacks/run-chain.ts. */
const STEPS: Readonly<Record<string, Step>> = {
  AuthoriseAndPlan: 'plan',
  ProbeFromVantages: 'probe',
  DiagnoseAndJudge: 'judge',
  WaitBeforeConfirming: 'pause',
  MakeReport: 'report',
  Publish: 'publish',
};

/** States that one vantage leaves with what it gave. */
const ENDS_OF_DISPATCH = ['Dispatch', 'AskSite', 'VantageUnavailable', 'VantageSilent', 'VantageLate'];

const STARTING = 'ProberStarting' satisfies FailureName;

/** How an execution ends that the API was asked to stop. */
export const STOPPED = 'RunStopped';

const Asked = z.object({ vantage: z.object({ id: z.string() }), attempt: z.number().int().min(1) });
const Made = z.object({ reports: z.array(ReportMade) });

export interface RunProgress {
  readonly step?: Step;
  readonly attempt?: number;
  /** In the order in which they were first asked. */
  readonly vantages: readonly VantageStatus[];
  /** What each vantage's answers are in, oldest first. */
  readonly outcomes: readonly AttemptOutcome[];
  readonly reports: readonly ReportMade[];
}

/** What can't be read is skipped: the client that follows gets less, but not nothing. */
export function progressOf(passages: readonly StatePassage[]): RunProgress {
  const vantages = new Map<string, VantageStatus>();
  const outcomes: AttemptOutcome[] = [];
  let step: Step | undefined;
  let reports: readonly ReportMade[] = [];
  for (const passage of passages) {
    const { kind, name, data } = passage;
    if (kind === 'failed') {
      const asked = Asked.safeParse(data);
      // Of all that is tried again this alone takes minutes.
      if (name === 'Dispatch' && passage.error === STARTING && asked.success) {
        const { vantage, attempt } = asked.data;
        vantages.set(vantage.id, { id: vantage.id, attempt, status: 'starting' });
      }
      continue;
    }
    if (kind === 'entered') step = STEPS[name] ?? step;
    if (name === 'Dispatch' && kind === 'entered') {
      const asked = Asked.safeParse(data);
      if (asked.success) {
        const { vantage, attempt } = asked.data;
        vantages.set(vantage.id, { id: vantage.id, attempt, status: 'probing' });
      }
    } else if (kind === 'exited' && ENDS_OF_DISPATCH.includes(name)) {
      const outcome = AttemptOutcome.safeParse(data);
      if (outcome.success) {
        outcomes.push(outcome.data);
        vantages.set(outcome.data.vantage, ended(outcome.data));
      }
    } else if (kind === 'exited' && name === 'MakeReport') {
      const made = Made.safeParse(data);
      if (made.success) reports = made.data.reports;
    }
  }
  const attempts = [...vantages.values()].map(({ attempt }) => attempt);
  return {
    ...(step !== undefined && { step }),
    ...(attempts.length > 0 && { attempt: Math.max(...attempts) }),
    vantages: [...vantages.values()],
    outcomes,
    reports,
  };
}

function ended(outcome: AttemptOutcome): VantageStatus {
  const { vantage: id, attempt } = outcome;
  if ('result' in outcome) return { id, attempt, status: 'answered' };
  return { id, attempt, status: 'lost', error: printable(outcome.error, 200) };
}

export function statusOf({ status, error }: ExecutionState): RunStatus['status'] {
  switch (status) {
    case 'RUNNING':
      return 'running';
    case 'SUCCEEDED':
      return 'finished';
    case 'ABORTED':
      return 'stopped';
    case 'FAILED':
    case 'TIMED_OUT':
      return error === STOPPED ? 'stopped' : 'failed';
    default:
      status satisfies never;
      return 'failed';
  }
}

/** Lambda's `cause` is JSON with the message in it; others are words. */
export function errorOf({ status, error, cause = '' }: ExecutionState): RunStatus['error'] {
  if (status === 'RUNNING' || status === 'SUCCEEDED') return undefined;
  if (status === 'TIMED_OUT') return { name: 'States.Timeout', message: 'the run took too long' };
  return { name: printable(error ?? 'unknown', 100), message: printable(messageOf(cause), 1_000) };
}

function messageOf(cause: string): string {
  return z.object({ errorMessage: z.string() }).safeParse(parseJson(cause)).data?.errorMessage ?? cause;
}
