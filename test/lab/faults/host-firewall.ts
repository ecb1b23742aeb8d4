/** The packet filter of the host itself, behind all routers. */
import type { Place, Site } from '../case.ts';
import type { Lab } from '../topology.ts';
import type { Rejection } from './filter.ts';
import { toward } from './packets.ts';

/** Each place has a table of its own in the host's namespace, so that places do not meet. */
async function filter({ customer }: Lab, place: Place, verdict: string): Promise<void> {
  const rules = toward(place).map((packets) => `add rule inet ${table(place)} input ${packets} ${verdict}`);
  const chain = '{ type filter hook input priority 0; }';
  const input = [
    `add table inet ${table(place)}`,
    `add chain inet ${table(place)} input ${chain}`,
    ...rules,
  ].join('\n');
  const { status, stderr } = await customer.run('nft', ['-f', '-'], { timeoutMs: 10_000, input });
  if (status !== 0) throw new Error(`nft of ${place.id}: ${stderr}`);
}

const table = ({ id }: Place): string => id.replaceAll('-', '_');

/** Rejects every packet. */
export const hostReject = (how: Rejection): Site => ({
  made: `nft on the host: reject with ${how}`,
  start: (place, lab) => filter(lab, place, `meta l4proto tcp reject with ${how}`),
});

/** Drops every packet. */
export const hostDrop = (): Site => ({
  made: 'nft on the host: drop',
  start: (place, lab) => filter(lab, place, 'meta l4proto tcp drop'),
});
