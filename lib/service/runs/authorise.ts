/** May the fleet probe this? Judged for each endpoint, because a target's name proves nothing about a host. */

import { storedText } from '../../kinds/contract/fault.ts';
import { runSentence } from '../../kinds/run-causes/messages.ts';
import type { Authorisation } from '../../model/authorisation.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { TargetRecord } from '../state/target-record.ts';
import { contactedBy } from '../targets/contacted.ts';
import { coverageOf, weakest } from '../targets/coverage.ts';
import type { FleetRequest } from './messages.ts';
import type { Unprobed } from './run-plan.ts';

export interface Authorised {
  /** The weakest that was needed; absent when nothing of the target may be probed. */
  readonly authorisation?: Authorisation;
  readonly unprobed: readonly Unprobed[];
}

/**
 * Recorded ownership covers the hosts in it; an operator may vouch for the rest. Vendor endpoints of a built-in
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
  const own = endpoints.filter(({ isDependency }) => isDependency !== true);
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
      ...storedText(
        runSentence.notProven({
          endpoint: endpoint.id,
          host: contactedBy(endpoint).find((host) => on(host) === undefined) ?? endpoint.host,
        }),
      ),
    })),
  };
}
