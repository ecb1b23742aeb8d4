/** A failed look-up that was repeated, with what the zone's own name servers say of it. */
import type { DnsObservation } from '../../kinds/dns/observation.ts';
import { withWalk } from '../../kinds/dns/probe.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import { MOST_EVIDENCE_MS } from './allowance.ts';
import type { Measuring } from './measuring.ts';

/**
 * Unchanged where the name has addresses, where they were asked already, of a first attempt, and of a server that is itself what is
 * checked; and once the run's budget for evidence is used up.
 */
export async function withNameServers(
  observation: DnsObservation,
  { endpoint, isRepeated }: { readonly endpoint: Endpoint; readonly isRepeated: boolean },
  { context, evidence }: Pick<Measuring, 'context' | 'evidence'>,
): Promise<DnsObservation> {
  const { dns, delegation, late } = observation;
  const isNews = isRepeated && dns.addresses.length === 0 && dns.servers.length > 0;
  if (!isNews || delegation !== undefined || late !== undefined) return observation;
  if (endpoint.dnsServer !== undefined || context.walkDelegation === undefined) return observation;
  if (context.deadline.aborted) return observation;
  const giveBack = evidence.take(dns.name);
  if (giveBack === undefined) return observation;
  try {
    return await withWalk(observation, context.walkDelegation, MOST_EVIDENCE_MS);
  } finally {
    giveBack();
  }
}
