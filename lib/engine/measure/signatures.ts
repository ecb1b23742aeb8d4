/** A failed look-up that was repeated, with what its zone's signatures are worth: validating resolvers say SERVFAIL and not why. */

import { wordOf } from '../../kinds/dns/answers.ts';
import type { DnsObservation } from '../../kinds/dns/observation.ts';
import { withSignatures } from '../../kinds/dns/signatures.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import { MOST_EVIDENCE_MS } from './allowance.ts';
import type { Measuring } from './measuring.ts';
import type { Tried } from './tried.ts';

/** An attempt: what it repeats, and whether no other follows. */
interface UnansweredLookUp {
  readonly endpoint: Endpoint;
  readonly again?: readonly Tried[];
  readonly last: boolean;
}

/** Unchanged where the failure is another, of a first attempt, of a server that is itself what is checked, and once the run's budget for evidence is used up. */
export async function withSignaturesOfFailed(
  observation: DnsObservation,
  { endpoint, again, last }: UnansweredLookUp,
  { context, evidence }: Pick<Measuring, 'context' | 'evidence'>,
): Promise<DnsObservation> {
  const { dns, dnssec, late } = observation;
  if (again === undefined || !last || late !== undefined || dnssec !== undefined) return observation;
  if (dns.addresses.length > 0 || endpoint.dnsServer !== undefined || wordOf(dns) !== 'SERVFAIL')
    return observation;
  if (context.deadline.aborted) return observation;
  const giveBack = evidence.take(dns.name);
  if (giveBack === undefined) return observation;
  try {
    return await withSignatures(observation, context.resolver, MOST_EVIDENCE_MS);
  } finally {
    giveBack();
  }
}
