/** Who is said to serve the zone of a name, and what each of them says. */
import type { Delegation, ServerAddress, ZoneServer } from '../../../model/delegation.ts';
import { MOST_NAME_SERVERS, MOST_SERVER_ADDRESSES } from '../../../model/delegation-limits.ts';
import { roundMs } from '../../../net/clock.ts';
import { isInZone, plainName } from '../../../net/dns-name.ts';
import { ownLag, toleratedLag } from '../../../net/lag.ts';
import { withFamily } from '../../../net/look-up.ts';
import type { WalkDelegation } from '../../../net/network-access.ts';
import { askWhole } from './ask.ts';
import { controlsFor } from './controls.ts';
import { type Cut, type Cuts, descend, type WalkSetup } from './descend.ts';
import { examineAddress } from './examine.ts';
import { resolvedAddresses } from './named-address.ts';
import { isAuthoritative } from './server-state.ts';
import { apexAliasOf, wildcardOf } from './zone-questions.ts';

/** How long the outcome for a name is used for further endpoints of the same host, ms. */
const REUSE_MS = 30_000;
const MOST_KEPT = 512;

export interface DelegationSetup extends Omit<WalkSetup, 'port'> {
  /** Random bytes as lower-case hex: for a name that nobody can have made. */
  readonly randomHex: (bytes: number) => string;
  /** Default 53. */
  readonly port?: number;
}

/** What the walks of one run share: the zones above, and the outcomes. */
export function createDelegationWalk(setup: DelegationSetup): WalkDelegation {
  const cuts: Cuts = new Map();
  const known = new Map<string, { readonly walked: Promise<Delegation>; readonly until: number }>();
  return (host, withinMs) => {
    const name = plainName(host);
    const { clock } = setup;
    const before = known.get(name);
    if (before !== undefined && clock.monotonic() < before.until) return before.walked;
    if (known.size >= MOST_KEPT) known.clear();
    const walked = walk(name, { port: 53, ...setup }, cuts, withinMs);
    known.set(name, { walked, until: clock.monotonic() + REUSE_MS });
    return walked;
  };
}

type Setup = WalkSetup & Pick<DelegationSetup, 'randomHex'>;

async function walk(name: string, setup: Setup, cuts: Cuts, withinMs: number): Promise<Delegation> {
  const { clock } = setup;
  const start = clock.monotonic();
  const left = (): number => (setup.deadline.aborted ? 0 : withinMs - (clock.monotonic() - start));
  const watching = ownLag.begin();
  const { cut, end, deniedBy } = await descend(name, setup, cuts, left);
  const { zone, parent } = cut;
  const found: Omit<Delegation, 'ms'> =
    end === undefined
      ? await askZone(name, cut, setup, left)
      : {
          name,
          zone,
          ...(deniedBy !== undefined && { parent: { zone, server: deniedBy, code: 'NXDOMAIN' } }),
          ...(deniedBy === undefined && parent && { parent }),
          end,
          servers: [],
          controls: [],
        };
  const isLate = watching.end() > toleratedLag(withinMs);
  return { ...found, ...(isLate && { late: true }), ms: roundMs(clock.monotonic() - start) };
}

