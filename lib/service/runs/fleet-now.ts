import type { FleetVantage } from '../../model/fleet-vantage.ts';

/** Where vantages are that have joined; one of the fleet's own names takes the place of that one, as with a position. */
export type ListSites = () => Promise<readonly FleetVantage[]>;

/** All vantages of this moment: the fleet's own, and those that have joined. Rejects as the item store does. */
export async function fleetNow({
  fleet,
  sites,
}: {
  readonly fleet: readonly FleetVantage[];
  readonly sites?: ListSites;
}): Promise<readonly FleetVantage[]> {
  const joined = (await sites?.()) ?? [];
  const placed = fleet.map((own) => joined.find(({ id }) => id === own.id) ?? own);
  return [...placed, ...joined.filter(({ id }) => fleet.every((own) => own.id !== id))];
}
