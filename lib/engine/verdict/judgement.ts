/** The verdict on one endpoint, from everything that every vantage saw of it, without any advice. Pure. */
import { fault } from '../../kinds/contract/fault.ts';
import { runSentence as say } from '../../kinds/run-causes/messages.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { Fault } from '../../model/finding.ts';
import type { VantageFacts } from '../../model/plan.ts';
import { atMost, mostSeriousFirst, worst } from '../../model/severity-order.ts';
import type { Expect, Verdict } from '../../model/vocabulary.ts';
import { type AddressVerdict, addressVerdicts as addressVerdictsOf } from './address-verdict.ts';
import {
  betweenFamilies,
  byFamily,
  type Group,
  ipv6IsJudged,
  leavesVerdict,
  withIpv4Behind,
} from './family-groups.ts';
import type { JudgedObservation } from './judged.ts';
import { peerAnswered } from './peer-proof.ts';
import { namedVantages, type Standing, standingOf } from './standing.ts';
import { type VantageOutcome, vantageOutcome } from './vantage.ts';
import { type Agreement, agreeOnClosed, agreeOnOpen } from './vantages.ts';

/**
 * All vantages on the allow-list must connect; the others must not. Either may be two groups, one a family. Those that
 * decide nothing are in no group.
 */
function groupsOf(
  endpoint: Endpoint,
  outcomes: readonly VantageOutcome[],
  facts: ReadonlyMap<string, VantageFacts>,
  standing: Standing,
): Group[] {
  const groups = (
    expect: Expect,
    among: readonly VantageOutcome[],
    agree: (outcomes: readonly VantageOutcome[]) => Agreement,
  ): Group[] => byFamily(among, facts).map((part) => ({ expect, ...part, agreement: agree(part.outcomes) }));
  const among = (ids: readonly string[]) => outcomes.filter(({ vantage }) => ids.includes(vantage));
  const world = among(standing.world);
  if (namedVantages(endpoint).length === 0 && !standing.byPosition) {
    const { expect } = endpoint;
    return groups(expect, world, expect === 'open' ? agreeOnOpen : agreeOnClosed);
  }
  const listed = groups('open', among(standing.listed), agreeOnAllOpen);
  return standing.byPosition || world.length === 0
    ? listed
    : [...listed, ...groups('closed', world, agreeOnClosed)];
}

/** None may disagree. */
function agreeOnAllOpen(outcomes: readonly VantageOutcome[]): Agreement {
  const open = agreeOnOpen(outcomes);
  return open.failing.length > 0
    ? { ...open, verdict: 'fail', spread: open.passing.length > 0 ? 'some' : 'none' }
    : open;
}

/** Faults of a group, with lower severity where the whole group does not share them. */
function groupFaults(group: Group, all: readonly Group[]): Fault[] {
  const { outcomes, agreement, family } = group;
  const elsewhere = family !== 6 && ipv6IsJudged(all);
  return outcomes.flatMap(({ verdict, faults }) => {
    // A warning is about where a redirect leads, which has IPv6 alone: whoever has IPv4 can't follow it either.
    const own = elsewhere
      ? faults.filter(({ cause, severity }) => cause !== 'prober.no-ipv6' || severity === 'warn')
      : faults;
    if (leavesVerdict(group, all)) return atMost('info', own);
    if (verdict === 'inconclusive' && agreement.verdict !== 'inconclusive') return atMost('info', own);
    return agreement.spread === 'outlier' ? atMost('warn', own) : own;
  });
}

/** Warnings that no single observation shows. `world`: outcomes of those who stand for everyone. */
function exposureRemarks(
  endpoint: Endpoint,
  groups: readonly Group[],
  world: readonly VantageOutcome[],
): Fault[] {
  return [...new Set(groups.map(({ expect }) => expect))].flatMap((expect) => {
    const own = groups.filter((group) => group.expect === expect);
    const seen = own.flatMap(({ outcomes }) => outcomes.flatMap(({ addressVerdicts }) => addressVerdicts));
    if (expect === 'open') {
      const entered = [...new Set(world.filter(({ reachable }) => reachable).map(({ vantage }) => vantage))];
      if (endpoint.warnIfPublic !== true || namedVantages(endpoint).length > 0 || entered.length === 0)
        return [];
      return [
        fault(
          'exposure.open-to-the-internet',
          say.openToTheInternet({
            host: endpoint.host,
            port: endpoint.port,
            vantages: entered.join(', '),
          }),
          { severity: 'warn' },
        ),
      ];
    }
    // An answer from a network that answers in place of every address proves no exposure, but no pass either.
    const dubious = seen.some(
      ({ verdict, faults, decisive }) =>
        verdict === 'inconclusive' &&
        faults.some(({ cause }) => cause === 'prober.network-answers-for-all') &&
        peerAnswered(decisive.observation),
    );
    if (!dubious || own.every(({ agreement }) => agreement.verdict === 'inconclusive')) return [];
    return [
      fault('prober.network-answers-for-all', say.closedWhereItCounts({ port: endpoint.port }), {
        severity: 'warn',
      }),
    ];
  });
}

