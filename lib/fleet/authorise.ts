/** May the fleet probe this? Judged for each endpoint, because a target's name proves nothing of a host. */
import type { Endpoint } from '../model/endpoint.ts';
import type { Authorisation, FleetRequest, TargetRecord } from '../model/fleet.ts';
import { contactedBy } from '../targets/contacted.ts';
import { coverageOf, weakest } from '../targets/coverage.ts';
import type { Unprobed } from './run-plan.ts';

export interface Authorised {
  /** The weakest that was needed; absent when nothing of the target may be probed. */
  readonly authorisation?: Authorisation;
  readonly unprobed: readonly Unprobed[];
}

/**
 * Ownership on record covers the hosts that stand there; for the rest an operator may vouch. Far ends of a built-in
 * profile are the vendor's, documented for its customers, and go with the target.
 *
 * @param now epoch ms: proofs that lapsed too long before do not count
 */
export function authorise(
  endpoints: readonly Endpoint[],
  record: TargetRecord | undefined,
  vouch: FleetRequest['vouch'],
  now: number,
): Authorised {
  const on = (host: string): Authorisation | undefined => record && coverageOf(record, host, now);
  const own = endpoints.filter(({ farEnd }) => farEnd !== true);
  const covered = own.filter((endpoint) => contactedBy(endpoint).every((host) => on(host) !== undefined));
  const authorisation = weakest(covered.flatMap((endpoint) => contactedBy(endpoint).map(on)));
  if (covered.length === own.length && authorisation !== undefined) return { authorisation, unprobed: [] };
  if (vouch !== undefined) return { authorisation: { kind: 'vouched', ...vouch }, unprobed: [] };
  const refused = covered.length > 0 ? own.filter((endpoint) => !covered.includes(endpoint)) : endpoints;
  return {
    ...(authorisation && { authorisation }),
    unprobed: refused.map((endpoint) => ({
      endpointId: endpoint.id,
      cause: 'prober.target-not-authorised',
      summary: `${endpoint.id} was not probed: nobody has proven that ${contactedBy(endpoint).find((host) => on(host) === undefined) ?? endpoint.host} is theirs.`,
    })),
  };
}
