/** What a vantage was asked and gave no answer to, in one attempt. Pure; no diagnosis. */

import type { Tried } from '../../engine/measure/tried.ts';
import { unmeasured } from '../../engine/measure/unmeasured.ts';
import type { JudgedResult } from '../../engine/verdict/judge-together.ts';
import { missingFinding } from '../../engine/verdict/missing-finding.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { FleetVantage } from '../../model/fleet-vantage.ts';
import type { VantageFacts } from '../../model/plan.ts';
import { isAskedOf } from './asked.ts';
import type { FailureName } from './failure.ts';
import type { CompleteAttempt, JudgedAttempt } from './judged-attempt.ts';
import { probedEndpoints, type RunPlan } from './run-plan.ts';

/**
 * Adds what is missing.
 *
 * @param before attempts of the same run, each with what was asked next; nothing is known of one that is not among them
 */
export function withMissing(
  one: JudgedAttempt,
  plan: RunPlan,
  before: readonly CompleteAttempt[],
): CompleteAttempt {
  const vantage = plan.vantages.find(({ id }) => id === one.vantage);
  if (vantage === undefined) return { ...one, missing: [] };
  const answered: ReadonlyMap<string, JudgedResult> = 'results' in one ? one.results : new Map();
  const why = 'lost' in one ? one.lost : (one.broken ?? 'it is missing in the answer');
  const missing = askedIn(one, vantage, plan, before)
    .filter(({ endpoint }) => !answered.has(endpoint.id))
    .map(({ endpoint, addresses }) => lostResult(endpoint, addresses, vantage, one.attempt, why, plan));
  return { ...one, missing };
}

interface AskedEndpoint {
  readonly endpoint: Endpoint;
  /** Absent: the whole endpoint. */
  readonly addresses?: readonly Tried[];
}

function askedIn(
  { attempt }: JudgedAttempt,
  vantage: FleetVantage,
  plan: RunPlan,
  attempts: readonly CompleteAttempt[],
): AskedEndpoint[] {
  const endpoints = probedEndpoints(plan).filter((endpoint) => isAskedOf(vantage, endpoint, plan.ipv6));
  if (attempt === 1) return endpoints.map((endpoint) => ({ endpoint }));
  const before = attempts.find((other) => other.vantage === vantage.id && other.attempt === attempt - 1);
  const asked = new Map(before?.again?.map(({ endpointId, addresses }) => [endpointId, addresses]));
  return endpoints.flatMap((endpoint) => {
    const addresses = asked.get(endpoint.id);
    return addresses === undefined ? [] : [{ endpoint, addresses }];
  });
}

function lostResult(
  endpoint: Endpoint,
  addresses: readonly Tried[] | undefined,
  vantage: FleetVantage,
  attempt: number,
  lost: string,
  { startedAt }: RunPlan,
): JudgedResult {
  const at = Date.parse(startedAt);
  const run = { context: { clock: { now: () => at, monotonic: () => 0 } }, vantage };
  const why = isStopped(lost) ? ({ why: 'stopped' } as const) : ({ why: 'fault', lost } as const);
  const judged = (addresses ?? [{ address: '' }]).map((tried) => {
    const measured = unmeasured(why, endpoint, attempt, run, tried.address === '' ? undefined : tried);
    return { ...measured, finding: missingFinding(endpoint.id, measured) };
  });
  return { endpointId: endpoint.id, judged, facts: factsOfLost(vantage) };
}

/** The dispatcher refused to ask the vantage. */
const isStopped = (lost: string): boolean => lost.startsWith('FleetStopped' satisfies FailureName);

/** A vantage that proved nothing. */
export function factsOfLost({
  id,
  kind,
  position,
  sourceAddress,
  families = [4],
}: FleetVantage): VantageFacts {
  return {
    id,
    kind,
    ...(position !== undefined && { position }),
    ...(sourceAddress !== undefined && { sourceAddress }),
    families,
    controls: [],
  };
}
