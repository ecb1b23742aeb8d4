/**
 * One half of a check: plan, probes, observations, controls. It does not judge: what is wrong with an endpoint, and
 * what has to be seen again before it counts, is decided by `lib/engine/verdict` from these results.
 */
import type { Endpoint } from '../../model/endpoint.ts';
import type { VantageFacts } from '../../model/plan.ts';
import { measureEndpoint } from './measure-endpoint.ts';
import { type MeasuringOptions, maxInProgress, startMeasuring } from './measuring.ts';
import { pullThrough } from './pull.ts';
import { allVantageFacts, factsFor } from './vantage-facts.ts';

export interface MeasureOptions extends MeasuringOptions {
  /** Taken one by one, as slots become free; may be lazy and long. */
  readonly endpoints: Iterable<Endpoint>;
}

export interface VantageMeasured {
  /** Everything that the vantage proved. */
  readonly vantage: VantageFacts;
  /** `context.deadline` came before everything was measured. */
  readonly partial: boolean;
}

/**
 * Measures each endpoint once and hands it to `events.measured`. After the deadline the endpoints in progress return what
 * they have, and each remaining one is reported as missing.
 *
 * Rejects only for a bug: when the iterable or a handler of `events` throws.
 */
export async function measureAll({ endpoints, ...options }: MeasureOptions): Promise<VantageMeasured> {
  const measuring = startMeasuring(options);
  const { attempt, context, events } = measuring;
  let partial = false;
  try {
    await pullThrough(
      endpoints,
      async (endpoint, slot) => {
        const again = attempt.again?.get(endpoint.id);
        const { number } = attempt;
        const one = { endpoint, number, ...(again && { again }), last: number > measuring.settings.confirm };
        const measured = await measureEndpoint(one, measuring, slot);
        if (context.deadline.aborted) partial = true;
        const facts = factsFor(measured, endpoint.port, measuring);
        events.measured?.({ endpointId: endpoint.id, measured, facts });
      },
      { slots: measuring.slots, outstanding: maxInProgress(measuring), stop: () => false },
    );
    await measuring.sources.settled();
  } finally {
    measuring.negatives.stop();
  }
  return { vantage: allVantageFacts(measuring), partial };
}
