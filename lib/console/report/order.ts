import type { EndpointReport } from '../../engine/report-schema.ts';
import { verdictRank } from '../../model/severity-order.ts';

/** Of the headline: more are counted. */
const NAMED = 6;

/** What answers as it is to, beside what does not: `443 HTTPS`, by port; `more` beyond those. */
export function openOnes(
  endpoints: readonly Pick<EndpointReport, 'kind' | 'port' | 'verdict' | 'expect'>[],
): { readonly named: readonly string[]; readonly more: number } {
  const open = endpoints
    .filter(({ verdict, expect }) => verdict === 'pass' && expect === 'open')
    .sort((one, other) => one.port - other.port)
    .map(({ kind, port }) => `${port} ${kind.toUpperCase()}`);
  const all = [...new Set(open)];
  return { named: all.slice(0, NAMED), more: Math.max(0, all.length - NAMED) };
}

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
