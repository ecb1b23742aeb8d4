/**
 * Which SYN of a listener's log belongs to which attempt of a report. A SYN carries no code, so it is tied by the source that a
 * proof names, by source address and port, or, weaker, because nothing else arrived at that time. What can't be tied
 * decides nothing.
 */
import { addressOf, type ListenerAttempt, type ListenerView, portOf } from './evidence.ts';
import { type Connection, connectionOf, type PacketIndex, type Syn } from './packet-index.ts';

export interface Tie {
  /**
   * `proof`: the listener's proof names this source. `tag`: its first data has the challenge of the attempt. `source-and-port`: both are the prober's. `port`: the source port is the
   * prober's and the address is not, as behind address translation. `mark`: it asks for the segment size that the code decides, which translation leaves alone. `source`: the address is the prober's, the port is not
   * known or was translated. `alone`: neither is known, and nothing else arrived at that time.
   */
  readonly by: 'proof' | 'tag' | 'source-and-port' | 'port' | 'mark' | 'source' | 'alone';
  /** This machine's end; it may have another port than the one that was dialled. */
  readonly local: string;
  /** The other ends that may be the attempt's: one, or those of one address. Not empty. */
  readonly remotes: readonly string[];
}

export interface Ties {
  readonly of: ReadonlyMap<ListenerAttempt, Tie>;
  /** Attempts at whose time SYNs from elsewhere arrived: any of them may be the attempt’s, behind address translation. */
  readonly strangers: ReadonlySet<ListenerAttempt>;
  /** Listener's clock less prober's clock in ms; `undefined`: no exchange tells, and the clocks are taken to agree roughly. */
  readonly offset: number | undefined;
}

/** How far the clocks of two machines may be apart where nothing tells, ms. */
const CLOCKS_MS = 60_000;
/** With a known offset: what starting a probe and reading a packet may take, ms. */
const SLACK_MS = 5_000;

export function tieAll(
  attempts: readonly ListenerAttempt[],
  arrivals: ListenerView['arrivals'],
  packets: PacketIndex,
): Ties {
  const ties = new Map<ListenerAttempt, Tie>();
  const offsets: number[] = [];
  const tied = new Set<Connection>();
  const keep = (attempt: ListenerAttempt, by: Tie['by'], { at, local, remote }: FoundPacket): void => {
    const tie: Tie = { by, local, remotes: [remote] };
    ties.set(attempt, tie);
    for (const connection of connectionsOf(tie)) tied.add(connection);
    offsets.push(at - attempt.from);
  };
  const accepted = acceptedBy(arrivals, packets);
  // First the port that was dialled: another connection from the same source port may have gone to another port. So may the walk
  // that follows a silence, to a port that works: where nothing answered, another port is none of the attempt's.
  for (const isDialled of [true, false])
    for (const attempt of attempts) {
      const fits = ({ local, remote }: FoundPacket): boolean =>
        isDialled
          ? portOf(local) === attempt.port
          : portOf(local) !== attempt.port && !tied.has(connectionOf(portOf(local), remote));
      if (ties.has(attempt) || (!isDialled && attempt.saw !== 'connected')) continue;
      const proven = (accepted.get(attempt.provenSource ?? '') ?? []).find(fits);
      const exact = endsOf(attempt).flatMap(packets.synsFrom).find(fits);
      const tagged = (packets.tagged.get(attempt.challengeDigest ?? '') ?? []).find(fits);
      if (proven !== undefined) keep(attempt, 'proof', proven);
      else if (exact !== undefined) keep(attempt, 'source-and-port', exact);
      else if (tagged !== undefined) keep(attempt, 'tag', tagged);
    }
  const offset = middle(offsets);
  const strangers = new Set<ListenerAttempt>();
  for (const attempt of attempts) {
    if (ties.has(attempt)) continue;
    const near = packets
      .synsTo(attempt.port)
      .filter((syn) => isNear(syn, attempt, offset) && !tied.has(connectionOf(syn.port, syn.remote)));
    const weak = weakTie(attempt, near);
    if (weak !== undefined) ties.set(attempt, weak);
    else if (near.length > 0) strangers.add(attempt);
  }
  return { of: ties, strangers, offset };
}

type FoundPacket = Pick<Syn, 'at' | 'local' | 'remote'>;

/** Connections by their other end, with the time of their SYN where it was seen: a socket is told later. */
function acceptedBy(arrivals: ListenerView['arrivals'], packets: PacketIndex): Map<string, FoundPacket[]> {
  const all = new Map<string, FoundPacket[]>();
  for (const { at, local, remote } of arrivals) {
    const syn = packets.synsFrom(remote).find((one) => one.port === portOf(local));
    const found = { at: syn?.at ?? Date.parse(at), local, remote };
    all.set(remote, [...(all.get(remote) ?? []), found]);
  }
  return all;
}

export const connectionsOf = ({ local, remotes }: Tie): Connection[] =>
  remotes.map((remote) => connectionOf(portOf(local), remote));

const endsOf = ({ sources, sourcePort, family }: ListenerAttempt): string[] =>
  sourcePort === undefined
    ? []
    : sources.map((source) => (family === 6 ? `[${source}]:${sourcePort}` : `${source}:${sourcePort}`));

/** Offsets agree within a few ms; the middle one is not led astray by a port that was used twice. */
function middle(offsets: readonly number[]): number | undefined {
  return [...offsets].sort((a, b) => a - b)[Math.floor(offsets.length / 2)];
}

function isNear({ at, family }: Syn, attempt: ListenerAttempt, offset: number | undefined): boolean {
  const slack = offset === undefined ? CLOCKS_MS : SLACK_MS;
  const then = at - (offset ?? 0);
  return family === attempt.family && then >= attempt.from - slack && then <= attempt.until + slack;
}

/** @param near what arrived at that time and belongs to no attempt for certain */
function weakTie({ sources, sourcePort, mss }: ListenerAttempt, near: readonly Syn[]): Tie | undefined {
  const marked = mss === undefined ? [] : near.filter((syn) => syn.mss === mss);
  // Two hosts with the same odd size: one of them is a stranger.
  if (new Set(marked.map(({ remote }) => addressOf(remote))).size === 1) return tieTo(marked, 'mark');
  const own = near.filter(({ remote }) => sources.includes(addressOf(remote)));
  if (own.length > 0) return tieTo(own, 'source');
  if (sourcePort !== undefined) {
    // Address translation keeps the port as a rule; where it did not, the SYN may be anybody's.
    const same = near.filter(({ remote }) => portOf(remote) === sourcePort);
    return new Set(same.map(({ remote }) => remote)).size === 1 ? tieTo(same, 'port') : undefined;
  }
  const addresses = new Set(near.map(({ remote }) => addressOf(remote)));
  return sources.length === 0 && addresses.size === 1 ? tieTo(near, 'alone') : undefined;
}

function tieTo(syns: readonly Syn[], by: Tie['by']): Tie | undefined {
  const [first] = syns;
  return first && { by, local: first.local, remotes: [...new Set(syns.map(({ remote }) => remote))] };
}
