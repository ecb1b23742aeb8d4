/**
 * The seam between probing and judging. A vantage far away (a Lambda function, a namespace of the fault lab) runs
 * `runCheck` and sends on what its `checked` event tells; whoever hears all vantages judges them together.
 */
import type { Endpoint } from '../model/endpoint.ts';
import type { VantageFacts } from '../model/plan.ts';
import type { EndpointReport } from '../model/report.ts';
import type { VantageResult } from '../model/vantage-result.ts';
import { judgeEndpoint } from '../verdict/endpoint.ts';

export { VantageResult } from '../model/vantage-result.ts';

/** The verdict on one endpoint from what all vantages saw of it. Pure; the order of results changes nothing. */
export function judgeTogether(endpoint: Endpoint, results: readonly VantageResult[]): EndpointReport {
  const own = results.filter(({ endpointId }) => endpointId === endpoint.id);
  return judgeEndpoint(
    endpoint,
    own.flatMap(({ judged }) => judged),
    mergeFacts(own.map(({ facts }) => facts)),
  );
}

/**
 * One entry a vantage, where it sent several: what a control proved in one attempt holds in the others, and a network
 * that answered for everyone once is not trusted later.
 */
export function mergeFacts(all: readonly VantageFacts[]): VantageFacts[] {
  const merged = new Map<string, VantageFacts>();
  for (const facts of all) {
    const known = merged.get(facts.id);
    merged.set(facts.id, known === undefined ? facts : bothOf(known, facts));
  }
  return [...merged.values()];
}

function bothOf(a: VantageFacts, b: VantageFacts): VantageFacts {
  const inOrder = [a, b].sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  const negatives = inOrder.flatMap(({ negative }) => negative ?? []);
  const negative = negatives.find(({ clean }) => !clean) ?? negatives[0];
  const controls = inOrder.flatMap((facts) => facts.controls);
  return {
    ...a,
    families: [...new Set([...a.families, ...b.families])].sort(),
    controls: [...new Map(controls.map((control) => [JSON.stringify(control), control])).values()],
    ...(negative && { negative }),
  };
}
