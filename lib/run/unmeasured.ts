import { fault, finding } from '../diagnose/fault.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { ConnectResult, Observation } from '../model/observation.ts';
import type { ProbeSpec, VantageFacts } from '../model/plan.ts';
import { printable } from '../net/printable.ts';
import type { ProbeContext } from '../probe/probe.ts';
import type { JudgedObservation } from '../verdict/judged.ts';

/** Why nothing was measured, on the prober's side. */
export type Unmeasured =
  | { readonly cause: 'prober.deadline' }
  /** An operator stopped the fleet. */
  | { readonly cause: 'prober.stopped' }
  /** A probe broke its contract: it threw, or did not end in its time. */
  | { readonly cause: 'prober.unavailable'; readonly error: unknown }
  /** The vantage as a whole gave no result. `lost`: why, in a few words. */
  | { readonly cause: 'prober.unavailable'; readonly lost: string };

/**
 * Stands in for an observation that could not be made, so that the endpoint is in the report as inconclusive and not
 * left out. Nothing was sent, so no address but that of `spec` is in it.
 */
export function unmeasured(
  why: Unmeasured,
  endpoint: Endpoint,
  attempt: number,
  run: { readonly context: Pick<ProbeContext, 'clock'>; readonly vantage: Pick<VantageFacts, 'id'> },
  spec?: Pick<ProbeSpec, 'address' | 'family'>,
): JudgedObservation {
  const summary = summaryOf(why, endpoint, run.vantage.id);
  const at = new Date(run.context.clock.now()).toISOString();
  const common = {
    endpointId: endpoint.id,
    vantage: run.vantage.id,
    host: endpoint.host,
    port: endpoint.port,
    address: spec?.address ?? '',
    ...(spec?.family !== undefined && { family: spec.family }),
    startedAt: at,
    timings: { total: 0 },
    exchange: [{ at, dir: 'event' as const, text: summary }],
  };
  return {
    observation: observationOf(endpoint.kind, common, connectOf(why)),
    finding: finding('inconclusive', [fault(why.cause, summary)]),
    vantage: run.vantage.id,
    attempt,
  };
}

function summaryOf(why: Unmeasured, { id }: Endpoint, vantage: string): string {
  switch (why.cause) {
    case 'prober.deadline':
      return `The run's time was up before ${id} was probed.`;
    case 'prober.stopped':
      return `The fleet was stopped before ${id} was probed from ${vantage}.`;
    case 'prober.unavailable': {
      if ('lost' in why) return `${vantage} gave no result for ${id}: ${printable(why.lost, 300)}.`;
      const message =
        why.error instanceof Error ? `${why.error.name}: ${why.error.message}` : String(why.error);
      return `The prober failed while probing ${id}: ${printable(message, 300)}`;
    }
    default:
      return why satisfies never;
  }
}

type Common = Omit<Extract<Observation, { kind: 'tcp' }>, 'kind' | 'connect' | 'read'>;

/** No packet left in any case. */
const connectOf = ({ cause }: Unmeasured): ConnectResult =>
  cause === 'prober.unavailable'
    ? { status: 'unreachable', code: 'PROBER_FAULT', local: true }
    : { status: 'deadline' };

function observationOf(kind: Endpoint['kind'], common: Common, connect: ConnectResult): Observation {
  switch (kind) {
    case 'dns':
      return {
        kind,
        ...common,
        dns: { name: common.host, servers: [], answers: [], cnames: [], addresses: [] },
      };
    case 'tcp':
    case 'tls':
    case 'ssh':
    case 'ntp':
      return { kind, ...common, connect };
    case 'http':
    case 'https':
      return { kind, ...common, connect };
    case 'smtp':
    case 'smtps':
      return { kind, ...common, connect };
    default:
      return kind satisfies never;
  }
}
