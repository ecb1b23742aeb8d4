/**
 * Whose word decides about an endpoint, by where its vantages are. What the internet reaches only vantages on the internet
 * say: one inside that gets in is no exposure. What must be open to known networks, those on the allow-list say.
 */
import type { Endpoint } from '../../model/endpoint.ts';
import type { VantageFacts } from '../../model/plan.ts';
import { positionOf, type VantagePosition } from '../../model/position.ts';

export interface Standing {
  /** Must get in. */
  readonly listed: readonly string[];
  /** Stand for everyone else; decide, unless the rest is on `byPosition`. */
  readonly world: readonly string[];
  /** Of those the report tells, and nothing follows from what they saw. */
  readonly beside: readonly string[];
  /** The endpoint is for known networks, and vantages on their allow-lists decide about it alone. */
  readonly byPosition: boolean;
}

/** Vantages that the endpoint names, which must connect while others must not. */
export const namedVantages = (endpoint: Endpoint): readonly string[] =>
  endpoint.expect === 'open' ? (endpoint.allowListedVantages ?? []) : [];

/** @param ids of the vantages that have seen anything of it */
export function standingOf(
  endpoint: Endpoint,
  ids: readonly string[],
  facts: ReadonlyMap<string, VantageFacts>,
): Standing {
  const named = namedVantages(endpoint);
  const at = (wanted: VantagePosition | undefined): string[] =>
    ids.filter((id) => !named.includes(id) && placeOf(id, facts) === wanted);
  const internet = at('internet');
  const world = internet.length > 0 ? internet : at(undefined);
  const known = endpoint.expect === 'open' && endpoint.warnIfPublic === true && named.length === 0;
  const listed = known ? at('allow-listed') : ids.filter((id) => named.includes(id));
  const byPosition = known && listed.length > 0;
  const deciding = byPosition ? listed : [...listed, ...world];
  return { listed, world, beside: ids.filter((id) => !deciding.includes(id)), byPosition };
}

/** Of one that nothing is known about: as of a machine of which nobody has said where it is. */
export function placeOf(id: string, facts: ReadonlyMap<string, VantageFacts>): VantagePosition | undefined {
  const known = facts.get(id);
  return known && positionOf(known);
}
