/** Agreement across vantages. */

import { worst } from '../../model/severity-order.ts';
import type { Verdict } from '../../model/vocabulary.ts';

/** What agreement needs to know of a vantage: `inconclusive` ones don't count. */
export interface VantageVerdict {
  readonly vantage: string;
  readonly verdict: Verdict;
}

export interface Agreement {
  readonly verdict: Verdict;
  /**
   * `all`: every counted vantage passes. `outlier`: so few fail that it may be their own network. `some`: partial, as with an
   * allow-list or a geo-block. `none`: every counted vantage fails. `unknown`: no vantage counts.
   */
  readonly spread: 'all' | 'outlier' | 'some' | 'none' | 'unknown';
  readonly passing: readonly string[];
  readonly failing: readonly string[];
  /** Vantages whose answer proves nothing. */
  readonly uncounted: readonly string[];
}

/** "Reachable from anywhere" needs as many vantages with clean controls. */
export const VANTAGES_FOR_ANYWHERE = 3;

/**
 * How many of `counted` vantages may disagree: none of two, one of three to five, two of six or more
 * (CA/Browser Forum BR §3.2.2.9 allows one of 2–5 *remote* perspectives in addition to the primary, and two of six or more).
 */
export const mayDisagree = (counted: number): number =>
  counted >= 6 ? 2 : counted >= VANTAGES_FOR_ANYWHERE ? 1 : 0;

const names = (outcomes: readonly VantageVerdict[]): string[] =>
  outcomes.map(({ vantage }) => vantage).sort();

/** Must be reachable: from all counted vantages, except for the few that may disagree. Order does not matter. */
export function agreeOnOpen(outcomes: readonly VantageVerdict[]): Agreement {
  const counted = outcomes.filter(({ verdict }) => verdict !== 'inconclusive');
  const passing = counted.filter(({ verdict }) => verdict !== 'fail');
  const failing = counted.filter(({ verdict }) => verdict === 'fail');
  const split = {
    passing: names(passing),
    failing: names(failing),
    uncounted: names(outcomes.filter(({ verdict }) => verdict === 'inconclusive')),
  };
  if (counted.length === 0) return { verdict: 'inconclusive', spread: 'unknown', ...split };
  if (failing.length === 0)
    return { verdict: worst(passing.map(({ verdict }) => verdict)), spread: 'all', ...split };
  if (passing.length === 0) return { verdict: 'fail', spread: 'none', ...split };
  return failing.length <= mayDisagree(counted.length)
    ? { verdict: 'warn', spread: 'outlier', ...split }
    : { verdict: 'fail', spread: 'some', ...split };
}

/** Must not be reachable: one vantage that gets bytes is enough to fail, however many see silence. */
export function agreeOnClosed(outcomes: readonly VantageVerdict[]): Agreement {
  const open = agreeOnOpen(outcomes);
  return open.failing.length > 0
    ? { ...open, verdict: 'fail', spread: open.passing.length > 0 ? 'some' : 'none' }
    : open;
}
