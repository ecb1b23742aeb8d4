/** Selects packets of a place in the customer's firewall, in nft's language. */
import type { Place } from '../case.ts';

export type Family = 4 | 6;

const set = (addresses: readonly string[]): string => `{ ${addresses.join(', ')} }`;

function about(place: Place, direction: 'saddr' | 'daddr', families: readonly Family[]): string[] {
  return [
    ...(families.includes(4) && place.v4.length > 0 ? [`ip ${direction} ${set(place.v4)}`] : []),
    ...(families.includes(6) && place.v6.length > 0 ? [`ip6 ${direction} ${set(place.v6)}`] : []),
  ];
}

/** Packets to the place: one selector for each family that it has. */
export const toward = (place: Place, families: readonly Family[] = [4, 6]): string[] =>
  about(place, 'daddr', families);

/** Packets from the place. */
export const from = (place: Place, families: readonly Family[] = [4, 6]): string[] =>
  about(place, 'saddr', families);