async function askZone(
  name: string,
  cut: Cut,
  setup: Setup,
  left: () => number,
): Promise<Omit<Delegation, 'ms'>> {
  const { zone, parent } = cut;
  const isParent = parent !== undefined;
  let room = MOST_SERVER_ADDRESSES;
  let leftOut = Math.max(0, cut.servers.length - MOST_NAME_SERVERS);
  /** Asks the addresses for which there is room. */
  const examine = (at: readonly Pick<ServerAddress, 'address' | 'from'>[]): Promise<ServerAddress[]> => {
    const taken = at.slice(0, room);
    room -= taken.length;
    leftOut += at.length - taken.length;
    return Promise.all(
      taken.map(({ address, from }) =>
        examineAddress({ ...withFamily(address), from }, { zone, name }, setup, left),
      ),
    );
  };
  const resolve = async (server: string): Promise<Pick<ZoneServer, 'noAddress'> & { found: string[] }> => {
    const found = await resolvedAddresses(server, setup.resolver, Math.min(left(), 2_500));
    return Array.isArray(found) ? { found } : { found: [], noAddress: found.code };
  };
  const serverAt = async (
    server: string,
    glue: readonly string[],
    named: Pick<ZoneServer, 'atParent' | 'atZone'>,
  ): Promise<ZoneServer> => {
    if (glue.length > 0)
      return {
        name: server,
        ...named,
        addresses: await examine(glue.map((address) => ({ address, from: 'glue' }))),
      };
    const { found, ...without } = await resolve(server);
    return {
      name: server,
      ...named,
      ...without,
      addresses: await examine(found.map((address) => ({ address, from: 'resolver' }))),
    };
  };

  const first = await Promise.all(
    cut.servers
      .slice(0, MOST_NAME_SERVERS)
      .map((server) => serverAt(server.name, server.addresses, isParent ? { atParent: true } : {})),
  );
  const voice = first.flatMap(({ addresses }) => addresses).find(isAuthoritative);
  if (voice === undefined)
    return {
      name,
      zone,
      ...(parent && { parent }),
      servers: first,
      ...more(leftOut),
      controls: await controls(first),
    };

  const own = voice.ns?.aa === true ? voice.ns.records?.map(plainName) : undefined;
  const added = (own ?? [])
    .filter((one) => !first.some((server) => server.name === one))
    .slice(0, Math.max(0, MOST_NAME_SERVERS - first.length));
  const [wildcard, apexAlias, all, late] = await Promise.all([
    wildcardOf(zone, voice, setup, left),
    apexAliasOf(zone, voice, setup, left),
    Promise.all(first.map((server) => withZoneAddresses(server, zone, voice, setup, left))),
    Promise.all(
      added.map((one) => serverAt(one, [], { ...(isParent && { atParent: false }), atZone: true })),
    ),
  ]);
  const named = all.map((server) =>
    own === undefined ? server : { ...server, atZone: own.includes(server.name) },
  );
  const servers = [
    ...(await Promise.all(
      named.map(async (server): Promise<ZoneServer> => {
        const missing = (server.inZone ?? []).filter(
          (address) => !server.addresses.some((one) => one.address === address),
        );
        const asked = await examine(missing.map((address) => ({ address, from: 'zone' })));
        return { ...server, addresses: [...server.addresses, ...asked] };
      }),
    )),
    ...late,
  ];
  return {
    name,
    zone,
    ...(parent && { parent }),
    servers,
    ...more(leftOut),
    controls: await controls(servers),
    ...(wildcard && { wildcard }),
    ...(apexAlias !== undefined && { apexAlias }),
  };

  function controls(asked: readonly ZoneServer[]): Promise<Delegation['controls']> {
    return controlsFor(asked, cut, setup, left);
  }
}

const more = (leftOut: number): Pick<Delegation, 'leftOut'> => (leftOut > 0 ? { leftOut } : {});

/** For a server whose name is in the zone: its addresses by the zone's own word, which the glue must repeat. */
async function withZoneAddresses(
  server: ZoneServer,
  zone: string,
  voice: ServerAddress,
  setup: Setup,
  left: () => number,
): Promise<ZoneServer> {
  if (!isInZone(server.name, zone)) return server;
  const inZone = await zoneAddresses(server.name, voice, setup, left);
  return inZone === undefined ? server : { ...server, inZone };
}

async function zoneAddresses(
  name: string,
  voice: ServerAddress,
  setup: Setup,
  left: () => number,
): Promise<string[] | undefined> {
  const replies = await Promise.all(
    (['A', 'AAAA'] as const).map((type) =>
      askWhole(voice.address, { name, type, withinMs: Math.min(1_500, left()) }, setup),
    ),
  );
  const isWhole = replies.every(({ content }) => content?.header.aa === true);
  return isWhole ? replies.flatMap(({ content }) => content?.records ?? []) : undefined;
}
