/** What the vantages measured, each observation with its finding. Pure. */

import { type JudgedResult, judgeResult } from '../../engine/verdict/judge-together.ts';
import type { Attempted } from './attempts.ts';
import type { JudgedAttempt } from './judged-attempt.ts';
import { UNSTATED_VERSION } from './payload-version.ts';
import { probedEndpoints, type RunPlan } from './run-plan.ts';
import { whenStopped } from './when-stopped.ts';

export function judgeAttempts(
  plan: Pick<RunPlan, 'targets'>,
  attempts: readonly Attempted[],
): JudgedAttempt[] {
  const endpoints = new Map(probedEndpoints(plan).map((endpoint) => [endpoint.id, endpoint]));
  return attempts.map((one): JudgedAttempt => {
    const { vantage, attempt } = one;
    if (!('result' in one)) return { vantage, attempt, lost: one.lost };
    const { results, partial, vantage: proven, version = UNSTATED_VERSION } = one.result;
    const facts = { ...proven, payloadVersion: version };
    const judged = results.flatMap((result): [string, JudgedResult][] => {
      const endpoint = endpoints.get(result.endpointId);
      if (endpoint === undefined) return [];
      // The reflector may have answered when this endpoint was done already.
      const { seenAs } = facts;
      const told = { ...result, facts: { ...result.facts, ...(seenAs && { seenAs }) } };
      return [[endpoint.id, whenStopped(judgeResult(endpoint, told), one.result)]];
    });
    return { vantage, attempt, results: new Map(judged), facts, partial };
  });
}
