import { descriptorOf } from '../../kinds/descriptors.ts';
import type { Endpoint } from '../../model/endpoint.ts';

/**
 * Leaves out endpoints that several targets of a profile share: the vendor's own, and the route of one mail domain. They are probed
 * once. Lazy; keeps the ids of such endpoints, never an endpoint. What else the user named twice stays.
 */
export function* withoutRepeatedDependencies(endpoints: Iterable<Endpoint>): Generator<Endpoint, void> {
  const seen = new Set<string>();
  for (const endpoint of endpoints) {
    if (endpoint.isDependency || descriptorOf(endpoint.kind).findsPeers) {
      if (seen.has(endpoint.id)) continue;
      seen.add(endpoint.id);
    }
    yield endpoint;
  }
}
