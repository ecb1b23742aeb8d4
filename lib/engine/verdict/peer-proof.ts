/** What the bytes of an observation prove about who is at the other end, independent of the diagnosis. */
import type { TlsResult } from '../../kinds/contract/tls-result.ts';
import type { Observation } from '../../kinds/observation.ts';
import { readingFor } from '../../kinds/readings.ts';

/** Did the peer send at least one byte? */
export const peerAnswered = (observation: Observation): boolean =>
  readingFor(observation.kind).peerAnswered(observation);

/** The TLS session with the endpoint itself, if one was tried. */
export const tlsOf = (observation: Observation): TlsResult | undefined =>
  readingFor(observation.kind).tls(observation);

/**
 * Did the peer prove that it holds the key of a certificate for the host, issued by a trusted root, or the code of a listener? A
 * proxy that answers in place of every address can't, so only this counts from a network whose negative control connected.
 */
export function peerIsAuthentic(observation: Observation): boolean {
  if (readingFor(observation.kind).proven?.(observation) === true) return true;
  const tls = tlsOf(observation);
  return (
    tls?.handshake.status === 'complete' && tls.trust?.status === 'anchored' && tls.nameMatch?.ok === true
  );
}
