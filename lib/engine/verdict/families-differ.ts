/** Two servers with one name: one that answers over IPv4, and another over IPv6. */
import { fault } from '../../kinds/contract/fault.ts';
import type { ServerMark } from '../../kinds/contract/reading.ts';
import { readingFor } from '../../kinds/readings.ts';
import { runSentence as say } from '../../kinds/run-causes/messages.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { Fault } from '../../model/finding.ts';
import type { Family } from '../../model/vocabulary.ts';
import type { AddressVerdict } from './address-verdict.ts';

/** A property of the answers that differs between the families. */
interface FamilyDifference {
  readonly four: ServerMark;
  readonly six: ServerMark;
}

/**
 * A warning when the answers over IPv4 and over IPv6 can't come from one server: another server software, or two other properties
 * (status, title, certificate, where it redirects to) that differ. The members of a pool differ among the addresses of
 * one family too, and may differ in one property (each with its own certificate): nothing is reported about them.
 *
 * @param alive addresses at which the service answered, from one vantage
 */
export function familiesDiffer(endpoint: Endpoint, alive: readonly AddressVerdict[]): Fault[] {
  // Where the answer was only for this vantage (a rate limit, a filter), it does not identify the server.
  const own = alive.filter(
    ({ faults }) => !faults.some(({ side }) => side === 'prober' || side === 'network'),
  );
  const four = commonMarks(own, 4);
  const six = commonMarks(own, 6);
  const differences = four.flatMap((mark): FamilyDifference[] => {
    const other = six.find(({ what }) => what === mark.what);
    return other === undefined || other.value === mark.value ? [] : [{ four: mark, six: other }];
  });
  const proven = differences.length > 1 || differences.some(({ four: { alone } }) => alone);
  if (!proven) return [];
  const words = (of: keyof FamilyDifference) =>
    differences.map((difference) => `${difference[of].what} ${difference[of].value}`).join(', ');
  return [
    fault(
      'http.families-differ',
      say.familiesDiffer({
        host: endpoint.host,
        port: endpoint.port,
        address4: addressOf(own, 4),
        marks4: words('four'),
        address6: addressOf(own, 6),
        marks6: words('six'),
      }),
    ),
  ];
}

const addressOf = (alive: readonly AddressVerdict[], family: Family): string =>
  alive.find((one) => one.family === family)?.address ?? '?';

/** What all addresses of the family have in common. */
function commonMarks(alive: readonly AddressVerdict[], family: Family): ServerMark[] {
  const all = alive
    .filter((one) => one.family === family)
    .map(({ decisive: { observation } }) => readingFor(observation.kind).marks(observation));
  const [first = [], ...others] = all;
  return first.filter((mark) =>
    others.every((marks) => marks.some(({ what, value }) => what === mark.what && value === mark.value)),
  );
}
