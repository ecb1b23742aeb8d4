/** `check --with-listener`: a listener stands in for the servers that are to come. Pure. */
import { endpointId } from '../../engine/plan/endpoint-id.ts';
import { descriptorOf } from '../../kinds/descriptors.ts';
import type { Endpoint } from '../../model/endpoint.ts';

export interface WithListener {
  readonly endpoints: readonly Endpoint[];
  /** Ids of endpoints for which no listener can stand in: look-ups, UDP, far ends of a vendor. */
  readonly leftOut: readonly string[];
}

/**
 * Puts a listener in the place of each endpoint that is expected open over TCP, one for each host and port. What must be
 * closed stays as it is.
 */
export function withListener(endpoints: Iterable<Endpoint>): WithListener {
  const kept: Endpoint[] = [];
  const places = new Map<string, number>();
  const leftOut = new Set<string>();
  for (const endpoint of endpoints) {
    if (endpoint.expect === 'closed') {
      kept.push(endpoint);
      continue;
    }
    const listener = listenerFor(endpoint);
    if (listener === undefined) {
      leftOut.add(endpoint.id);
      continue;
    }
    const place = `${listener.target} ${listener.id}`;
    const at = places.get(place);
    const before = at === undefined ? undefined : kept[at];
    if (at === undefined || before === undefined) places.set(place, kept.push(listener) - 1);
    else kept[at] = joined(before, listener);
  }
  return { endpoints: kept, leftOut: [...leftOut] };
}

function listenerFor(endpoint: Endpoint): Endpoint | undefined {
  const { standIn } = descriptorOf(endpoint.kind);
  if (standIn === undefined || endpoint.isDependency === true) return undefined;
  const { path: _, dnsServer: __, assertions: ___, documentedAddresses: ____, speech, ...rest } = endpoint;
  const said = standIn === 'usual' ? speech : standIn;
  const listener = { ...rest, kind: 'listener' as const, ...(said !== undefined && { speech: said }) };
  return { ...listener, id: endpointId(listener) };
}

/** Two of one host and port: the stricter of each, and what the first to say it speaks. */
function joined(first: Endpoint, second: Endpoint): Endpoint {
  const speech = first.speech ?? second.speech;
  return {
    ...first,
    level: first.level === 'required' ? first.level : second.level,
    ...(speech !== undefined && { speech }),
    ...((first.warnIfPublic ?? second.warnIfPublic) === true && { warnIfPublic: true }),
  };
}
