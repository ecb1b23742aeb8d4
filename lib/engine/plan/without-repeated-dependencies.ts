import type { Endpoint } from '../../model/endpoint.ts';

/**
 * Leaves out vendor endpoints that are repeated: ten targets of one profile share the vendor's endpoints, which are probed once.
 * Lazy; keeps the ids of vendor endpoints, never an endpoint. What the user named twice stays.
 */
export function* withoutRepeatedDependencies(endpoints: Iterable<Endpoint>): Generator<Endpoint, void> {
  const seen = new Set<string>();
  for (const endpoint of endpoints) {
    if (endpoint.isDependency) {
      if (seen.has(endpoint.id)) continue;
      seen.add(endpoint.id);
    }
    yield endpoint;
  }
}
