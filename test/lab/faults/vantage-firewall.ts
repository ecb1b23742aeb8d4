/** What a vantage's own machine does to its packets before they leave it. Each about one place's addresses alone. */
import { VANTAGES, type VantageId } from '../address-plan.ts';
import type { Place, Site } from '../case.ts';
import type { Lab } from '../topology.ts';
import type { Rejection } from './filter.ts';
import { toward } from './packets.ts';

const USUAL: readonly VantageId[] = ['v1', 'v2', 'v3'];

/** Its packet filter rejects what it sends. */
export const ownReject = (how: Rejection, ids: readonly VantageId[] = USUAL): Site => ({
  made: `nft on the vantage itself: reject with ${how}`,
  start: async (place, lab) => {
    const table = place.id.replaceAll('-', '_');
    const ruleset = [
      `add table inet ${table}`,
      `add chain inet ${table} output { type filter hook output priority 0; }`,
      ...toward(place).map(
        (packets) => `add rule inet ${table} output ${packets} meta l4proto tcp reject with ${how}`,
      ),
    ].join('\n');
    for (const id of ids) await run(lab, place, id, 'nft', ['-f', '-'], ruleset);
  },
});

/** The gateway that its route names is down: nobody has that address of its network. */
export const ownGatewayDead = (ids: readonly VantageId[] = USUAL): Site => ({
  made: 'route of the vantage to a gateway that is down',
  start: async (place, lab) => {
    for (const { id, v4 } of VANTAGES.filter((one) => ids.includes(one.id)))
      for (const address of place.v4)
        await run(lab, place, id, 'ip', ['route', 'add', address, 'via', v4.replace(/\d+$/, '99')]);
  },
});

async function run(
  { vantages }: Lab,
  place: Place,
  id: VantageId,
  program: string,
  args: readonly string[],
  input?: string,
): Promise<void> {
  const { status, stderr } = await vantages[id].run(program, args, {
    timeoutMs: 10_000,
    ...(input !== undefined && { input }),
  });
  if (status !== 0) throw new Error(`${program} of ${place.id} at ${id}: ${stderr}`);
}
