/** Endpoints that could not be judged for the same reason: reported once. */
import type { EndpointReport } from '../../engine/report-schema.ts';

/** One endpoint, or several inconclusive ones with the same cause; the first is the first in order. */
export type Alike = readonly [EndpointReport, ...EndpointReport[]];

/** @param sorted each group is at the place of its first */
export function inconclusiveTogether(sorted: readonly EndpointReport[]): Alike[] {
  const groups = new Map<string, [EndpointReport, ...EndpointReport[]]>();
  for (const report of sorted) {
    const { verdict, cause, id } = report;
    const key =
      verdict === 'inconclusive' && cause !== undefined ? `cause ${cause}` : `id ${id} ${groups.size}`;
    const group = groups.get(key);
    if (group) group.push(report);
    else groups.set(key, [report]);
  }
  return [...groups.values()];
}

/** Endpoints of a group that are named. */
const NAMED = 12;

/** Ids for a list, and the text after them. */
export const namesOf = (group: Alike): { readonly ids: string[]; readonly more: string } => ({
  ids: group.slice(0, NAMED).map(({ id }) => id),
  more: group.length > NAMED ? ` and ${group.length - NAMED} more` : '',
});

/**
 * By step, the endpoint at which it is told in full: of those that one step fixes, the one whose own fault it is, and not
 * one that leads there; else the first.
 */
export function ownersOfFixes(sorted: readonly EndpointReport[]): ReadonlyMap<string, string> {
  const owners = new Map<string, EndpointReport>();
  for (const report of sorted) {
    if (report.fix === undefined) continue;
    const known = owners.get(report.fix);
    if (known === undefined || (known.at !== undefined && report.at === undefined))
      owners.set(report.fix, report);
  }
  return new Map([...owners].map(([fix, { id }]) => [fix, id]));
}
