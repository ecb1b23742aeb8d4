/**
 * Vantages that judge IPv6 alone, beside others that judge IPv4: each family is agreed on among its own vantages, since
 * neither can confirm or outvote what the other sees.
 */
import type { Endpoint } from '../../model/endpoint.ts';
import type { Fault } from '../../model/finding.ts';
import type { VantageFacts } from '../../model/plan.ts';
import { atMost, mostSeriousFirst } from '../../model/severity-order.ts';
import type { Expect, Family } from '../../model/vocabulary.ts';
import { isIP } from '../../net/ip.ts';
import type { AddressVerdict } from './address-verdict.ts';
import { familiesDiffer } from './families-differ.ts';
import { isAlive, lacksIpv6, someAddressesDead, type VantageOutcome } from './vantage.ts';
import type { Agreement } from './vantages.ts';

/** Vantages that must agree on one expectation. */
export interface Group {
  readonly expect: Expect;
  /** The family that these judge, where others judge the other one. */
  readonly family?: Family;
  readonly outcomes: readonly VantageOutcome[];
  readonly agreement: Agreement;
}

export type FamilyPart = Pick<Group, 'family' | 'outcomes'>;

const hasIpv6Alone = (facts: VantageFacts | undefined): boolean =>
  facts !== undefined && facts.families.length > 0 && facts.families.every((family) => family === 6);

/** Behind a redirect, and not tried: the vantage has no IPv4. */
const isIpv4Behind = ({ cause, at }: Fault): boolean =>
  cause === 'prober.unavailable' && at?.address !== undefined && isIP(at.address) === 4;

/**
 * Where a redirect leads to a host with IPv4 alone, a vantage with IPv6 alone can't follow it. That is a remark about the
 * vantage and no warning, when another one judged the endpoint over IPv4.
 */
export function withIpv4Behind(
  addressVerdicts: readonly AddressVerdict[],
  facts: ReadonlyMap<string, VantageFacts>,
): AddressVerdict[] {
  const judged = addressVerdicts.some(
    ({ vantage, family, verdict }) =>
      family === 4 && verdict !== 'inconclusive' && !hasIpv6Alone(facts.get(vantage)),
  );
  return addressVerdicts.map((one) => {
    if (!judged || one.verdict !== 'warn' || !hasIpv6Alone(facts.get(one.vantage))) return one;
    const [behind, others] = [
      one.faults.filter(isIpv4Behind),
      one.faults.filter((each) => !isIpv4Behind(each)),
    ];
    if (behind.length === 0) return one;
    const faults = mostSeriousFirst([...others, ...atMost('info', behind)]);
    return { ...one, faults, verdict: faults.some(({ severity }) => severity === 'warn') ? 'warn' : 'pass' };
  });
}

/** One part, or two where some of the vantages, and not all, have IPv6 alone. */
export function byFamily(
  outcomes: readonly VantageOutcome[],
  facts: ReadonlyMap<string, VantageFacts>,
): FamilyPart[] {
  const six = outcomes.filter(({ vantage }) => hasIpv6Alone(facts.get(vantage)));
  const others = outcomes.filter((outcome) => !six.includes(outcome));
  if (six.length === 0 || others.length === 0) return [{ outcomes }];
  const judgeIpv6 = others.some(({ addressVerdicts }) =>
    addressVerdicts.some((one) => one.family === 6 && !lacksIpv6(one)),
  );
  return [
    { outcomes: others, ...(!judgeIpv6 && { family: 4 as const }) },
    { outcomes: six, family: 6 },
  ];
}

/** Every address of the name was out of its reach: there is none of IPv4. */
const lacksAll = ({ addressVerdicts }: VantageOutcome): boolean => {
  const addresses = addressVerdicts.filter(({ aboutName }) => !aboutName);
  return addresses.length > 0 && addresses.every(lacksIpv6);
};

/**
 * Whether a group without a verdict leaves that to the other family's: IPv6 that nobody could judge is said, and IPv4
 * decides; a host without IPv4 is decided by those that have IPv6.
 */
export const leavesVerdict = (group: Group, all: readonly Group[]): boolean =>
  group.agreement.verdict === 'inconclusive' &&
  all.some(
    (other) =>
      other !== group &&
      other.expect === group.expect &&
      other.family !== group.family &&
      other.agreement.verdict !== 'inconclusive',
  ) &&
  (group.family === 6 || group.outcomes.some(lacksAll));

/** Whether vantages with IPv6 judged what others could not. */
export const ipv6IsJudged = (groups: readonly Group[]): boolean =>
  groups.some(({ family, agreement }) => family === 6 && agreement.verdict !== 'inconclusive');

/** What only both families together show: one is dead while the other works, or another server answers. */
export function betweenFamilies(endpoint: Endpoint, groups: readonly Group[]): Fault[] {
  const four = groups.find(({ family, expect }) => family === 4 && expect === 'open');
  const six = groups.find(({ family, expect }) => family === 6 && expect === 'open');
  if (four === undefined || six === undefined) return [];
  const dead = [...deadBeside(endpoint, six, four), ...deadBeside(endpoint, four, six)];
  const works = [four, six].every(({ agreement: { verdict } }) => verdict === 'pass' || verdict === 'warn');
  return works ? familiesDiffer(endpoint, [four, six].flatMap(aliveIn)) : dead;
}

const addressesIn = ({ outcomes, family }: Group) =>
  outcomes.flatMap(({ addressVerdicts }) => addressVerdicts.filter((one) => one.family === family));
const aliveIn = (group: Group) => addressesIn(group).filter(isAlive);

/** No vantage that counts got through over `dead`, and the service answers over `living`. */
function deadBeside(endpoint: Endpoint, dead: Group, living: Group): Fault[] {
  const { verdict, spread } = dead.agreement;
  const alive = aliveIn(living);
  if (verdict !== 'fail' || spread !== 'none' || alive.length === 0) return [];
  if (dead.outcomes.some(({ reachable }) => reachable) || living.agreement.verdict === 'fail') return [];
  const seen = new Set<string>();
  const each = [...addressesIn(dead), ...alive].filter(({ address, verdict: said }) => {
    if (said === 'inconclusive' || seen.has(address)) return false;
    seen.add(address);
    return true;
  });
  return someAddressesDead(endpoint, each);
}
