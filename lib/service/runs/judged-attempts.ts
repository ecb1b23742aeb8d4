/** What the vantages measured, each observation with its finding. Pure. */

import { type JudgedResult, judgeResult } from '../../engine/verdict/judge-together.ts';
import type { FleetVantage } from '../../model/fleet-vantage.ts';
import type { VantageFacts } from '../../model/plan.ts';
import type { Attempted } from './attempts.ts';
import type { JudgedAttempt } from './judged-attempt.ts';
import { UNSTATED_VERSION } from './payload-version.ts';
import { probedEndpoints, type RunPlan } from './run-plan.ts';
import { whenStopped } from './when-stopped.ts';

export function judgeAttempts(
  plan: Pick<RunPlan, 'targets'> & Partial<Pick<RunPlan, 'vantages'>>,
  attempts: readonly Attempted[],
): JudgedAttempt[] {
  const endpoints = new Map(probedEndpoints(plan).map((endpoint) => [endpoint.id, endpoint]));
  return attempts.map((one): JudgedAttempt => {
    const { vantage, attempt } = one;
    if (!('result' in one)) return { vantage, attempt, lost: one.lost };
    const { results, partial, vantage: proven, version = UNSTATED_VERSION } = one.result;
    const placed = (facts: VantageFacts): VantageFacts =>
      asPlanned(
        facts,
        plan.vantages?.find(({ id }) => id === vantage),
      );
    const facts = { ...placed(proven), payloadVersion: version };
    const judged = results.flatMap((result): [string, JudgedResult][] => {
      const endpoint = endpoints.get(result.endpointId);
      if (endpoint === undefined) return [];
      // The reflector may have answered when this endpoint was done already.
      const { seenAs } = facts;
      const told = { ...result, facts: { ...placed(result.facts), ...(seenAs && { seenAs }) } };
      return [[endpoint.id, whenStopped(judgeResult(endpoint, told), one.result)]];
    });
    const { broken } = one;
    return {
      vantage,
      attempt,
      results: new Map(judged),
      facts,
      partial,
      ...(broken !== undefined && { broken }),
    };
  });
}

/** What a vantage is, and where, the plan says: a vantage's own word on that counts for nothing. */
function asPlanned({ position: _, ...facts }: VantageFacts, planned: FleetVantage | undefined): VantageFacts {
  if (planned === undefined) return facts;
  const { kind, position } = planned;
  const { sourceAddress, ...rest } = facts;
  // A fixed address is what the deployment knows of; a site vantage has none that it could prove.
  const fixed = kind === 'site' ? planned.sourceAddress : sourceAddress;
  return {
    ...rest,
    kind,
    ...(fixed !== undefined && { sourceAddress: fixed }),
    ...(position !== undefined && { position }),
  };
}
