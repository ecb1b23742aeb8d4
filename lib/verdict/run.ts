/** The verdict on a whole run, from counts alone: a run of ten thousand endpoints keeps none of them. */
import type { Verdict } from '../model/vocabulary.ts';

/** How many endpoints got each verdict. */
export type VerdictCounts = Record<Verdict, number>;

export const emptyCounts = (): VerdictCounts => ({ pass: 0, warn: 0, fail: 0, inconclusive: 0 });

/** Any fail: fail; else any inconclusive: inconclusive; else any warn: warn; else pass. Nothing checked proves nothing. */
export function judgeRun(counts: Readonly<VerdictCounts>): Verdict {
  if (counts.fail > 0) return 'fail';
  if (counts.inconclusive > 0) return 'inconclusive';
  if (counts.warn > 0) return 'warn';
  return counts.pass > 0 ? 'pass' : 'inconclusive';
}

const OPENINGS = {
  pass: 'All expectations are met',
  warn: 'All expectations are met, with warnings',
  fail: 'Expectations failed',
  inconclusive: 'No failure was proven, but not everything could be judged',
} as const satisfies Record<Verdict, string>;

/**
 * One sentence: the verdict in words, with counts.
 *
 * @param vantages how many vantages the run had; one alone can't speak for the whole internet, and the sentence says so
 * @param partial the run was cut short
 */
export function runSummary(
  counts: Readonly<VerdictCounts>,
  { vantages, partial = false }: { vantages: number; partial?: boolean },
): string {
  const total = counts.pass + counts.warn + counts.fail + counts.inconclusive;
  const cutShort = partial ? '; the run was cut short' : '';
  if (total === 0) return `Nothing was checked${cutShort}.`;
  const parts = [
    ...(counts.fail > 0 ? [`${counts.fail} failed`] : []),
    ...(counts.inconclusive > 0 ? [`${counts.inconclusive} inconclusive`] : []),
    ...(counts.warn > 0 ? [`${counts.warn} with a warning`] : []),
    ...(counts.pass > 0 ? [`${counts.pass} passed`] : []),
  ];
  const from = vantages === 1 ? ', seen from one vantage only' : ` from ${vantages} vantages`;
  const endpoints = `${total} endpoint${total === 1 ? '' : 's'}`;
  return `${OPENINGS[judgeRun(counts)]}: ${endpoints} checked${from}: ${parts.join(', ')}${cutShort}.`;
}
