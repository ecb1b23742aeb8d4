/**
 * Packets that no prober may send. Each vantage's own kernel counts what leaves it for anywhere but the laboratory:
 * loopback, link-local and cloud metadata, private networks, whatever a name, a redirect or a mapped address led to.
 */
import type { VantageId } from './address-plan.ts';
import { VANTAGES } from './address-plan.ts';
import type { Lab } from './topology.ts';

/** Neighbour discovery and multicast listener reports are the kernel's own. */
export const STRAY_RULESET = `table inet strays {
  counter strays { }
  chain output {
    type filter hook output priority filter; policy accept;
    ip daddr != 10.77.0.0/16 counter name strays
    ip6 daddr != { fd77::/48, fe80::/10, ff02::/16 } counter name strays
  }
}
`;

export interface Strays {
  readonly vantage: VantageId;
  readonly packets: number;
}

/** How many there were, for each vantage. To be read before other tools run there, which know no guard. */
export function strayPackets(lab: Lab): Promise<Strays[]> {
  return Promise.all(
    VANTAGES.map(async ({ id }) => {
      const { stdout, stderr } = await lab.vantages[id].run(
        'nft',
        ['list', 'counter', 'inet', 'strays', 'strays'],
        { timeoutMs: 10_000 },
      );
      const packets = /packets (\d+)/.exec(stdout)?.[1];
      if (packets === undefined) throw new Error(`no counter at ${id}: ${stderr}`);
      return { vantage: id, packets: Number(packets) };
    }),
  );
}
