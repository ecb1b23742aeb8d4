import type { ProbeSpec } from '../../model/plan.ts';
import type { Family } from '../../model/vocabulary.ts';

/** The facts of an observation that do not depend on its kind: which vantage looked at what, and when it began. */
export interface ObservationHead {
  readonly endpointId: string;
  readonly vantage: string;
  readonly host: string;
  readonly port: number;
  readonly address: string;
  readonly family?: Family;
  readonly localAddress?: string;
  readonly localPort?: number;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
}

/** @param localAddress absent or empty: nothing was sent, or this end of it is not known */
export function observationHead(
  {
    endpointId,
    host,
    port,
    address,
    family,
  }: Pick<ProbeSpec, 'endpointId' | 'host' | 'port' | 'address' | 'family'>,
  vantage: string,
  {
    startedAt,
    localAddress = '',
    localPort,
  }: {
    readonly startedAt: string;
    readonly localAddress?: string | undefined;
    readonly localPort?: number | undefined;
  },
): ObservationHead {
  return {
    endpointId,
    vantage,
    host,
    port,
    address,
    ...(family !== undefined && { family }),
    ...(localAddress !== '' && { localAddress }),
    ...(localAddress !== '' && localPort !== undefined && { localPort }),
    startedAt,
  };
}
