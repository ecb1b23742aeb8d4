import type { ProbeContext } from '../../kinds/contract/probe.ts';
import { readingFor } from '../../kinds/readings.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { ConnectResult } from '../../model/observed.ts';
import type { ProbeSpec, VantageFacts } from '../../model/plan.ts';
import { isoTime } from '../../net/clock.ts';
import { printable } from '../../net/printable.ts';
import type { Measured, Missing } from '../measured.ts';

/** Why nothing was measured, on the prober's side. */
export type Unmeasured =
  | { readonly why: 'deadline' }
  /** An operator stopped the fleet. */
  | { readonly why: 'stopped' }
  /** Somebody has proven other addresses of the host, and not this one. */
  | { readonly why: 'not-authorised' }
  /** A probe has a bug: it threw, or did not end in its time. */
  | { readonly why: 'fault'; readonly error: unknown }
  /** The whole vantage gave no result. `lost`: why, in a few words. */
  | { readonly why: 'fault'; readonly lost: string };

/**
 * Takes the place of an observation that could not be made, so that the endpoint is in the report as inconclusive and not
 * left out. Nothing was sent, so no address but that of `spec` is in it.
 */
export function unmeasured(
  unmade: Unmeasured,
  endpoint: Endpoint,
  attempt: number,
  run: { readonly context: Pick<ProbeContext, 'clock'>; readonly vantage: Pick<VantageFacts, 'id'> },
  spec?: Pick<ProbeSpec, 'address' | 'family'>,
): Measured & { readonly missing: Missing } {
  const detail = detailOf(unmade);
  const text = textOf(unmade, detail, endpoint, run.vantage.id, spec?.address ?? '');
  const at = isoTime(run.context.clock.now());
  const common = {
    endpointId: endpoint.id,
    vantage: run.vantage.id,
    host: endpoint.host,
    port: endpoint.port,
    address: spec?.address ?? '',
    ...(spec?.family !== undefined && { family: spec.family }),
    startedAt: at,
    timings: { total: 0 },
    exchange: [{ at, dir: 'event' as const, text }],
  };
  return {
    observation: readingFor(endpoint.kind).unmeasured(common, connectOf(unmade)),
    vantage: run.vantage.id,
    attempt,
    missing: {
      why: unmade.why,
      text,
      detail,
      ...('lost' in unmade && { lost: true as const }),
    },
  };
}

function detailOf(unmade: Unmeasured): string {
  if (unmade.why !== 'fault') return '';
  if ('lost' in unmade) return printable(unmade.lost, 300);
  const { error } = unmade;
  return printable(error instanceof Error ? `${error.name}: ${error.message}` : String(error), 300);
}

/** The sentences of `missingSentence` in lib/engine/verdict/missing-finding.ts: probers contain no message texts. */
function textOf(
  unmade: Unmeasured,
  detail: string,
  { id }: Endpoint,
  vantage: string,
  address: string,
): string {
  switch (unmade.why) {
    case 'deadline':
      return `The run's time was up before ${id} was probed.`;
    case 'stopped':
      return `The fleet was stopped before ${id} was probed from ${vantage}.`;
    case 'not-authorised':
      return `${id} was not probed at ${address}: nobody has proven that this address is theirs.`;
    case 'fault':
      return 'lost' in unmade
        ? `${vantage} gave no result for ${id}: ${detail}.`
        : `The prober failed while probing ${id}: ${detail}`;
    default:
      return unmade satisfies never;
  }
}

/** No packet left in any case. */
function connectOf({ why }: Unmeasured): ConnectResult {
  if (why === 'not-authorised') return { status: 'refused-by-guard', range: 'not proven to be theirs' };
  return why === 'fault'
    ? { status: 'unreachable', code: 'PROBER_FAULT', local: true }
    : { status: 'deadline' };
}
