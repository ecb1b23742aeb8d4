/**
 * What both ends' evidence proves together. Pure. Absence proves something only where all packets of the time were seen, and
 * never what lost packets alone could make: for that three have to be missing, one after the other.
 */
import type { CauseCode } from '../../model/vocabulary.ts';
import { addressOf, type ListenerAttempt, type ListenerView, portOf } from './evidence.ts';
import { type Counts, indexPackets, type PacketIndex } from './packet-index.ts';
import { connectionsOf, type Tie, type Ties, tieAll } from './ties.ts';

/** Fewer may be lost by chance. */
const LEAST_PACKETS = 3;

export type PathCause = Extract<
  CauseCode,
  | 'path.never-arrived'
  | 'path.host-firewall'
  | 'path.nothing-listens'
  | 'path.reply-lost'
  | 'path.source-rewritten'
  | 'path.another-host'
>;

/** Why nothing was decided, or what was found without a fault. */
export type PortOutcome =
  | 'arrived'
  | 'other-port'
  | 'gone'
  | 'not-watched'
  | 'packets-lost'
  | 'strangers'
  | 'too-few'
  | 'reply-maybe-lost'
  | 'answered-on-the-way'
  | 'not-repeated';

/** About one endpoint at one address. */
export interface PortDecision {
  readonly endpoint: string;
  readonly host: string;
  readonly address: string;
  readonly port: number;
  /** What the prober saw, of each attempt that the log covers; of all where it covers none. */
  readonly saw: readonly ListenerAttempt['saw'][];
  readonly found: PathCause | PortOutcome;
  readonly tie?: Tie;
  readonly counts: Counts;
  /**
   * Who has the port at the address where the packets arrived: the listener, or another program, at this address or another one of
   * the host. `unknown`: neither, as far as the log says.
   */
  readonly owner: 'listener' | 'other-program' | 'unknown';
  /** That program. */
  readonly by?: string;
  /** Where it arrived by the prober's known sources, for `path.source-rewritten`. */
  readonly sources: readonly string[];
}

export interface Joined {
  readonly decisions: readonly PortDecision[];
  /** Listener's clock less prober's in ms, where a tied exchange tells. */
  readonly offset?: number;
  /** All packets to these ports were watched all the time that the log covers. */
  readonly watched: readonly number[];
}

/** @param attempts of one report; those to ports that the log does not name are left out */
export function joinEvidence(attempts: readonly ListenerAttempt[], view: ListenerView): Joined {
  const named = new Set(view.ports.map(({ port }) => port));
  const concerned = attempts.filter(({ port }) => named.has(port));
  const packets = indexPackets(view);
  const ties = tieAll(concerned, view.arrivals, packets);
  const groups = new Map<string, ListenerAttempt[]>();
  for (const attempt of concerned) {
    const key = `${attempt.endpoint} ${attempt.address}`;
    const others = groups.get(key);
    if (others === undefined) groups.set(key, [attempt]);
    else others.push(attempt);
  }
  return {
    decisions: [...groups.values()].map((group) => decide(group, view, packets, ties)),
    ...(ties.offset !== undefined && { offset: Math.round(ties.offset) }),
    watched: [...named].filter((port) => packets.watch(port) === 'whole'),
  };
}

function decide(
  all: readonly ListenerAttempt[],
  view: ListenerView,
  packets: PacketIndex,
  ties: Ties,
): PortDecision {
  const covered = all.filter((attempt) => isCovered(attempt, view, packets, ties.offset));
  const attempts = covered.length > 0 ? covered : all;
  const [first] = attempts;
  if (first === undefined) throw new TypeError('a group without attempts');
  const { endpoint, host, address, port } = first;
  const state = view.ports.find((one) => one.port === port);
  const tied = attempts.flatMap((attempt) => {
    const tie = ties.of.get(attempt);
    return tie === undefined ? [] : [{ attempt, tie }];
  });
  const counts = packets.countsOf(new Set(tied.flatMap((one) => connectionsOf(one.tie))));
  const tie = tied[0]?.tie;
  const base = {
    endpoint,
    host,
    address,
    port,
    saw: attempts.map(({ saw }) => saw),
    ...(tie !== undefined && { tie }),
    counts,
    owner: ownerOf(state?.state, tie, view),
    ...(state?.by !== undefined && { by: `${state.by.program} (PID ${state.by.pid})` }),
    sources: first.sources,
  };
  const found =
    tied.length > 0
      ? ofTied(attempts, tied, base, packets)
      : ofUntied(attempts, covered.length > 0, packets, ties);
  return { ...base, found };
}

