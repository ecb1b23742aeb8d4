/** From the root down to the zone of a name, one label at a time, as a resolver with an empty cache goes (RFC 9156 §2). */
import type { DelegationEnd } from '../../../model/delegation.ts';
import { MOST_NAME_SERVERS } from '../../../model/delegation-limits.ts';
import type { Family } from '../../../model/vocabulary.ts';
import { isSilence } from '../../../net/dns-codes.ts';
import { isInZone, plainName } from '../../../net/dns-name.ts';
import type { Resolver } from '../../../net/network-access.ts';
import { askWhole, type ServerReply, type WalkAccess } from './ask.ts';
import {
  askable,
  type NamedAddress,
  type NamedAddresses,
  resolvedAddresses,
  serverText,
} from './named-address.ts';
import { namedServers } from './referral.ts';

export interface WalkSetup extends WalkAccess {
  readonly resolver: Pick<Resolver, 'ask'>;
  /** Those of the vantage. */
  readonly families: readonly Family[];
}

/** A zone on the way, and how it was learnt. */
export interface Cut {
  readonly zone: string;
  readonly servers: readonly NamedAddresses[];
  /** The zone above, and which of its servers said what; absent for the root, and where the same servers hold both zones. */
  readonly parent?: { readonly zone: string; readonly server: string; readonly code: string };
  /** Of the zone above: who can be asked whether anything arrives. */
  readonly above: readonly NamedAddress[];
}

export interface Descent {
  readonly cut: Cut;
  readonly end?: DelegationEnd;
  /** The server that knows nothing below its zone on the way to the name. */
  readonly deniedBy?: string;
}

/** Labels of a name that are followed, from the top. */
const MOST_LABELS = 16;
/** Servers of a zone that are asked before it counts as silent, and the most that each may take, ms. */
const MOST_TRIES = 4;
const TRY_MS = 1_200;
/** Root servers whose addresses are looked for: one would do, and one may be unreachable. */
const ROOT_SERVERS = 4;

const ROOT = '.';

/** Answers of zones above others, for all names of a run: thousands of hosts share their top-level domain. */
export type Cuts = Map<string, Promise<Step>>;
/** The most that are kept. */
const MOST_CUTS = 512;

type Step =
  | { readonly is: 'cut'; readonly cut: Cut }
  /** The name is in the same zone. */
  | { readonly is: 'inside' }
  | { readonly is: 'no-such-name'; readonly server: string }
  | { readonly is: 'end'; readonly end: DelegationEnd };

/**
 * @param cuts  shared by the walks of a run
 * @param left  milliseconds left
 */
export async function descend(
  name: string,
  setup: WalkSetup,
  cuts: Cuts,
  left: () => number,
): Promise<Descent> {
  const root = await kept(cuts, ROOT, () => rootCut(setup, left));
  if (root.is !== 'cut') return { cut: { zone: ROOT, servers: [], above: [] }, end: 'no-root' };
  let { cut } = root;
  const labels = plainName(name).split('.');
  for (let count = 1; count <= Math.min(labels.length, MOST_LABELS); count += 1) {
    if (left() <= 0) return { cut, end: 'time' };
    const below = labels.slice(-count).join('.');
    const from = cut;
    const step = await kept(cuts, below, () => stepDown(below, from, setup, left));
    if (step.is === 'cut') cut = step.cut;
    else if (step.is === 'no-such-name')
      return depthOf(cut.zone) <= 1 ? { cut, end: 'not-delegated', deniedBy: step.server } : { cut };
    else if (step.is === 'end') {
      // Below a top-level domain the servers that say nothing are those that have to be looked at.
      return step.end === 'parent-silent' && depthOf(cut.zone) > 1 ? { cut } : { cut, end: step.end };
    }
  }
  return depthOf(cut.zone) <= 1 ? { cut, end: 'not-delegated' } : { cut };
}

/** `.` has none, `com` one. */
const depthOf = (zone: string): number => (zone === ROOT ? 0 : zone.split('.').length);

/** Of the same run, once it has brought something. */
function kept(cuts: Cuts, zone: string, make: () => Promise<Step>): Promise<Step> {
  const known = cuts.get(zone);
  if (known !== undefined) return known;
  const made = make();
  if (cuts.size >= MOST_CUTS) cuts.clear();
  cuts.set(zone, made);
  void made.then(({ is }) => {
    if (is === 'end') cuts.delete(zone);
  });
  return made;
}

/** The resolver's word for who serves the root (as in a priming query, RFC 9609): a network with a root of its own has it so. */
async function rootCut({ resolver, guard, families }: WalkSetup, left: () => number): Promise<Step> {
  const { records } = await resolver.ask(ROOT, 'NS');
  const names = [...new Set(records.map(plainName))].slice(0, ROOT_SERVERS);
  const servers = await Promise.all(
    names.map(async (name): Promise<NamedAddresses> => {
      const found = await resolvedAddresses(name, resolver, left());
      return { name, addresses: Array.isArray(found) ? found : [] };
    }),
  );
  const usable = askable(
    servers,
    (address, family) => families.includes(family) && guard(address) === undefined,
  );
  return usable.length === 0
    ? { is: 'end', end: 'no-root' }
    : { is: 'cut', cut: { zone: ROOT, servers, above: usable } };
}

