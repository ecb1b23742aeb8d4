/** What one vantage says of an endpoint: all addresses of its name together. */
import { fault } from '../diagnose/fault.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Fault } from '../model/finding.ts';
import type { Verdict } from '../model/vocabulary.ts';
import type { Cell } from './cell.ts';
import { atMost, gravestFirst, worst } from './gravity.ts';

export interface VantageOutcome {
  readonly vantage: string;
  /** `inconclusive`: this vantage does not count. */
  readonly verdict: Verdict;
  readonly faults: readonly Fault[];
  /** The expected protocol answered at one address at least. */
  readonly reachable: boolean;
  readonly cells: readonly Cell[];
}

const lacksIpv6 = (cell: Cell): boolean =>
  cell.verdict === 'inconclusive' && cell.faults.some(({ cause }) => cause === 'prober.no-ipv6');

/** The service answered there, whatever else is wrong with it. */
export const isAlive = (cell: Cell): boolean =>
  !cell.aboutName && cell.verdict !== 'inconclusive' && cell.decisive.finding.state === 'open';

/** Not even the service answered, and that was confirmed. */
const isDead = (cell: Cell): boolean =>
  !cell.aboutName && cell.verdict === 'fail' && cell.decisive.finding.state !== 'open';

/** `IPv6 address 2001:db8::1`. */
const addressWords = (cell: Cell): string =>
  cell.family === undefined ? `address ${cell.address}` : `IPv${cell.family} address ${cell.address}`;

/**
 * One dead address among living ones: a client that picks it is lost, one in so many, and the name looks flaky. When
 * all of one family are dead the sentence says so, because that is a routing or rule fault of the family.
 */
function someAddressesDead(endpoint: Endpoint, cells: readonly Cell[]): Fault[] {
  const dead = cells.filter(isDead);
  const alive = cells.filter(isAlive);
  const [first] = dead;
  const gravest = gravestFirst(dead.flatMap(({ faults }) => faults))[0];
  if (first === undefined || alive.length === 0) return [];
  const families = new Set(dead.map(({ family }) => family));
  const family = families.size === 1 ? first.family : undefined;
  const wholeFamily = family !== undefined && alive.every((cell) => cell.family !== family);
  const shown = dead
    .slice(0, 4)
    .map((cell) => `${addressWords(cell)} (${cell.faults[0]?.cause ?? cell.decisive.finding.state})`);
  const rest = dead.length > shown.length ? ` and ${dead.length - shown.length} more` : '';
  const which = wholeFamily
    ? `IPv${family} of ${endpoint.host} is dead while IPv${family === 6 ? 4 : 6} works: `
    : `${dead.length} of ${dead.length + alive.length} addresses of ${endpoint.host} ${dead.length === 1 ? 'is' : 'are'} dead: `;
  return [
    fault(
      'tcp.some-addresses-dead',
      `${which}${shown.join(', ')}${rest}; ${alive
        .map(({ address }) => address)
        .slice(0, 4)
        .join(', ')} answered.`,
      gravest === undefined ? { severity: 'fail' } : { severity: 'fail', side: gravest.side },
    ),
  ];
}

/** Where only a look-up that worked is known, nothing has been said about the endpoint itself. */
const saysNothingAlone = (cell: Cell): boolean =>
  cell.aboutName && (cell.verdict === 'pass' || (cell.verdict === 'warn' && cell.expect === 'open'));

/**
 * Every address that could be judged must meet the expectation. A vantage without IPv6 judges by the other addresses;
 * any other address that it could not judge leaves its answer open, unless one has failed already.
 */
export function vantageOutcome(endpoint: Endpoint, vantage: string, cells: readonly Cell[]): VantageOutcome {
  const judgedAddress = cells.some((cell) => !cell.aboutName && !lacksIpv6(cell));
  const bearing = judgedAddress ? cells.filter((cell) => !lacksIpv6(cell)) : cells;
  const addressesSeen = cells.some((cell) => !cell.aboutName);
  const verdict = worst(
    bearing.map((cell) => (!addressesSeen && saysNothingAlone(cell) ? 'inconclusive' : cell.verdict)),
  );
  const faults = bearing.flatMap((cell) =>
    cell.verdict === 'inconclusive' && verdict !== 'inconclusive' ? atMost('info', cell.faults) : cell.faults,
  );
  const unjudged = cells
    .filter((cell) => !bearing.includes(cell))
    .flatMap((cell) => atMost('info', cell.faults));
  const deadAmongLiving = cells.some(({ expect }) => expect === 'open')
    ? someAddressesDead(endpoint, bearing)
    : [];
  return {
    vantage,
    verdict: cells.length === 0 ? 'inconclusive' : verdict,
    faults: gravestFirst([...deadAmongLiving, ...faults, ...unjudged]),
    reachable: cells.some(isAlive),
    cells,
  };
}
