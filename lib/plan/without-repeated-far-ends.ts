import type { Endpoint } from '../model/endpoint.ts';

/**
 * Drops far ends that have come before: ten targets of one profile share the vendor's far ends, which are probed once.
 * Lazy; holds the ids of far ends, never an endpoint. What the user named twice is left alone.
 */
export function* withoutRepeatedFarEnds(endpoints: Iterable<Endpoint>): Generator<Endpoint, void> {
  const seen = new Set<string>();
  for (const endpoint of endpoints) {
    if (endpoint.farEnd) {
      if (seen.has(endpoint.id)) continue;
      seen.add(endpoint.id);
    }
    yield endpoint;
  }
}
