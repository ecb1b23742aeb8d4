import type { Verdict } from './vocabulary.ts';

export type VerdictCounts = Record<Verdict, number>;

/** How many of them have each verdict. */
export function countVerdicts(items: Iterable<{ readonly verdict: Verdict }> = []): VerdictCounts {
  const counts: VerdictCounts = { pass: 0, warn: 0, fail: 0, inconclusive: 0 };
  for (const { verdict } of items) counts[verdict] += 1;
  return counts;
}