/** Why there is no verdict when no observation says so itself. */
function missingResult(endpoint: Endpoint, groups: readonly Group[], beside: readonly string[]): Fault[] {
  const silent = groups.find(
    ({ agreement, outcomes }) =>
      agreement.verdict === 'inconclusive' && outcomes.every(({ faults }) => faults.length === 0),
  );
  if (silent === undefined) return [];
  const listed = namedVantages(endpoint);
  const sentence =
    listed.length > 0 && silent.expect === 'open'
      ? say.noAllowListedResult({ vantages: listed.join(', '), endpoint: endpoint.id })
      : beside.length > 0
        ? say.noneOnTheInternet({ endpoint: endpoint.id, vantages: beside.join(', ') })
        : say.noResult({ endpoint: endpoint.id });
  return [fault('prober.unavailable', sentence)];
}

/** The data from which the report is written. */
export interface Judgement {
  readonly verdict: Verdict;
  /** Most serious first. */
  readonly faults: readonly Fault[];
  /** Of the vantages in `groups`. */
  readonly addressVerdicts: readonly AddressVerdict[];
  /** Of vantages that decide nothing here, because of where they are. */
  readonly beside: readonly VantageOutcome[];
  readonly groups: readonly Group[];
  /** What each vantage's controls proved, by its id. */
  readonly facts: ReadonlyMap<string, VantageFacts>;
}

/**
 * For each vantage and address the last attempt decides, once confirmed; then all addresses of the name; then all
 * vantages whose controls are clean. The order of `judged` and of `vantages` changes nothing.
 *
 * @param judged every attempt from every vantage, failed look-ups (dns observations) included
 * @param vantages what each vantage's controls proved
 */
export function judgementOn(
  endpoint: Endpoint,
  judged: readonly JudgedObservation[],
  vantages: readonly VantageFacts[],
): Judgement {
  const facts = new Map(vantages.map((one) => [one.id, one]));
  const listed = namedVantages(endpoint);
  const expectAt = (vantage: string): Expect =>
    listed.length > 0 && !listed.includes(vantage) ? 'closed' : endpoint.expect;
  const all = withIpv4Behind(addressVerdictsOf(endpoint, expectAt, judged, facts), facts);
  const ids = [...new Set(all.map(({ vantage }) => vantage))];
  const standing = standingOf(endpoint, ids, facts);
  const outcomes = ids.map((id) =>
    vantageOutcome(
      endpoint,
      id,
      all.filter(({ vantage }) => vantage === id),
    ),
  );
  const groups = groupsOf(endpoint, outcomes, facts, standing);
  const isIn = (ids: readonly string[]) => (one: { readonly vantage: string }) => ids.includes(one.vantage);
  const beside = outcomes.filter(isIn(standing.beside));
  const addressVerdicts = all.filter((one) => !isIn(standing.beside)(one));

  const remarks = exposureRemarks(endpoint, groups, outcomes.filter(isIn(standing.world)));
  const between = betweenFamilies(endpoint, groups);
  const faults = mostSeriousFirst([
    ...between,
    ...groups.flatMap((group) => groupFaults(group, groups)),
    ...remarks,
    ...missingResult(endpoint, groups, standing.beside),
  ]);
  const strict = worst([
    ...groups.filter((group) => !leavesVerdict(group, groups)).map(({ agreement }) => agreement.verdict),
    ...(remarks.length + between.length > 0 ? (['warn'] as const) : []),
  ]);
  const verdict = strict === 'fail' && endpoint.level === 'recommended' ? 'warn' : strict;
  return { verdict, faults, addressVerdicts, beside, groups, facts };
}
