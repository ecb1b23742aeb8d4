/**
 * The other half of a check: makes findings and reports from what vantages measured. Pure. A remote vantage (a
 * Lambda function, a namespace of the fault lab) only measures; the program that collects all results judges them together.
 */
import type { Endpoint } from '../../model/endpoint.ts';
import type { SeenSource, VantageFacts } from '../../model/plan.ts';
import type { EndpointReport } from '../report-schema.ts';
import type { VantageResult } from '../vantage-result.ts';
import { judgeEndpoint } from './endpoint.ts';
import { judgeMeasured } from './judge-measured.ts';
import type { JudgedObservation } from './judged.ts';

/** A `VantageResult` with a finding for each observation. */
export interface JudgedResult extends Readonly<Pick<VantageResult, 'endpointId' | 'facts'>> {
  readonly judged: readonly JudgedObservation[];
}

export const judgeResult = (endpoint: Endpoint, { measured, ...result }: VantageResult): JudgedResult => ({
  ...result,
  judged: measured.map((one) => judgeMeasured(endpoint, one, result.facts)),
});

/** The verdict on one endpoint from what all vantages saw of it; the order of results changes nothing. */
export function reportTogether(endpoint: Endpoint, results: readonly JudgedResult[]): EndpointReport {
  const own = results.filter(({ endpointId }) => endpointId === endpoint.id);
  return judgeEndpoint(
    endpoint,
    own.flatMap(({ judged }) => judged),
    mergeFacts(own.map(({ facts }) => facts)),
  );
}

/** The same from what was measured. */
export const judgeTogether = (endpoint: Endpoint, results: readonly VantageResult[]): EndpointReport =>
  reportTogether(
    endpoint,
    results
      .filter(({ endpointId }) => endpointId === endpoint.id)
      .map((result) => judgeResult(endpoint, result)),
  );

/**
 * One entry a vantage, where it sent several: what a control proved in one attempt is true in the others, and a network
 * that once answered in place of other addresses is not trusted later.
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
  const seenAs = firstSeen([...(a.seenAs ?? []), ...(b.seenAs ?? [])]);
  const controls = inOrder.flatMap((facts) => facts.controls);
  return {
    ...a,
    families: [...new Set([...a.families, ...b.families])].sort(),
    controls: [...new Map(controls.map((control) => [JSON.stringify(control), control])).values()],
    ...(seenAs.length > 0 && { seenAs }),
    ...(negative && { negative }),
  };
}

/** Each address once, as it was seen first. */
function firstSeen(seen: readonly SeenSource[]): SeenSource[] {
  const order = ({ at, address }: SeenSource): string => `${at} ${address}`;
  const first = new Map<string, SeenSource>();
  for (const one of seen.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)))
    if (!first.has(one.address)) first.set(one.address, one);
  return [...first.values()];
}
