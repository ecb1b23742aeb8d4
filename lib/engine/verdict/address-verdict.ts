/** Attempts at one address from one vantage, and what they say together. */
import { isLookup } from '../../kinds/lookup.ts';
import { byText } from '../../model/by-text.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { Fault } from '../../model/finding.ts';
import type { VantageFacts } from '../../model/plan.ts';
import { atMost, mostSeriousFirst } from '../../model/severity-order.ts';
import type { Expect, Family, Verdict } from '../../model/vocabulary.ts';
import { applyExpectation, type ExpectationResult, isAboutName } from './attempt.ts';
import type { JudgedObservation } from './judged.ts';
import { withProofOfSender } from './proof-of-sender.ts';

export interface AddressVerdict {
  readonly vantage: string;
  /** Empty for a DNS question. */
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

interface AttemptResult extends ExpectationResult {
  readonly judged: JudgedObservation;
}

type AttemptsVerdict = Pick<AddressVerdict, 'verdict' | 'faults' | 'flapped'> & {
  decisive: AttemptResult;
  failedOnce?: AttemptResult;
};

const plainly = (attempt: AttemptResult): AttemptsVerdict => ({
  verdict: attempt.verdict,
  faults: attempt.faults,
  flapped: false,
  decisive: attempt,
});

const lastFailed = (attempts: readonly AttemptResult[]): AttemptResult | undefined =>
  attempts.findLast(({ verdict }) => verdict === 'fail');

/**
 * `open`: the last attempt decides. A failure counts when it needs no confirmation or the attempt before it failed too; one that
 * was not repeated is at most a warning.
 */
function decideOpen(attempts: readonly AttemptResult[], last: AttemptResult): AttemptsVerdict {
  const failed = lastFailed(attempts);
  if (failed === undefined || attempts.length === 1) return plainly(last);
  if (last.verdict === 'fail' && attempts.at(-2)?.verdict === 'fail') return plainly(last);
  return {
    verdict: 'warn',
    faults: mostSeriousFirst([...atMost('warn', failed.faults), ...atMost('warn', last.faults)]),
    flapped: true,
    decisive: last,
    ...(failed !== last && { failedOnce: failed }),
  };
}

/**
 * `closed`: an answer can't be chance. One answer proves the exposure, and a later silence (a scanner blocked after its
 * first connection) does not disprove it.
 */
function decideClosed(attempts: readonly AttemptResult[], last: AttemptResult): AttemptsVerdict {
  const exposed = lastFailed(attempts);
  return exposed === undefined ? plainly(last) : { ...plainly(exposed), flapped: last.verdict !== 'fail' };
}

/** Judges all attempts at one address from one vantage; `judged` is not empty and in order of attempts. */
function addressVerdictOf(
  endpoint: Endpoint,
  expect: Expect,
  judged: readonly JudgedObservation[],
  facts: VantageFacts | undefined,
): AddressVerdict | undefined {
  const all = withProofOfSender(judged).map((one) => ({
    judged: one,
    ...applyExpectation(endpoint, expect, one, facts),
  }));
  // An attempt that proved nothing does not confirm a failure and does not disprove it.
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

/** By vantage, IPv4 before IPv6, address, attempt, time: so that the order in which results arrive changes nothing. */
export const inOrder = (judged: readonly JudgedObservation[]): JudgedObservation[] =>
  [...judged].sort(
    (a, b) =>
      byText(a.vantage, b.vantage) ||
      (a.observation.family ?? 0) - (b.observation.family ?? 0) ||
      byText(a.observation.address, b.observation.address) ||
      byText(a.observation.kind, b.observation.kind) ||
      a.attempt - b.attempt ||
      byText(a.observation.startedAt, b.observation.startedAt) ||
      byText(JSON.stringify(a), JSON.stringify(b)),
  );

/** A look-up failed, and a later attempt from the same vantage had addresses to probe: then the name did resolve. */
const resolvedLater = (addressVerdict: AddressVerdict, judged: readonly JudgedObservation[]): boolean =>
  addressVerdict.aboutName &&
  addressVerdict.decisive.finding.state !== 'open' &&
  judged.some(
    ({ vantage, observation, attempt }) =>
      vantage === addressVerdict.vantage &&
      observation.address !== '' &&
      attempt > addressVerdict.decisive.attempt,
  );

const lookupFlapped = (addressVerdict: AddressVerdict): AddressVerdict =>
  addressVerdict.verdict === 'fail'
    ? { ...addressVerdict, verdict: 'warn', faults: atMost('warn', addressVerdict.faults), flapped: true }
    : { ...addressVerdict, verdict: 'pass', faults: atMost('info', addressVerdict.faults) };

/** One verdict for each vantage and address, in the order of `inOrder`. */
export function addressVerdicts(
  endpoint: Endpoint,
  expectAt: (vantage: string) => Expect,
  judged: readonly JudgedObservation[],
  vantages: ReadonlyMap<string, VantageFacts>,
): AddressVerdict[] {
  const groups = new Map<string, JudgedObservation[]>();
  for (const one of inOrder(judged)) {
    const key = JSON.stringify([one.vantage, isLookup(one.observation), one.observation.address]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  const all = [...groups.values()].flatMap((group) => {
    const vantage = group[0]?.vantage ?? '';
    return addressVerdictOf(endpoint, expectAt(vantage), group, vantages.get(vantage)) ?? [];
  });
  return all.map((addressVerdict) =>
    resolvedLater(addressVerdict, judged) ? lookupFlapped(addressVerdict) : addressVerdict,
  );
}
