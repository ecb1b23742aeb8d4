/** Faults of NAT and of the path. */
import { NOBODY } from '../address-plan.ts';
import type { Place, Site } from '../case.ts';
import { toward } from './packets.ts';

/** The forwarding rule points at a host that is down; after three ARP requests the firewall says so, if it may. */
export const dnatToNobody = (errors: 'icmp' | 'silent'): Site => ({
  made: `DNAT to a host that is down${errors === 'silent' ? ', ICMP errors suppressed' : ''}`,
  firewall: (place) => ({
    nat: toward(place, [4]).map((packets) => `${packets} dnat ip to ${NOBODY.v4}`),
    ...(errors === 'silent' && {
      forward: toward(place, [4]).map((packets) => `ct original ${packets} drop`),
    }),
  }),
});

/** The forwarding rule points at the wrong port of a host that is up. */
export const dnatToPort = (port: number, wrong: number): Site => ({
  made: `DNAT of port ${port} to port ${wrong}, where nothing listens`,
  firewall: (place) => ({
    nat: toward(place, [4]).map(
      (packets) => `${packets} tcp dport ${port} dnat ip to ${place.address}:${wrong}`,
    ),
  }),
});

let tables = 100;

/**
 * A link of a small MTU on the way back to the client. Packets that are too large and may not be fragmented are
 * answered with ICMP "fragmentation needed" (RFC 1191), which path MTU discovery needs.
 */
export const smallMtu = (mtu: number, errors: 'icmp' | 'filtered'): Site => ({
  made: `link of MTU ${mtu}, ICMP “fragmentation needed” ${errors === 'filtered' ? 'filtered' : 'let through'}`,
  firewall: (place: Place) => {
    const table = tables++;
    return {
      routes: [
        `route add default via 10.77.60.1 mtu lock ${mtu} table ${table}`,
        ...place.v4.map((address) => `rule add from ${address} lookup ${table}`),
      ],
      ...(errors === 'filtered' && {
        output: toward(place, [4]).map((packets) => `${packets} icmp code frag-needed drop`),
      }),
    };
  },
});
