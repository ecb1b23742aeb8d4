import { verdictRank } from '../../model/severity-order.ts';
import type { ListedTarget } from '../../service/contracts/targets.ts';

/** The lower, the more somebody is needed; what was never checked is just before what passes. */
const rankOf = ({ latest }: ListedTarget): number =>
  latest === undefined ? verdictRank('pass') - 0.5 : verdictRank(latest.verdict);

/** Those that failed longest come first among equals, then by name. */
export const worstFirst = (targets: readonly ListedTarget[]): ListedTarget[] =>
  [...targets].sort(
    (one, other) =>
      rankOf(one) - rankOf(other) ||
      sinceOf(one).localeCompare(sinceOf(other)) ||
      one.name.localeCompare(other.name),
  );

const sinceOf = ({ latest }: ListedTarget): string => latest?.worst?.since ?? '9';

/** What fails, or could not be judged. */
export const needy = (targets: readonly ListedTarget[]): ListedTarget[] =>
  worstFirst(targets).filter(
    ({ latest }) => latest !== undefined && verdictRank(latest.verdict) < verdictRank('warn'),
  );
