/** The addresses of a whole fleet: what runs saw, and what is fixed by configuration. */
import type { FleetVantage } from '../../model/fleet-vantage.ts';
import type { SourcesSeen } from '../contracts/sources.ts';
import type { ItemStore } from '../ports/item-store.ts';
import { sourcesSeen } from '../state/sources.ts';

/** @param now epoch ms. Rejects as the store does. */
export async function fleetSources(
  items: Pick<ItemStore, 'query'>,
  fleet: readonly FleetVantage[],
  now: number,
): Promise<SourcesSeen> {
  const vantages = await Promise.all(
    fleet.map(async ({ id, region, kind, sourceAddress }) => {
      const seen = await sourcesSeen(items, id, now);
      const isMissing = sourceAddress !== undefined && seen.every(({ address }) => address !== sourceAddress);
      return {
        id,
        region,
        kind,
        sources: [...(isMissing ? [{ address: sourceAddress, fixed: true as const }] : []), ...seen],
      };
    }),
  );
  return { vantages };
}