async function stepDown(below: string, from: Cut, setup: WalkSetup, left: () => number): Promise<Step> {
  const servers = from.zone === ROOT ? from.servers : await withAddresses(from.servers, setup, left);
  const usable = askable(
    servers,
    (address, family) => setup.families.includes(family) && setup.guard(address) === undefined,
  );
  const ask = async (server: NamedAddress): Promise<Step | undefined> => {
    const withinMs = Math.min(TRY_MS, left() / 2);
    const reply = await askWhole(server.address, { name: below, type: 'NS', withinMs }, setup);
    const step = stepOf(reply, below, from, server, usable);
    return step?.is === 'cut' && step.cut.parent === undefined
      ? { ...step, cut: await withOwnAddresses(step.cut, server, withinMs, setup) }
      : step;
  };
  const asked = usable.slice(0, MOST_TRIES);
  // Servers of the zone itself may be those that are silent: together they cost no more time than one.
  const rounds = depthOf(from.zone) <= 1 ? asked.map((server) => [server]) : [asked];
  for (const round of rounds) {
    if (left() <= 0) return { is: 'end', end: 'time' };
    const step = await firstOf(round.map(ask));
    if (step !== undefined) return step;
  }
  return { is: 'end', end: left() <= 0 ? 'time' : 'parent-silent' };
}

/** The first result that is one. */
function firstOf<T>(all: readonly Promise<T | undefined>[]): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const given = all.map((one) =>
      one.then((value) => {
        if (value !== undefined) resolve(value);
      }),
    );
    Promise.all(given).then(() => resolve(undefined), reject);
  });
}

/** A server that holds both zones sends no glue: it is asked for the addresses of servers in the zone. */
async function withOwnAddresses(
  cut: Cut,
  { address: at }: NamedAddress,
  withinMs: number,
  setup: WalkSetup,
): Promise<Cut> {
  const servers = await Promise.all(
    cut.servers.slice(0, MOST_NAME_SERVERS).map(async (server) => {
      if (server.addresses.length > 0 || !isInZone(server.name, cut.zone)) return server;
      const replies = await Promise.all(
        (['A', 'AAAA'] as const).map((type) => askWhole(at, { name: server.name, type, withinMs }, setup)),
      );
      return { name: server.name, addresses: replies.flatMap(({ content }) => content?.records ?? []) };
    }),
  );
  return { ...cut, servers: [...servers, ...cut.servers.slice(MOST_NAME_SERVERS)] };
}

/** The first servers without glue get the addresses that the resolver knows. */
async function withAddresses(
  servers: readonly NamedAddresses[],
  { resolver }: WalkSetup,
  left: () => number,
): Promise<NamedAddresses[]> {
  return Promise.all(
    servers.slice(0, MOST_TRIES).map(async (server) => {
      if (server.addresses.length > 0) return server;
      const found = await resolvedAddresses(server.name, resolver, Math.min(TRY_MS, left() / 2));
      return { name: server.name, addresses: Array.isArray(found) ? found : [] };
    }),
  );
}

/** `undefined`: this server is of no use, another one is asked. */
function stepOf(
  { content, message, code }: ServerReply,
  below: string,
  from: Cut,
  server: NamedAddress,
  above: readonly NamedAddress[],
): Step | undefined {
  if (content === undefined || message === undefined || isSilence(code)) return undefined;
  const { aa, ra } = content.header;
  // A server of the root or of a top-level domain asks nobody else: what answers so is not that server.
  if (depthOf(from.zone) <= 1 && ra && !aa) return { is: 'end', end: 'intercepted' };
  const named =
    content.code === 'REFERRAL' || content.code === 'NOERROR' || content.code === 'NODATA'
      ? namedServers(message)
      : undefined;
  // Only downwards, so a referral can't lead round in a circle.
  const isBelow = named !== undefined && named.zone !== from.zone && isInZone(named.zone, from.zone);
  if (named !== undefined && isBelow && named.zone === below) {
    const servers = named.names.map((name) => ({
      name,
      // Of a name elsewhere the zone above knows nothing (RFC 5452 §6).
      addresses: isInZone(name, from.zone) ? (named.addresses.get(name) ?? []) : [],
    }));
    const isSame = aa && content.code === 'NOERROR';
    const parent = { zone: from.zone, server: serverText(server), code: content.code };
    return { is: 'cut', cut: { zone: below, servers, above, ...(!isSame && { parent }) } };
  }
  if (!aa) return undefined;
  if (content.code === 'NXDOMAIN') return { is: 'no-such-name', server: serverText(server) };
  return content.code === 'NODATA' || content.code === 'NOERROR' ? { is: 'inside' } : undefined;
}
