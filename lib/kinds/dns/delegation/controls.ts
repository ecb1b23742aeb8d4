import type { ServerControl, ZoneServer } from '../../../model/delegation.ts';
import type { Family } from '../../../model/vocabulary.ts';
import { isSilence } from '../../../net/dns-codes.ts';
import { withFamily } from '../../../net/look-up.ts';
import { askServer } from './ask.ts';
import type { Cut, WalkSetup } from './descend.ts';
import { serverText } from './named-address.ts';
import { stateOf } from './server-state.ts';

type Over = ServerControl['over'];
/** Servers of the zone above that are tried, and how long, ms. */
const MOST_TRIES = 2;
const TRY_MS = 1_200;

/**
 * Asks servers of the zone above in each way in which no server of the zone answered: a vantage whose network lets no question
 * out must not blame the servers. Nothing is asked where nothing was silent.
 */
export async function controlsFor(
  servers: readonly ZoneServer[],
  cut: Cut,
  setup: WalkSetup,
  left: () => number,
): Promise<ServerControl[]> {
  const ways = ([4, 6] as const).flatMap((family) =>
    (['udp', 'tcp'] as const)
      .filter((over) => needsControl(servers, family, over))
      .map((over) => ({ family, over })),
  );
  const made = await Promise.all(ways.map(({ family, over }) => control(family, over, cut, setup, left)));
  return made.flat();
}

function needsControl(servers: readonly ZoneServer[], family: Family, over: Over): boolean {
  const asked = servers.flatMap(({ addresses }) => addresses.filter((one) => one.family === family));
  if (over === 'udp') {
    const states = asked.map(stateOf);
    return states.includes('silent') && !states.some((state) => state === 'serves' || state === 'lame');
  }
  const words = asked.flatMap(({ tcp }) => tcp ?? []);
  return words.some(({ code }) => isSilence(code)) && !words.some(({ aa }) => aa !== undefined);
}

async function control(
  family: Family,
  over: Over,
  { zone, above, parent }: Cut,
  setup: WalkSetup,
  left: () => number,
): Promise<ServerControl[]> {
  const asked = above.filter(({ address }) => withFamily(address).family === family).slice(0, MOST_TRIES);
  let last: ServerControl[] = [];
  for (const server of asked) {
    const withinMs = Math.min(TRY_MS, left());
    if (withinMs <= 0) return last;
    const name = parent?.zone ?? zone;
    const { code } = await askServer(server.address, { name, type: 'SOA', over, withinMs }, setup);
    last = [{ family, over, server: serverText(server), code }];
    if (!isSilence(code)) return last;
  }
  return last;
}