/** Bound to one address, or to all that the host has: a RST of another address is no firewall's. */
function ownerOf(
  state: string | undefined,
  tie: Tie | undefined,
  { addresses }: Pick<ListenerView, 'addresses'>,
): PortDecision['owner'] {
  if (state === 'taken') return 'other-program';
  const isThere = tie === undefined || addresses.includes(addressOf(tie.local));
  return state === 'listening' && isThere ? 'listener' : 'unknown';
}

interface Tied {
  readonly attempt: ListenerAttempt;
  readonly tie: Tie;
}

type Base = Pick<PortDecision, 'counts' | 'owner' | 'port'>;

/** Something of the attempts arrived. */
function ofTied(
  attempts: readonly ListenerAttempt[],
  tied: readonly Tied[],
  base: Base,
  packets: PacketIndex,
): PathCause | PortOutcome {
  const { owner, port, counts } = base;
  if (tied.some(({ tie }) => portOf(tie.local) !== port)) return 'other-port';
  if (attempts.some(({ saw }) => saw === 'connected' || saw === 'reset')) {
    if (attempts.some(({ saw }) => saw !== 'connected' && saw !== 'reset')) return 'not-repeated';
    return tied.some(isRewritten) ? 'path.source-rewritten' : 'arrived';
  }
  if (counts.icmps > 0) return 'path.host-firewall';
  if (counts.rsts > 0 && counts.synAcks === 0)
    return owner === 'listener' ? 'path.host-firewall' : 'path.nothing-listens';
  if (counts.synAcks > 0) {
    const silent = attempts.every(({ saw }) => saw === 'silent');
    if (!silent) return 'answered-on-the-way';
    return counts.synAcks >= LEAST_PACKETS ? 'path.reply-lost' : 'reply-maybe-lost';
  }
  // Nothing was sent back.
  const watch = packets.watch(port);
  if (watch !== 'whole') return watch === 'lost' ? 'packets-lost' : 'not-watched';
  if (!attempts.every(({ saw }) => saw === 'silent')) return 'answered-on-the-way';
  // Linux answers every SYN that reaches its sockets, with a RST where nothing listens.
  return 'path.host-firewall';
}

/** Known is only what a proof or a port says; an address alone may be that of another machine. */
const isRewritten = ({ attempt: { sources }, tie: { by, remotes } }: Tied): boolean =>
  (by === 'proof' || by === 'tag' || by === 'port') &&
  sources.length > 0 &&
  !remotes.some((remote) => sources.includes(addressOf(remote)));

/** Nothing that arrived can be said to be the attempts'. */
function ofUntied(
  attempts: readonly ListenerAttempt[],
  isCoveredAtAll: boolean,
  packets: PacketIndex,
  { strangers }: Ties,
): PathCause | PortOutcome {
  if (!isCoveredAtAll) return 'gone';
  const port = attempts[0]?.port ?? 0;
  const watch = packets.watch(port);
  if (watch !== 'whole') return watch === 'lost' ? 'packets-lost' : 'not-watched';
  if (attempts.some((attempt) => strangers.has(attempt))) return 'strangers';
  if (attempts.some(({ saw }) => saw === 'connected' || saw === 'reset')) return 'path.another-host';
  const syns = attempts.reduce((sum, attempt) => sum + attempt.syns, 0);
  // An answer that came proves that no packet was lost by chance.
  const silent = attempts.every(({ saw }) => saw === 'silent');
  return silent && syns < LEAST_PACKETS ? 'too-few' : 'path.never-arrived';
}

/** The whole attempt lies within the time of the log, and of the watching where there is any. */
function isCovered(
  attempt: ListenerAttempt,
  view: ListenerView,
  packets: PacketIndex,
  offset: number | undefined,
): boolean {
  const from = Math.max(view.from, packets.watchedFrom ?? 0);
  const shift = offset ?? 0;
  return attempt.from + shift >= from && attempt.until + shift <= view.until;
}
