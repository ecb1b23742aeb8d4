import type { Endpoint } from '../model/endpoint.ts';

/**
 * Drops endpoints whose id has come before: ten targets of one profile share its far ends, which are probed once.
 * Lazy; holds the ids (some 100 bytes each), never the endpoints.
 */
export function* withoutRepeats(endpoints: Iterable<Endpoint>): Generator<Endpoint, void> {
  const seen = new Set<string>();
  for (const endpoint of endpoints) {
    if (seen.has(endpoint.id)) continue;
    seen.add(endpoint.id);
    yield endpoint;
  }
}
