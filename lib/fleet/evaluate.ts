/** From what all vantages saw to a report of each endpoint. Pure; judge and report see the same. */
import { fault } from '../diagnose/fault.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { FleetVantage } from '../model/fleet.ts';
import type { VantageFacts } from '../model/plan.ts';
import type { EndpointReport } from '../model/report.ts';
import type { VantageResult } from '../model/vantage-result.ts';
import type { Tried } from '../run/probe-endpoint.ts';
import { unmeasured } from '../run/unmeasured.ts';
import { judgeTogether } from '../run/vantage-result.ts';
import { fixText } from '../verdict/fix.ts';
import type { Attempted } from './attempts.ts';
import { failedAt } from './confirmation.ts';
import type { FailureName } from './failure.ts';
import { isAskedOf, type PlannedTarget, probedEndpoints, type RunPlan, type Unprobed } from './run-plan.ts';

/** Results by endpoint id, with one of `prober.unavailable` wherever a vantage was asked and gave none. */
export function resultsByEndpoint(
  plan: RunPlan,
  attempts: readonly Attempted[],
): ReadonlyMap<string, readonly VantageResult[]> {
  const results = new Map<string, VantageResult[]>();
  const add = (result: VantageResult): void => {
    const known = results.get(result.endpointId);
    if (known === undefined) results.set(result.endpointId, [result]);
    else known.push(result);
  };
  for (const one of attempts) if ('result' in one) for (const result of one.result.results) add(result);
  for (const one of attempts) for (const missing of missingIn(one, plan, attempts)) add(missing);
  return results;
}

/** What was asked of a vantage in one attempt and has no answer. */
function missingIn(one: Attempted, plan: RunPlan, attempts: readonly Attempted[]): VantageResult[] {
  const vantage = plan.vantages.find(({ id }) => id === one.vantage);
  if (vantage === undefined) return [];
  const answered = new Set('result' in one ? one.result.results.map(({ endpointId }) => endpointId) : []);
  const why = 'lost' in one ? one.lost : 'it is missing in the answer';
  return askedIn(one, vantage, plan, attempts)
    .filter(({ endpoint }) => !answered.has(endpoint.id))
    .map(({ endpoint, addresses }) => lostResult(endpoint, addresses, vantage, one.attempt, why, plan));
}

interface Asked {
  readonly endpoint: Endpoint;
  /** Absent: the whole endpoint. */
  readonly addresses?: readonly Tried[];
}

function askedIn(
  { attempt }: Attempted,
  vantage: FleetVantage,
  plan: RunPlan,
  attempts: readonly Attempted[],
): Asked[] {
  const endpoints = probedEndpoints(plan).filter((endpoint) => isAskedOf(vantage, endpoint));
  if (attempt === 1) return endpoints.map((endpoint) => ({ endpoint }));
  const before = attempts.find((other) => other.vantage === vantage.id && other.attempt === attempt - 1);
  if (before === undefined || !('result' in before)) return [];
  return endpoints.flatMap((endpoint) => {
    const addresses = failedAt(endpoint, before.result, attempt - 1);
    return addresses.length === 0 ? [] : [{ endpoint, addresses }];
  });
}

function lostResult(
  endpoint: Endpoint,
  addresses: readonly Tried[] | undefined,
  vantage: FleetVantage,
  attempt: number,
  lost: string,
  { startedAt }: RunPlan,
): VantageResult {
  const at = Date.parse(startedAt);
  const run = { context: { clock: { now: () => at, monotonic: () => 0 } }, vantage };
  const why = isStopped(lost)
    ? ({ cause: 'prober.stopped' } as const)
    : ({ cause: 'prober.unavailable', lost } as const);
  return {
    endpointId: endpoint.id,
    judged: (addresses ?? [{ address: '' }]).map((tried) =>
      unmeasured(why, endpoint, attempt, run, tried.address === '' ? undefined : tried),
    ),
    facts: factsOfLost(vantage),
  };
}

/** The dispatcher refused to ask the vantage. */
const isStopped = (lost: string): boolean => lost.startsWith('FleetStopped' satisfies FailureName);

/** A vantage that proved nothing. */
export function factsOfLost({ id, kind, sourceAddress, families = [4] }: FleetVantage): VantageFacts {
  return { id, kind, ...(sourceAddress !== undefined && { sourceAddress }), families, controls: [] };
}

/** The reports of a target's endpoints, in the order of the plan. */
export function evaluateTarget(
  { endpoints, unprobed }: PlannedTarget,
  results: ReadonlyMap<string, readonly VantageResult[]>,
): EndpointReport[] {
  const left = new Map(unprobed.map((one) => [one.endpointId, one]));
  return endpoints.map((endpoint) => {
    const why = left.get(endpoint.id);
    return why === undefined
      ? judgeTogether(endpoint, results.get(endpoint.id) ?? [])
      : unprobedReport(endpoint, why);
  });
}

/** An endpoint that no packet was sent to: inconclusive, and why. */
function unprobedReport(endpoint: Endpoint, { cause, summary }: Unprobed): EndpointReport {
  const { id, target, kind, host, port, path, expect, level, reason, source } = endpoint;
  const why = fault(cause, summary);
  const fix = fixText(endpoint, [why], []);
  return {
    id,
    target,
    kind,
    host,
    port,
    ...(path !== undefined && { path }),
    expect,
    level,
    verdict: 'inconclusive',
    cause,
    side: why.side,
    summary,
    ...(fix !== undefined && { fix }),
    ...(reason !== undefined && { reason }),
    ...(source !== undefined && { source }),
    observations: [],
  };
}
