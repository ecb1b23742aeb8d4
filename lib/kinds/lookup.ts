import type { DnsObservation } from './dns/observation.ts';
import type { Observation } from './observation.ts';

/**
 * Is it the look-up of a name? For an endpoint of any kind whose name has no address, this is the observation; for a dns
 * endpoint every observation is one. No packet went to an address of the host.
 */
export const isLookup = (observation: Observation): observation is DnsObservation =>
  observation.kind === 'dns';
