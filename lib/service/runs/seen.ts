/** What the vantages of a run have seen so far of each endpoint, for clients that follow the run. */

import type { JudgedResult } from '../../engine/verdict/judge-together.ts';
import { mostSeriousFirst } from '../../model/severity-order.ts';
import type { PlannedEndpoint, SeenEndpoint } from '../contracts/runs.ts';
import type { RunStore } from '../ports/run-store.ts';
import { loadAttempts } from './attempts.ts';
import { isFailure } from './failure.ts';
import type { JudgedAttempt } from './judged-attempt.ts';
import { judgeAttempts } from './judged-attempts.ts';
import { planKey } from './keys.ts';
import { openJson } from './payload.ts';
import { RunPlan } from './run-plan.ts';
import type { AttemptOutcome } from './steps.ts';

/** Answers that are read for one look; a run has at most twenty vantages, each confirming now and then. */
const MAX_READ = 60;
/** Endpoints that are reported, all vantages together. */
const MAX_SEEN = 10_000;

/** What the run checks; undefined until its plan is made, and where it can't be read. */
export const planSoFar = (runId: string, store: Pick<RunStore, 'get'>): Promise<RunPlan | undefined> =>
  ifReadable(openJson(planKey(runId), RunPlan, store));

/** Endpoints of a plan that are told. */
export const plannedEndpoints = ({ targets }: RunPlan): PlannedEndpoint[] =>
  targets
    .flatMap(({ name, endpoints }) =>
      endpoints.map(({ id, expect }): PlannedEndpoint => ({ endpoint: id, target: name, expect })),
    )
    .slice(0, MAX_SEEN);

/**
 * By vantage; a later attempt replaces an earlier one. An answer that can't be read is left out, and all are where
 * there is no plan.
 *
 * @param outcomes oldest first
 */
export async function seenSoFar(
  plan: RunPlan | undefined,
  outcomes: readonly AttemptOutcome[],
  store: Pick<RunStore, 'get'>,
): Promise<ReadonlyMap<string, readonly SeenEndpoint[]>> {
  const seen = new Map<string, Map<string, SeenEndpoint>>();
  let told = 0;
  const answers = outcomes.slice(-MAX_READ).filter((outcome) => 'result' in outcome);
  if (plan === undefined) return new Map();
  // One after the other: answers may be large, and none is kept.
  for (const outcome of answers) {
    const own = seen.get(outcome.vantage) ?? new Map<string, SeenEndpoint>();
    seen.set(outcome.vantage, own);
    const attempts = await ifReadable(loadAttempts([outcome], store));
    for (const result of judgeAttempts(plan, attempts ?? []).flatMap(resultsOf)) {
      const one = told < MAX_SEEN ? seenOf(result) : undefined;
      if (one === undefined) continue;
      if (!own.has(one.endpoint)) told += 1;
      own.set(one.endpoint, one);
    }
  }
  const byId = (one: SeenEndpoint, other: SeenEndpoint): number => (one.endpoint < other.endpoint ? -1 : 1);
  return new Map([...seen].map(([vantage, its]) => [vantage, [...its.values()].sort(byId)]));
}

const resultsOf = (one: JudgedAttempt): JudgedResult[] => ('results' in one ? [...one.results.values()] : []);

async function ifReadable<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isFailure(error, 'StepContractBroken') || isFailure(error, 'StoreFailed')) return undefined;
    throw error;
  }
}

/** Of several addresses, the one in the worst state counts for the endpoint. */
function seenOf({ endpointId, judged }: JudgedResult): SeenEndpoint | undefined {
  const last = Math.max(...judged.map(({ attempt }) => attempt));
  const findings = judged.filter(({ attempt }) => attempt === last).map(({ finding }) => finding);
  const [mostSerious] = mostSeriousFirst(findings.flatMap(({ faults }) => faults));
  const worst =
    findings.find(({ faults }) => mostSerious !== undefined && faults.includes(mostSerious)) ?? findings[0];
  if (worst === undefined) return undefined;
  return {
    endpoint: endpointId,
    state: worst.state,
    ...(mostSerious !== undefined && mostSerious.severity !== 'info' && { cause: mostSerious.cause }),
  };
}
