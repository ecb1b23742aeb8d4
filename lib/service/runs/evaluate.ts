/** From what all vantages saw to a report of each endpoint. Pure. */

import type { EndpointReport } from '../../engine/report-schema.ts';
import { fixText } from '../../engine/verdict/fix.ts';
import { type JudgedResult, reportTogether } from '../../engine/verdict/judge-together.ts';
import { fault, storedText } from '../../kinds/contract/fault.ts';
import { sentenceOf } from '../../kinds/contract/sentences.ts';
import { runSentence } from '../../kinds/run-causes/messages.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { CompleteAttempt } from './judged-attempt.ts';
import type { PlannedTarget, Unprobed } from './run-plan.ts';

/** Results by endpoint id, those that are missing among them. */
export function resultsByEndpoint(
  attempts: readonly CompleteAttempt[],
): ReadonlyMap<string, readonly JudgedResult[]> {
  const results = new Map<string, JudgedResult[]>();
  for (const one of attempts)
    for (const result of [...('results' in one ? one.results.values() : []), ...one.missing]) {
      const known = results.get(result.endpointId);
      if (known === undefined) results.set(result.endpointId, [result]);
      else known.push(result);
    }
  return results;
}

/** The reports of a target's endpoints, in the order of the plan. */
export function evaluateTarget(
  { endpoints, unprobed }: PlannedTarget,
  results: ReadonlyMap<string, readonly JudgedResult[]>,
): EndpointReport[] {
  const left = new Map(unprobed.map((one) => [one.endpointId, one]));
  return endpoints.map((endpoint) => {
    const why = left.get(endpoint.id);
    return why === undefined
      ? reportTogether(endpoint, results.get(endpoint.id) ?? [])
      : unprobedReport(endpoint, why);
  });
}

/** An endpoint that no packet was sent to: inconclusive, and why. */
function unprobedReport(endpoint: Endpoint, { cause, ...why }: Unprobed): EndpointReport {
  const { id, target, kind, host, port, path, expect, level, reason, source } = endpoint;
  const said = sentenceOf(why) ?? runSentence.unprobed({ reason: why.summary });
  const refused = fault(cause, said);
  const fix = fixText(endpoint, [refused], []);
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
    side: refused.side,
    ...storedText(said),
    ...(fix !== undefined && { fix }),
    ...(reason !== undefined && { reason }),
    ...(source !== undefined && { source }),
    observations: [],
  };
}
