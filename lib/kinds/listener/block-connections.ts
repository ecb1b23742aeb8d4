/** What a block tells of each connection: the records of a log, put together. */
import type { CaptureRecord } from './capture-record.ts';
import type { ListenerArrival } from './listener-log.ts';

/** More packets of one kind than this are not told. */
export const MAX_PACKETS = 30;
/** A source port that is used again after so long is another connection, ms. */
const APART_MS = 60_000;

export interface BlockConnection {
  readonly port: number;
  readonly remote: string;
  readonly local: string;
  /** Epoch ms: of its first packet, or when it was accepted where packets were not watched. */
  readonly at: number;
  /** What the socket saw; absent: it saw nothing. */
  readonly arrival?: ListenerArrival['what'];
  readonly syns: number;
  readonly synAcks: number;
  readonly rsts: number;
  readonly icmps: number;
  /** Type and code of the first. */
  readonly icmp?: { readonly type: number; readonly code: number };
}

type Mutable = { -readonly [K in keyof BlockConnection]: BlockConnection[K] };

const FIELD = { syn: 'syns', 'syn-ack': 'synAcks', rst: 'rsts', icmp: 'icmps' } as const;

/** Packets come before the connection that they make, by their times. */
export function blockConnections(
  arrivals: readonly ListenerArrival[],
  packets: readonly CaptureRecord[],
): readonly BlockConnection[] {
  const all: Mutable[] = [];
  const latest = new Map<string, Mutable>();
  const of = (one: Pick<BlockConnection, 'port' | 'remote' | 'local' | 'at'>): Mutable => {
    const key = `${one.port} ${one.remote} ${one.local}`;
    const known = latest.get(key);
    if (known !== undefined && one.at - known.at <= APART_MS) return known;
    const made = { ...one, syns: 0, synAcks: 0, rsts: 0, icmps: 0 };
    all.push(made);
    latest.set(key, made);
    return made;
  };
  const ends = ({
    port,
    remote,
    local,
    at,
  }: {
    port: number;
    remote: string;
    local: string;
    at: string;
  }) => ({
    port,
    remote,
    local,
    at: Date.parse(at),
  });
  const packetAt = (packet: CaptureRecord): void => {
    switch (packet.what) {
      case 'syn':
      case 'syn-ack':
      case 'rst':
      case 'icmp': {
        const connection = of(ends(packet));
        connection[FIELD[packet.what]] += 1;
        if (packet.what === 'icmp') connection.icmp ??= { type: packet.type, code: packet.code };
        break;
      }
      case 'watching':
      case 'not-watching':
      case 'lost':
      case 'tagged':
        break;
      default:
        packet satisfies never;
    }
  };
  const inTime = [
    ...packets.map((packet) => ({ at: Date.parse(packet.at), add: () => packetAt(packet) })),
    ...arrivals.map((arrival) => ({
      at: Date.parse(arrival.at),
      add: () => {
        of(ends(arrival)).arrival = arrival.what;
      },
    })),
  ];
  for (const { add } of inTime.sort((a, b) => a.at - b.at)) add();
  return all;
}

/**
 * Those that matter first: what held a challenge, then the first of each source, then its second, so that one source that sends
 * many does not push out the others.
 */
export function byImportance(connections: readonly BlockConnection[]): readonly BlockConnection[] {
  const seen = new Map<string, number>();
  return connections
    .map((connection) => {
      if (connection.arrival === 'challenge') return { connection, rank: -1 };
      const source = connection.remote.slice(0, connection.remote.lastIndexOf(':'));
      const rank = seen.get(source) ?? 0;
      seen.set(source, rank + 1);
      return { connection, rank };
    })
    .sort((a, b) => a.rank - b.rank || a.connection.at - b.connection.at)
    .map(({ connection }) => connection);
}

/** The packets again, all at the time of the first. */
export function packetsOf(connection: BlockConnection): CaptureRecord[] {
  const { port, remote, local, syns, synAcks, rsts, icmps, icmp } = connection;
  const packet = { at: new Date(connection.at).toISOString(), port, local, remote };
  const times = <T>(count: number, record: T): T[] => Array.from({ length: count }, () => record);
  const version = remote.startsWith('[') ? 6 : 4;
  return [
    ...times(syns, { what: 'syn' as const, ...packet }),
    ...times(synAcks, { what: 'syn-ack' as const, ...packet }),
    ...times(rsts, { what: 'rst' as const, ...packet }),
    ...times(icmp === undefined ? 0 : icmps, {
      what: 'icmp' as const,
      ...packet,
      version: version as 4 | 6,
      type: icmp?.type ?? 0,
      code: icmp?.code ?? 0,
    }),
  ];
}
