/** HTTP-01 (RFC 8555 §8.3): what any fault on the way means for certificates. */
import type { Finding } from '../../../model/finding.ts';
import { atMost } from '../../../model/severity-order.ts';
import { fault, finding } from '../../contract/fault.ts';
import { within } from '../../contract/sentences.ts';
import { httpSentence as say } from '../messages.ts';
import type { HttpObservation } from '../observation.ts';

/**
 * Names the consequence first: any fault that stops the challenge from being fetched blocks issuance. That fault is listed after
 * it; a connect that failed remains the cause, since nothing about the path is known then.
 */
export function asAcme(found: Finding, observation: HttpObservation): Finding {
  const { state, faults } = found;
  if (state === 'inconclusive') return found;
  const mostSerious = faults.find(({ severity }) => severity === 'fail');
  const last = observation.http?.hops.at(-1);
  if (mostSerious === undefined) {
    const { host, address } = observation;
    const { statusCode } = last ?? {};
    // Where our own network sent the target no packet, nothing is known of the path.
    if (statusCode === undefined) return found;
    const filling = { host, address, status: statusCode };
    return finding(
      state,
      faults,
      statusCode === 200 ? say.challengeAnswered(filling) : say.challengeGetsThrough(filling),
    );
  }
  const blocked = fault(
    'http.acme-path-blocked',
    say.challengeBlocked({
      host: observation.host,
      address: observation.address,
      fault: within(mostSerious),
    }),
  );
  if (state !== 'open') return finding(state, [...faults, blocked]);
  return finding(state, [blocked, ...atMost('warn', faults)]);
}
