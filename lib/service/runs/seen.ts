/** What the vantages of a run have seen so far of each endpoint, for clients that follow the run. */

import type { JudgedResult } from '../../engine/verdict/judge-together.ts';
import { mostSeriousFirst } from '../../model/severity-order.ts';
import type { PlannedEndpoint, SeenEndpoint } from '../contracts/runs.ts';
import type { RunStore } from '../ports/run-store.ts';
import { isAskedOf } from './asked.ts';
import { loadAttempts } from './attempts.ts';
import type { BatchResult } from './batch-result.ts';
import type { EarlyResults } from './early-results.ts';
import { isFailure } from './failure.ts';
import type { JudgedAttempt } from './judged-attempt.ts';
import { judgeAttempts } from './judged-attempts.ts';
import { type BatchPlace, planKey } from './keys.ts';
import { openJson } from './payload.ts';
import { probedEndpoints, RunPlan } from './run-plan.ts';
import type { RunProgress } from './run-progress.ts';
import type { Dispatched } from './steps.ts';

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

/** Vantages of a plan that are asked anything. */
export const plannedVantages = (plan: RunPlan): string[] => {
  const endpoints = probedEndpoints(plan);
  return plan.vantages
    .filter((vantage) => endpoints.some((endpoint) => isAskedOf(vantage, endpoint, plan.ipv6)))
    .map(({ id }) => id);
};

/** What a vantage that has not answered has seen so far. Rejects for bugs alone. */
export type SeeEarly = (place: BatchPlace, plan: RunPlan) => Promise<readonly SeenEndpoint[]>;

/** From results as they came. */
export const seeEarlyIn =
  (early: Pick<EarlyResults, 'read'>): SeeEarly =>
  async (place, plan) => {
    const result = await early.read(place);
    return result === undefined ? [] : seenIn(plan, place, result);
  };

/** Of what one vantage measured in one attempt. */
export const seenIn = (
  plan: RunPlan,
  { vantage, attempt }: Pick<BatchPlace, 'vantage' | 'attempt'>,
  result: BatchResult,
): SeenEndpoint[] =>
  judgeAttempts(plan, [{ vantage, attempt, result }])
    .flatMap(resultsOf)
    .flatMap((one) => seenOf(one) ?? []);

interface Sight {
  readonly vantage: string;
  readonly attempt: number;
  /** Absent: there is none, yet or at all. */
  readonly answer?: Dispatched;
}

export interface SeenPorts {
  readonly store: Pick<RunStore, 'get'>;
  readonly seeEarly: SeeEarly;
}

/**
 * By vantage, each endpoint as soon as it was measured; a later attempt replaces an earlier one. An answer that can't be read is
 * left out, and all are where there is no plan.
 */
export async function seenSoFar(
  plan: RunPlan | undefined,
  { outcomes, vantages }: Pick<RunProgress, 'outcomes' | 'vantages'>,
  { store, seeEarly }: SeenPorts,
): Promise<ReadonlyMap<string, readonly SeenEndpoint[]>> {
  const seen = new Map<string, Map<string, SeenEndpoint>>();
  let told = 0;
  if (plan === undefined) return new Map();
  const { runId } = plan;
  const underWay = vantages
    .filter(({ status }) => status === 'probing')
    .map(({ id, attempt }): Sight => ({ vantage: id, attempt }));
  const over = outcomes.map((one): Sight => ('result' in one ? { ...one, answer: one } : one));
  // One after the other: answers may be large, and none is kept.
  for (const one of [...over, ...underWay].slice(-MAX_READ)) {
    const { vantage, attempt, answer } = one;
    const own = seen.get(vantage) ?? new Map<string, SeenEndpoint>();
    seen.set(vantage, own);
    const found =
      answer === undefined
        ? await seeEarly({ runId, vantage, attempt }, plan)
        : await seenInAnswer(plan, answer, store);
    for (const cell of found) {
      if (!own.has(cell.endpoint)) {
        if (told === MAX_SEEN) continue;
        told += 1;
      }
      own.set(cell.endpoint, cell);
    }
  }
  const byId = (one: SeenEndpoint, other: SeenEndpoint): number => (one.endpoint < other.endpoint ? -1 : 1);
  return new Map([...seen].map(([vantage, its]) => [vantage, [...its.values()].sort(byId)]));
}

async function seenInAnswer(
  plan: RunPlan,
  outcome: Dispatched,
  store: Pick<RunStore, 'get'>,
): Promise<SeenEndpoint[]> {
  const attempts = await ifReadable(loadAttempts([outcome], store));
  return judgeAttempts(plan, attempts ?? [])
    .flatMap(resultsOf)
    .flatMap((one) => seenOf(one) ?? []);
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
