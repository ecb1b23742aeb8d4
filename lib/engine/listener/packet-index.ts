/** A listener's packets, ordered once: a report may have 20,000 attempts. */
import type { CaptureRecord } from '../../kinds/listener/capture-record.ts';
import { digestChallenge } from '../../kinds/listener/read-back.ts';
import type { Family } from '../../model/vocabulary.ts';
import { familyOf, type ListenerView } from './evidence.ts';

export interface Syn {
  /** Epoch ms, listener's clock. */
  readonly at: number;
  readonly port: number;
  readonly family: Family;
  readonly local: string;
  readonly remote: string;
  readonly mss?: number;
}

/** Port of this machine and the other end. */
export type Connection = string & { readonly connection: unique symbol };

export const connectionOf = (port: number, remote: string): Connection => `${port} ${remote}` as Connection;

/** Packets of one connection. */
export interface Counts {
  readonly syns: number;
  readonly synAcks: number;
  readonly rsts: number;
  readonly icmps: number;
}

export interface PacketIndex {
  readonly synsTo: (port: number) => readonly Syn[];
  /** The first from that end to each port: Linux gives one source port to connections to several ports. */
  readonly synsFrom: (remote: string) => readonly Syn[];
  /** First data with a challenge, by the digest of the challenge. */
  readonly tagged: ReadonlyMap<string, readonly Syn[]>;
  readonly countsOf: (connections: ReadonlySet<Connection>) => Counts;
  /** `whole`: all packets from `watchedFrom` to the end of the log. `lost`: some could not be kept. */
  readonly watch: (port: number) => 'whole' | 'lost' | 'not';
  /** Epoch ms; before it nothing was watched. `undefined`: nothing ever was. */
  readonly watchedFrom: number | undefined;
}

const FIELD = { syn: 'syns', 'syn-ack': 'synAcks', rst: 'rsts', icmp: 'icmps' } as const;
const NONE: Counts = { syns: 0, synAcks: 0, rsts: 0, icmps: 0 };

export function indexPackets({ packets }: Pick<ListenerView, 'packets'>): PacketIndex {
  const byPort = new Map<number, Syn[]>();
  const byRemote = new Map<string, Syn[]>();
  const counts = new Map<Connection, Record<keyof Counts, number>>();
  const tagged = new Map<string, Syn[]>();
  const addTagged = ({
    at,
    port,
    local,
    remote,
    nonce,
  }: Extract<CaptureRecord, { what: 'tagged' }>): void => {
    const digest = digestChallenge(nonce);
    const one = { at: Date.parse(at), port, family: familyOf(remote), local, remote };
    tagged.set(digest, [...(tagged.get(digest) ?? []), one]);
  };
  const watched = new Set<number>();
  let watchedFrom: number | undefined;
  let state: 'whole' | 'lost' | 'not' = 'whole';
  const lostPorts = new Set<number>();
  const addSyn = ({ at, port, local, remote, mss }: Extract<CaptureRecord, { what: 'syn' }>): void => {
    const syn = {
      at: Date.parse(at),
      port,
      family: familyOf(remote),
      local,
      remote,
      ...(mss !== undefined && { mss }),
    };
    const others = byPort.get(port);
    if (others === undefined) byPort.set(port, [syn]);
    else others.push(syn);
    const same = byRemote.get(remote);
    if (same === undefined) byRemote.set(remote, [syn]);
    else if (!same.some((one) => one.port === port)) same.push(syn);
  };
  for (const packet of packets) {
    switch (packet.what) {
      case 'watching':
        watchedFrom ??= Date.parse(packet.at);
        for (const port of packet.ports) watched.add(port);
        break;
      case 'not-watching':
        state = 'not';
        break;
      case 'lost':
        if (packet.port !== undefined) lostPorts.add(packet.port);
        else if (state === 'whole') state = 'lost';
        break;
      case 'tagged':
        addTagged(packet);
        break;
      default: {
        const connection = connectionOf(packet.port, packet.remote);
        const of = counts.get(connection) ?? { ...NONE };
        of[FIELD[packet.what]] += 1;
        counts.set(connection, of);
        if (packet.what === 'syn') addSyn(packet);
      }
    }
  }
  return {
    synsTo: (port) => byPort.get(port) ?? [],
    tagged,
    synsFrom: (remote) => byRemote.get(remote) ?? [],
    countsOf(connections) {
      const all = [...connections].map((one) => counts.get(one) ?? NONE);
      const sum = (field: keyof Counts): number => all.reduce((total, one) => total + one[field], 0);
      return { syns: sum('syns'), synAcks: sum('synAcks'), rsts: sum('rsts'), icmps: sum('icmps') };
    },
    watch(port) {
      if (!watched.has(port)) return 'not';
      return state === 'whole' && lostPorts.has(port) ? 'lost' : state;
    },
    watchedFrom,
  };
}
