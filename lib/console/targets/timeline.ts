/** What changed in a target from run to run, as its history has it. */
import { changesBetween } from '../../engine/compare/changes.ts';
import type { Change, EndpointRecord } from '../../engine/history.ts';
import { byText } from '../../model/by-text.ts';
import type { Verdict } from '../../model/vocabulary.ts';

/** What one run showed that the run before had not. */
export interface TimelineEntry {
  readonly run: string;
  /** Start of the run. */
  readonly at: string;
  readonly changes: readonly EndpointChanges[];
}

export interface EndpointChanges {
  readonly endpoint: string;
  readonly verdict: Verdict;
  /** Absent: the endpoint was seen for the first time. */
  readonly before?: { readonly verdict: Verdict; readonly cause: string };
  readonly cause: string;
  /** What changed besides verdict and cause. */
  readonly others: readonly Change[];
}

/** Newest first. Runs in which nothing changed are left out. */
export function timelineOf(records: readonly EndpointRecord[]): TimelineEntry[] {
  const entries = new Map<string, { at: string; changes: EndpointChanges[] }>();
  for (const record of records)
    for (const [index, { run, at, state }] of record.runs.entries()) {
      const last = record.runs[index - 1];
      // The first run that is kept is a change only where nothing was before it.
      if (last === undefined && (record.runs.length === 30 || record.proven?.since !== at)) continue;
      const differences = last === undefined ? [] : changesBetween(last.state, state);
      if (last !== undefined && differences.length === 0) continue;
      const entry = entries.get(run) ?? { at, changes: [] };
      entry.changes.push({
        endpoint: record.endpoint,
        verdict: state.verdict,
        cause: state.causes.join(', '),
        ...(last && { before: { verdict: last.state.verdict, cause: last.state.causes.join(', ') } }),
        others: differences.filter(({ what }) => what !== 'verdict' && what !== 'cause'),
      });
      entries.set(run, entry);
    }
  return [...entries]
    .map(([run, { at, changes }]) => ({ run, at, changes }))
    .sort((one, other) => byText(other.at, one.at));
}
