import type { OwnCondition } from '../../model/own-condition.ts';

const DAY_MS = 86_400_000;
/** Who comes back from a weekend sees what was. */
const LATELY_MS = 4 * DAY_MS;
const MOST = 5;

type Over = OwnCondition & { readonly until: string };

/**
 * What lasts, and what was lately, newest first.
 *
 * @param now epoch ms
 */
export function ourConditions(
  conditions: readonly OwnCondition[],
  now: number,
): { readonly lasting: readonly OwnCondition[]; readonly lately: readonly Over[] } {
  const over = conditions.filter((one): one is Over => one.until !== undefined);
  return {
    lasting: conditions.filter(({ until }) => until === undefined),
    lately: over.filter(({ until }) => now - Date.parse(until) < LATELY_MS).slice(0, MOST),
  };
}
