/** Faults of quality: lost packets and long ways. */
import { fileURLToPath } from 'node:url';
import type { Site } from '../case.ts';
import { from, toward } from './packets.ts';

/** Each packet, in both directions, is lost with this chance. */
export const loss = (percent: number): Site => ({
  made: `${percent} % packet loss in both directions`,
  firewall: (place) => ({
    forward: [...toward(place), ...from(place)].map(
      (packets) => `${packets} numgen random mod 100 < ${percent} drop`,
    ),
  }),
});

const DELAY_SCRIPT = fileURLToPath(new URL('./delay.pl', import.meta.url));
let devices = 0;

/**
 * Holds every packet to the place back for so long. This kernel may lack netem, so the packets go through a process:
 * a TUN device of the firewall, read and written again later.
 */
export const delay = (ms: number): Site => {
  const indexes = new Map<string, number>();
  return {
    made: `every packet to the host held back for ${ms} ms by a forwarding process`,
    firewall: (place) => {
      const index = devices++;
      indexes.set(place.id, index);
      const table = 200 + index;
      return {
        routes: [
          `tuntap add ${deviceOf(index)} mode tun`,
          `link set ${deviceOf(index)} up`,
          `route add default dev ${deviceOf(index)} table ${table}`,
          ...place.v4.map((address) => `rule add iif wan to ${address} lookup ${table}`),
        ],
      };
    },
    start: async ({ id }, lab) => {
      const device = deviceOf(indexes.get(id) ?? 0);
      await lab.firewall.spawn('perl', [DELAY_SCRIPT, device, String(ms)], { listening: [] });
    },
  };
};

const deviceOf = (index: number): string => `delay${index}`;
