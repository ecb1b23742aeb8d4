/** What has to be probed again before it counts, and from where: each vantage confirms its own failures. Pure. */

import type { Tried } from '../../engine/measure/tried.ts';
import type { JudgedResult } from '../../engine/verdict/judge-together.ts';
import { judgementOn } from '../../engine/verdict/judgement.ts';
import { failuresIn, isExpectationMet } from '../../engine/verdict/to-confirm.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { VantageFacts } from '../../model/plan.ts';
import { isAskedOf } from './asked.ts';
import type { Wanted } from './batches.ts';
import type { JudgedAttempt } from './judged-attempt.ts';
import type { ProbeBatch } from './messages.ts';
import { probedEndpoints, type RunPlan } from './run-plan.ts';

/**
 * What each vantage is asked to try again: what it saw fail in the last attempt, at the same addresses (a name may lead
 * elsewhere by then). A vantage that gave nothing is not asked again; its dispatch was retried already.
 */
export function confirmations(plan: RunPlan, latest: readonly JudgedAttempt[]): Wanted[] {
  const all = probedEndpoints(plan);
  return latest.flatMap((one): Wanted[] => {
    const vantage = plan.vantages.find(({ id }) => id === one.vantage);
    if (vantage === undefined || !('results' in one)) return [];
    const { results, attempt } = one;
    const failed = all
      .filter((endpoint) => isAskedOf(vantage, endpoint, plan.ipv6))
      .map((endpoint) => ({ endpoint, addresses: failedAt(endpoint, results.get(endpoint.id), attempt) }))
      .filter(({ addresses }) => addresses.length > 0);
    const again: NonNullable<ProbeBatch['again']> = failed.map(({ endpoint, addresses }) => ({
      endpointId: endpoint.id,
      addresses: addresses.map(({ address, family }) => ({
        address,
        ...(family !== undefined && { family }),
      })),
    }));
    return failed.length === 0 ? [] : [{ vantage, endpoints: failed.map(({ endpoint }) => endpoint), again }];
  });
}

/** The addresses of an endpoint that failed at one vantage, by the rules that the vantage would confirm by itself. */
function failedAt(endpoint: Endpoint, own: JudgedResult | undefined, attempt: number): Tried[] {
  if (own === undefined) return [];
  const { judged } = own;
  const { position } = own.facts;
  // From there it may be open: nothing follows from it.
  if (endpoint.expect === 'closed' && (position === 'inside' || position === 'allow-listed')) return [];
  // Each is asked for itself, as if its word alone decided.
  const facts: VantageFacts = { ...own.facts, position: 'internet' };
  const seen = seenFrom(endpoint, facts.id);
  // A first attempt whose faults leave the expectation met needs no second; a second one was asked for what failed.
  if (attempt === 1 && isExpectationMet(seen, judgementOn(seen, judged, [facts]).verdict)) return [];
  return failuresIn(seen, judged, () => facts).map(({ observation: { address, family } }) => ({
    address,
    ...(family !== undefined && { family }),
  }));
}

/** What is expected from one vantage alone: those that no allow-list names must not get in. */
function seenFrom({ allowListedVantages = [], ...endpoint }: Endpoint, vantage: string): Endpoint {
  if (allowListedVantages.length === 0 || endpoint.expect === 'closed') return endpoint;
  return { ...endpoint, expect: allowListedVantages.includes(vantage) ? 'open' : 'closed' };
}
