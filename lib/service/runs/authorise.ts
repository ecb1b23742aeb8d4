/** May the fleet probe this? Judged for each endpoint, because a target's name proves nothing about a host. */

import { storedText } from '../../kinds/contract/fault.ts';
import type { Sentence } from '../../kinds/contract/sentences.ts';
import { runSentence } from '../../kinds/run-causes/messages.ts';
import type { Authorisation, RunAuthorisation } from '../../model/authorisation.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { TargetRecord } from '../state/target-record.ts';
import { contactedBy } from '../targets/contacted.ts';
import { coverageOf, weakest } from '../targets/coverage.ts';
import { mayBeProven } from '../targets/may-be-proven.ts';
import type { ListenerOwnership } from './listener-ownership.ts';
import type { FleetRequest } from './messages.ts';
import type { PlannedTarget, Unprobed } from './run-plan.ts';

export interface Authorised {
  /** The weakest that was needed; absent when nothing of the target may be probed. */
  readonly authorisation?: RunAuthorisation;
  readonly unprobed: readonly Unprobed[];
  /** Endpoints that may be probed at these addresses alone. */
  readonly onlyAt?: NonNullable<PlannedTarget['onlyAt']>;
}

/**
 * Recorded ownership covers the hosts in it; an operator may vouch for the rest, or listeners prove their own ports. Vendor
 * endpoints of a built-in profile are the vendor's, documented for its customers, and go with what is on record.
 *
 * @param now epoch ms: proofs that lapsed too long before do not count
 * @param listeners of this run
 */
export function authorise(
  endpoints: readonly Endpoint[],
  record: TargetRecord | undefined,
  vouch: FleetRequest['vouch'],
  now: number,
  listeners?: ListenerOwnership,
): Authorised {
  const on = (host: string): Authorisation | undefined => record && coverageOf(record, host, now);
  const own = endpoints.filter(({ isDependency }) => isDependency !== true);
  const covered = own.filter((endpoint) => contactedBy(endpoint).every((host) => on(host) !== undefined));
  const recorded = weakest(covered.flatMap((endpoint) => contactedBy(endpoint).map(on)));
  if (covered.length === own.length && recorded !== undefined)
    return { authorisation: recorded, unprobed: [] };
  if (vouch !== undefined) return { authorisation: { kind: 'vouched', ...vouch }, unprobed: [] };
  const refused = covered.length > 0 ? own.filter((endpoint) => !covered.includes(endpoint)) : endpoints;
  const proofs = (listeners?.proofs ?? []).filter(({ host }) => on(host) === undefined);
  const onlyAt = refused.filter(mayBeProven).flatMap((endpoint) => {
    const addresses = proofs.flatMap(({ host, address }) =>
      contactedBy(endpoint).every((contacted) => contacted === host) ? [address] : [],
    );
    return addresses.length === 0 ? [] : [{ endpointId: endpoint.id, addresses }];
  });
  const bounded = new Set(onlyAt.map(({ endpointId }) => endpointId));
  const used = proofs.filter(({ host }) =>
    refused.some((endpoint) => bounded.has(endpoint.id) && contactedBy(endpoint).includes(host)),
  );
  const authorisation: RunAuthorisation | undefined =
    listeners === undefined || used.length === 0
      ? recorded
      : { kind: 'listener', at: listeners.at, proofs: used, ...(recorded && { others: recorded }) };
  return {
    ...(authorisation && { authorisation }),
    unprobed: refused
      .filter(({ id }) => !bounded.has(id))
      .map((endpoint) => ({
        endpointId: endpoint.id,
        cause: 'prober.target-not-authorised',
        ...storedText(whyNot(endpoint, (host) => on(host) !== undefined, listeners)),
      })),
    ...(onlyAt.length > 0 && { onlyAt }),
  };
}

function whyNot(
  endpoint: Endpoint,
  isCovered: (host: string) => boolean,
  listeners: ListenerOwnership | undefined,
): Sentence {
  const host = contactedBy(endpoint).find((one) => !isCovered(one)) ?? endpoint.host;
  const said = { endpoint: endpoint.id, host };
  if (listeners?.proofs.some((one) => one.host === host)) return runSentence.listenerPortsAlone(said);
  const why = listeners?.refused.filter((one) => one.host === host).map((one) => one.why) ?? [];
  return why.length === 0 || !mayBeProven(endpoint)
    ? runSentence.notProven(said)
    : runSentence.listenerProvesNothing({ ...said, reason: why.slice(0, 2).join('; ') });
}
