/** What a vantage has proved about its own network so far. */
import { readingFor } from '../../kinds/readings.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { VantageFacts } from '../../model/plan.ts';
import { addressScope } from '../../net/guard.ts';
import type { Measured } from '../measured.ts';
import type { Measuring } from './measuring.ts';

/**
 * What counts for one address: results of built-in controls, which are on the internet, are left out for loopback and
 * private addresses, and those are probed in both families, whatever the route to the internet allows, unless the vantage
 * judges one family alone.
 */
function factsAt(
  { vantage, context, controls, negatives, sources, only }: Measuring,
  address: string,
  port: Endpoint['port'],
): VantageFacts {
  const scope = addressScope(address);
  const negative = negatives.known(port, scope);
  return {
    ...vantage,
    // A private target is reached from a private address, which the socket knows.
    ...(scope === 'public' && seenBy(sources)),
    families: only !== undefined ? [only] : scope === 'public' ? [...(context.families ?? [4, 6])] : [4, 6],
    controls: controls.for(scope),
    ...(negative && { negative }),
  };
}

/** What matters for these observations of one endpoint. */
export function factsFor(measured: readonly Measured[], port: number, measuring: Measuring): VantageFacts {
  const [first] = measured.flatMap(({ observation }) => readingFor(observation.kind).dialled(observation));
  return factsAt(measuring, first ?? '', port);
}

/** Everything that the vantage's controls have proved, for all targets. */
export function allVantageFacts({ vantage, context, controls, negatives, sources }: Measuring): VantageFacts {
  const negative = negatives.shown();
  return {
    ...vantage,
    ...seenBy(sources),
    families: [...(context.families ?? [4, 6])],
    controls: [...controls.all],
    ...(negative && { negative }),
  };
}

function seenBy(sources: Measuring['sources']): Pick<VantageFacts, 'seenAs'> {
  const seenAs = sources.known();
  return seenAs.length === 0 ? {} : { seenAs: [...seenAs] };
}
