/** What the vantages of a run saw so far of each endpoint, for whoever watches. */
import type { SeenEndpoint } from '../api/contracts/runs.ts';
import type { VantageResult } from '../model/vantage-result.ts';
import type { RunStore } from '../ports/run-store.ts';
import { gravestFirst } from '../verdict/gravity.ts';
import { BatchResult } from './batch-result.ts';
import { isFailure } from './failure.ts';
import { openPayload } from './payload.ts';
import type { AttemptOutcome } from './steps.ts';

/** Answers that are read for one look; a run has at most twenty vantages, each confirming now and then. */
const MAX_READ = 60;
/** Endpoints that are told, all vantages together. */
const MAX_SEEN = 10_000;

/**
 * By vantage; a later attempt stands over an earlier one. An answer that can't be read is left out.
 *
 * @param outcomes oldest first
 */
export async function seenSoFar(
  outcomes: readonly AttemptOutcome[],
  store: Pick<RunStore, 'get'>,
): Promise<ReadonlyMap<string, readonly SeenEndpoint[]>> {
  const seen = new Map<string, Map<string, SeenEndpoint>>();
  let told = 0;
  // One after the other: answers may be large, and none is kept.
  for (const outcome of outcomes.slice(-MAX_READ)) {
    if (!('result' in outcome)) continue;
    const own = seen.get(outcome.vantage) ?? new Map<string, SeenEndpoint>();
    seen.set(outcome.vantage, own);
    for (const result of await resultsOf(outcome.result, store)) {
      const one = told < MAX_SEEN ? seenOf(result) : undefined;
      if (one === undefined) continue;
      if (!own.has(one.endpoint)) told += 1;
      own.set(one.endpoint, one);
    }
  }
  const byId = (one: SeenEndpoint, other: SeenEndpoint): number => (one.endpoint < other.endpoint ? -1 : 1);
  return new Map([...seen].map(([vantage, its]) => [vantage, [...its.values()].sort(byId)]));
}

type Result = Extract<AttemptOutcome, { result: unknown }>['result'];

async function resultsOf(result: Result, store: Pick<RunStore, 'get'>): Promise<readonly VantageResult[]> {
  try {
    return (await openPayload(result, BatchResult, store)).results;
  } catch (error) {
    if (isFailure(error, 'StepContractBroken') || isFailure(error, 'StoreFailed')) return [];
    throw error;
  }
}

/** Of several addresses the one in the worst state speaks for the endpoint. */
function seenOf({ endpointId, judged }: VantageResult): SeenEndpoint | undefined {
  const last = Math.max(...judged.map(({ attempt }) => attempt));
  const findings = judged.filter(({ attempt }) => attempt === last).map(({ finding }) => finding);
  const [gravest] = gravestFirst(findings.flatMap(({ faults }) => faults));
  const worst =
    findings.find(({ faults }) => gravest !== undefined && faults.includes(gravest)) ?? findings[0];
  if (worst === undefined) return undefined;
  return {
    endpoint: endpointId,
    state: worst.state,
    ...(gravest !== undefined && gravest.severity !== 'info' && { cause: gravest.cause }),
  };
}
