/** Attempts at one address from one vantage, and what they say together. */
import type { Endpoint } from '../model/endpoint.ts';
import type { Fault } from '../model/finding.ts';
import type { VantageFacts } from '../model/plan.ts';
import type { Expect, Family, Verdict } from '../model/vocabulary.ts';
import { isAboutName, type Opinion, opinion } from './attempt.ts';
import { atMost, gravestFirst } from './gravity.ts';
import type { JudgedObservation } from './judged.ts';

export interface Cell {
  readonly vantage: string;
  /** Empty for what was asked of DNS. */
  readonly address: string;
  readonly family?: Family;
  /** About the name, not about an address. */
  readonly aboutName: boolean;
  readonly expect: Expect;
  readonly verdict: Verdict;
  readonly faults: readonly Fault[];
  /** A failure that was not seen again. */
  readonly flapped: boolean;
  /** The attempt that decided. */
  readonly decisive: JudgedObservation;
  /** The failed attempt, when another one decided. */
  readonly failedOnce?: JudgedObservation;
  readonly attempts: number;
  /** How many of the attempts failed. */
  readonly failures: number;
}

interface Attempt extends Opinion {
  readonly judged: JudgedObservation;
}

type Decision = Pick<Cell, 'verdict' | 'faults' | 'flapped'> & { decisive: Attempt; failedOnce?: Attempt };

const plainly = (attempt: Attempt): Decision => ({
  verdict: attempt.verdict,
  faults: attempt.faults,
  flapped: false,
  decisive: attempt,
});

const lastFailed = (attempts: readonly Attempt[]): Attempt | undefined =>
  attempts.findLast(({ verdict }) => verdict === 'fail');

/**
 * `open`: the last attempt decides. A failure counts when it stands alone or the attempt before it failed too; one that
 * did not repeat is a flap, a warning at most.
 */
function decideOpen(attempts: readonly Attempt[], last: Attempt): Decision {
  const failed = lastFailed(attempts);
  if (failed === undefined || attempts.length === 1) return plainly(last);
  if (last.verdict === 'fail' && attempts.at(-2)?.verdict === 'fail') return plainly(last);
  return {
    verdict: 'warn',
    faults: gravestFirst([...atMost('warn', failed.faults), ...atMost('warn', last.faults)]),
    flapped: true,
    decisive: last,
    ...(failed !== last && { failedOnce: failed }),
  };
}

/**
 * `closed`: bytes are no lost packet. One answer proves the exposure, and a later silence (a scanner blocked after its
 * first connection) does not take it back.
 */
function decideClosed(attempts: readonly Attempt[], last: Attempt): Decision {
  const exposed = lastFailed(attempts);
  return exposed === undefined ? plainly(last) : { ...plainly(exposed), flapped: last.verdict !== 'fail' };
}

/** Judges all attempts at one address from one vantage; `judged` is not empty and in order of attempts. */
function cellOf(
  endpoint: Endpoint,
  expect: Expect,
  judged: readonly JudgedObservation[],
  facts: VantageFacts | undefined,
): Cell | undefined {
  const all = judged.map((one) => ({ judged: one, ...opinion(endpoint, expect, one, facts) }));
  // An attempt that proved nothing neither confirms a failure nor takes it back.
  const conclusive = all.filter(({ verdict }) => verdict !== 'inconclusive');
  const attempts = conclusive.length > 0 ? conclusive : all;
  const last = attempts.at(-1);
  if (last === undefined) return undefined;
  const { decisive, failedOnce, ...decision } =
    conclusive.length === 0
      ? plainly(last)
      : expect === 'open'
        ? decideOpen(conclusive, last)
        : decideClosed(conclusive, last);
  const { observation, vantage } = decisive.judged;
  return {
    vantage,
    address: observation.address,
    ...(observation.family !== undefined && { family: observation.family }),
    aboutName: isAboutName(endpoint, decisive.judged),
    expect,
    ...decision,
    decisive: decisive.judged,
    ...(failedOnce && { failedOnce: failedOnce.judged }),
    attempts: judged.length,
    failures: all.filter(({ verdict }) => verdict === 'fail').length,
  };
}

const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** By vantage, IPv4 before IPv6, address, attempt, time: so that the order in which results come in changes nothing. */
export const inOrder = (judged: readonly JudgedObservation[]): JudgedObservation[] =>
  [...judged].sort(
    (a, b) =>
      text(a.vantage, b.vantage) ||
      (a.observation.family ?? 0) - (b.observation.family ?? 0) ||
      text(a.observation.address, b.observation.address) ||
      text(a.observation.kind, b.observation.kind) ||
      a.attempt - b.attempt ||
      text(a.observation.startedAt, b.observation.startedAt) ||
      text(JSON.stringify(a), JSON.stringify(b)),
  );

/** A look-up failed, and a later attempt from the same vantage had addresses to probe: then the name did resolve. */
const resolvedLater = (cell: Cell, judged: readonly JudgedObservation[]): boolean =>
  cell.aboutName &&
  cell.decisive.finding.state !== 'open' &&
  judged.some(
    ({ vantage, observation, attempt }) =>
      vantage === cell.vantage && observation.address !== '' && attempt > cell.decisive.attempt,
  );

const lookupFlapped = (cell: Cell): Cell =>
  cell.verdict === 'fail'
    ? { ...cell, verdict: 'warn', faults: atMost('warn', cell.faults), flapped: true }
    : { ...cell, verdict: 'pass', faults: atMost('info', cell.faults) };

/** One cell for each vantage and address, in the order of `inOrder`. */
export function cells(
  endpoint: Endpoint,
  expectAt: (vantage: string) => Expect,
  judged: readonly JudgedObservation[],
  vantages: ReadonlyMap<string, VantageFacts>,
): Cell[] {
  const groups = new Map<string, JudgedObservation[]>();
  for (const one of inOrder(judged)) {
    const key = JSON.stringify([one.vantage, one.observation.kind === 'dns', one.observation.address]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  const all = [...groups.values()].flatMap((group) => {
    const vantage = group[0]?.vantage ?? '';
    return cellOf(endpoint, expectAt(vantage), group, vantages.get(vantage)) ?? [];
  });
  return all.map((cell) => (resolvedLater(cell, judged) ? lookupFlapped(cell) : cell));
}
