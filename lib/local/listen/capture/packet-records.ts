/** Turns packets into records of the log, within bounds. Pure: packet and time in, records out. */
import type { CaptureRecord } from '../../../kinds/listener/capture-record.ts';
import { readChallenge } from '../../../kinds/listener/proof.ts';
import { endText, type IcmpPacket, type PacketEnds, readPacket, type TcpPacket } from './packet.ts';

export interface RecordLimits {
  /** In all; a packet after that is lost. */
  readonly records: number;
  /** Within one second. */
  readonly perSecond: number;
}

/** A record is some 180 bytes long, and a whole log at most 1 MB. */
export const HANDSHAKE_LIMITS: RecordLimits = { records: 2_000, perSecond: 200 };
/** Challenges: as many as a listener answers. */
export const DATA_LIMITS: RecordLimits = { records: 500, perSecond: 100 };
/** A bridge, a bond or a container's link shows a packet again at once; a sender repeats it after 200 ms at the soonest. */
const SAME_MS = 100;
const REMEMBERED = 2_000;

export interface PacketRecords {
  /** @param at epoch ms; `undefined`: it says nothing of the watched ports, was seen already, or was too much */
  take(bytes: Buffer, at: number): CaptureRecord | undefined;
  /** How many were too much so far. */
  readonly lost: number;
}

export function createPacketRecords(
  ports: readonly number[],
  { records, perSecond }: RecordLimits = HANDSHAKE_LIMITS,
): PacketRecords {
  const watched = new Set(ports);
  const seen = new Map<string, number>();
  let kept = 0;
  let second = 0;
  let within = 0;
  let lost = 0;

  const isRepeated = (key: string, at: number): boolean => {
    const before = seen.get(key);
    seen.delete(key);
    seen.set(key, at);
    const [oldest] = seen.keys();
    if (seen.size > REMEMBERED && oldest !== undefined) seen.delete(oldest);
    return before !== undefined && at - before < SAME_MS;
  };
  const hasRoom = (at: number): boolean => {
    const now = Math.floor(at / 1_000);
    if (now !== second) {
      second = now;
      within = 0;
    }
    if (kept >= records || within >= perSecond) {
      lost += 1;
      return false;
    }
    kept += 1;
    within += 1;
    return true;
  };
  return {
    take(bytes, at) {
      const packet = readPacket(bytes);
      const found = packet === undefined ? undefined : recordOf(packet, watched, new Date(at).toISOString());
      if (packet === undefined || found === undefined) return undefined;
      return isRepeated(keyOf(packet, found), at) || !hasRoom(at) ? undefined : found;
    },
    get lost() {
      return lost;
    },
  };
}

const keyOf = (packet: TcpPacket | IcmpPacket, { what }: CaptureRecord): string => {
  const ends = packet.protocol === 'tcp' ? packet : packet.about;
  const which = packet.protocol === 'tcp' ? packet.sequence : packet.type;
  return [what, ends.source, ends.sourcePort, ends.destination, ends.destinationPort, which].join(' ');
};

function recordOf(
  packet: TcpPacket | IcmpPacket,
  watched: ReadonlySet<number>,
  at: string,
): CaptureRecord | undefined {
  if (packet.protocol === 'icmp') {
    const { version, type, code, about } = packet;
    // What it is about had arrived here.
    return watched.has(about.destinationPort)
      ? { what: 'icmp', at, ...arrivedEnds(about), version, type, code }
      : undefined;
  }
  const isToUs = watched.has(packet.destinationPort);
  if (isToUs && packet.syn && !packet.ack && !packet.rst)
    return {
      what: 'syn',
      at,
      ...arrivedEnds(packet),
      ...(packet.mss !== undefined && { mss: packet.mss }),
    };
  if (watched.has(packet.sourcePort) && packet.rst) return { what: 'rst', at, ...sentEnds(packet) };
  if (watched.has(packet.sourcePort) && packet.syn && packet.ack)
    return { what: 'syn-ack', at, ...sentEnds(packet) };
  if (!isToUs || packet.payload.length === 0) return undefined;
  const challenge = readChallenge(packet.payload.toString('latin1'));
  return challenge && { what: 'tagged', at, ...arrivedEnds(packet), ...challenge };
}

type Ends = Pick<Extract<CaptureRecord, { what: 'syn' }>, 'port' | 'local' | 'remote'>;

const arrivedEnds = ({ source, sourcePort, destination, destinationPort }: PacketEnds): Ends => ({
  port: destinationPort,
  local: endText(destination, destinationPort),
  remote: endText(source, sourcePort),
});

const sentEnds = ({ source, sourcePort, destination, destinationPort }: PacketEnds): Ends => ({
  port: sourcePort,
  local: endText(source, sourcePort),
  remote: endText(destination, destinationPort),
});
