import type { EndpointReport } from '../../engine/report-schema.ts';
import { verdictRank } from '../../model/severity-order.ts';

/** What somebody has to read, worst first, and what passed, in the report's order. */
export function sortedEndpoints(endpoints: readonly EndpointReport[]): {
  readonly shown: readonly EndpointReport[];
  readonly passes: readonly EndpointReport[];
} {
  const shown = endpoints
    .filter(({ verdict }) => verdict !== 'pass')
    .sort((one, other) => verdictRank(one.verdict) - verdictRank(other.verdict));
  return { shown, passes: endpoints.filter(({ verdict }) => verdict === 'pass') };
}
