/** What one vantage says about an endpoint: all addresses of its name together. */
import { fault } from '../../kinds/contract/fault.ts';
import { runSentence as say } from '../../kinds/run-causes/messages.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { Fault } from '../../model/finding.ts';
import { atMost, mostSeriousFirst, worst } from '../../model/severity-order.ts';
import type { Verdict } from '../../model/vocabulary.ts';
import type { AddressVerdict } from './address-verdict.ts';
import { familiesDiffer } from './families-differ.ts';

export interface VantageOutcome {
  readonly vantage: string;
  /** `inconclusive`: this vantage does not count. */
  readonly verdict: Verdict;
  readonly faults: readonly Fault[];
  /** The expected protocol answered at one address at least. */
  readonly reachable: boolean;
  readonly addressVerdicts: readonly AddressVerdict[];
}

/**
 * No route to this address by IPv6: none at all, or none on this port. This is needed for port 25, which AWS
 * opens only for IPv4: the other family is judged, and the report says that this one was not.
 */
export const lacksIpv6 = (addressVerdict: AddressVerdict): boolean =>
  addressVerdict.verdict === 'inconclusive' &&
  addressVerdict.faults.some(
    ({ cause }) =>
      cause === 'prober.no-ipv6' || (cause === 'prober.egress-blocked' && addressVerdict.family === 6),
  );

/** The service answered there, whatever else is wrong with it. */
export const isAlive = (addressVerdict: AddressVerdict): boolean =>
  !addressVerdict.aboutName &&
  addressVerdict.verdict !== 'inconclusive' &&
  addressVerdict.decisive.finding.state === 'open';

/** The service did not answer at all, and that was confirmed. */
const isDead = (addressVerdict: AddressVerdict): boolean =>
  !addressVerdict.aboutName &&
  addressVerdict.verdict === 'fail' &&
  addressVerdict.decisive.finding.state !== 'open';

/** `IPv6 address 2001:db8::1`. */
const addressWords = (addressVerdict: AddressVerdict): string =>
  addressVerdict.family === undefined
    ? `address ${addressVerdict.address}`
    : `IPv${addressVerdict.family} address ${addressVerdict.address}`;

/**
 * One address does not answer while others do: clients that choose it fail, so the name seems unreliable. When
 * no address of one family answers the sentence says so, because that is a routing or rule fault of the family.
 */
export function someAddressesDead(endpoint: Endpoint, addressVerdicts: readonly AddressVerdict[]): Fault[] {
  const dead = addressVerdicts.filter(isDead);
  const alive = addressVerdicts.filter(isAlive);
  const [first] = dead;
  const mostSerious = mostSeriousFirst(dead.flatMap(({ faults }) => faults))[0];
  if (first === undefined || alive.length === 0) return [];
  const families = new Set(dead.map(({ family }) => family));
  const family = families.size === 1 ? first.family : undefined;
  const wholeFamily =
    family !== undefined && alive.every((addressVerdict) => addressVerdict.family !== family);
  const shown = dead
    .slice(0, 4)
    .map(
      (addressVerdict) =>
        `${addressWords(addressVerdict)} (${addressVerdict.faults[0]?.cause ?? addressVerdict.decisive.finding.state})`,
    );
  const more = dead.length - shown.length;
  const addresses = shown.join(', ');
  const filling = {
    host: endpoint.host,
    addresses: more > 0 ? say.addressesAndMore({ addresses, more }) : addresses,
    alive: alive
      .map(({ address }) => address)
      .slice(0, 4)
      .join(', '),
  };
  const counts = { dead: dead.length, all: dead.length + alive.length };
  return [
    fault(
      'tcp.some-addresses-dead',
      wholeFamily
        ? say.familyDead({ ...filling, family, other: family === 6 ? 4 : 6 })
        : dead.length === 1
          ? say.addressDead({ ...filling, ...counts })
          : say.addressesDead({ ...filling, ...counts }),
      mostSerious === undefined ? { severity: 'fail' } : { severity: 'fail', side: mostSerious.side },
    ),
  ];
}

/** Where only a look-up that worked is known, nothing is known about the endpoint itself. */
const saysNothingAlone = (addressVerdict: AddressVerdict): boolean =>
  addressVerdict.aboutName &&
  (addressVerdict.verdict === 'pass' ||
    (addressVerdict.verdict === 'warn' && addressVerdict.expect === 'open'));

/**
 * Every address that could be judged must meet the expectation. A vantage without IPv6 judges by the other addresses;
 * any other address that it could not judge leaves its result open, unless one has failed already.
 */
export function vantageOutcome(
  endpoint: Endpoint,
  vantage: string,
  addressVerdicts: readonly AddressVerdict[],
): VantageOutcome {
  const judgedAddress = addressVerdicts.some(
    (addressVerdict) => !addressVerdict.aboutName && !lacksIpv6(addressVerdict),
  );
  const relevant = judgedAddress
    ? addressVerdicts.filter((addressVerdict) => !lacksIpv6(addressVerdict))
    : addressVerdicts;
  const addressesSeen = addressVerdicts.some((addressVerdict) => !addressVerdict.aboutName);
  const verdict = worst(
    relevant.map((addressVerdict) =>
      !addressesSeen && saysNothingAlone(addressVerdict) ? 'inconclusive' : addressVerdict.verdict,
    ),
  );
  const faults = relevant.flatMap((addressVerdict) =>
    addressVerdict.verdict === 'inconclusive' && verdict !== 'inconclusive'
      ? atMost('info', addressVerdict.faults)
      : addressVerdict.faults,
  );
  const unjudged = addressVerdicts
    .filter((addressVerdict) => !relevant.includes(addressVerdict))
    .flatMap((addressVerdict) => atMost('info', addressVerdict.faults));
  const mustBeOpen = addressVerdicts.some(({ expect }) => expect === 'open');
  const deadAmongLiving = mustBeOpen ? someAddressesDead(endpoint, relevant) : [];
  const twoServers = mustBeOpen ? familiesDiffer(endpoint, relevant.filter(isAlive)) : [];
  return {
    vantage,
    verdict:
      addressVerdicts.length === 0
        ? 'inconclusive'
        : verdict === 'pass' && twoServers.length > 0
          ? 'warn'
          : verdict,
    faults: mostSeriousFirst([...deadAmongLiving, ...twoServers, ...faults, ...unjudged]),
    reachable: addressVerdicts.some(isAlive),
    addressVerdicts,
  };
}
