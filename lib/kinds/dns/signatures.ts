import type { DnssecResult } from '../../model/dnssec.ts';
import type { Resolver } from '../../net/network-access.ts';
import type { DnsObservation } from './observation.ts';

/**
 * The observation, with what the signatures of the name's addresses are worth.
 *
 * @param withinMs for all of it; what takes longer stays open
 */
export async function withSignatures(
  observation: DnsObservation,
  { validate }: Pick<Resolver, 'validate'>,
  withinMs: number,
): Promise<DnsObservation> {
  const { given, name } = observation.dns;
  if (given === true) return observation;
  const ended = new AbortController();
  const late = new Promise<DnssecResult>((resolve) => {
    const timer = setTimeout(
      () => resolve({ status: 'indeterminate', reason: 'TIMEOUT' }),
      Math.max(0, withinMs),
    );
    ended.signal.addEventListener('abort', () => clearTimeout(timer));
  });
  const { status, zone, fault, reason, byResolver } = await Promise.race([validate(name, 'A'), late]);
  ended.abort();
  const dnssec: DnssecResult = {
    status,
    ...(zone !== undefined && { zone }),
    ...(fault && { fault }),
    ...(reason !== undefined && { reason }),
    ...(byResolver && { byResolver }),
  };
  return { ...observation, dnssec };
}
