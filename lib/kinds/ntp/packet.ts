/** The NTP packet header of RFC 5905 §7.3, as far as a client that asks once needs it. */
import { roundMs } from '../../net/clock.ts';
import { printable } from '../../net/printable.ts';

export const NTP_PACKET_BYTES = 48;
/** Leap indicator 0, version 4, mode 3 (client). */
const CLIENT_V4 = (4 << 3) | 3;
const MODE_SERVER = 4;
/** RFC 5905 §7.3: stratum 16 means that the server itself has no time source. */
export const UNSYNCHRONISED = 16;
/** Seconds from the NTP era 0 (1900) to the Unix epoch. */
const NTP_TO_UNIX_S = 2_208_988_800;
const ERA_S = 2 ** 32;

export interface NtpReply {
  readonly status: 'answered' | 'kiss-of-death';
  /** Leap indicator; 3: the server's clock is not synchronised. */
  readonly leap: number;
  readonly stratum: number;
  /** Kiss code or reference source in ASCII for stratum 0, 1 and 16, else four numbers as `192.0.2.1`. */
  readonly referenceId: string;
  /** Server clock minus ours, ms. */
  readonly offsetMs: number;
}

/** @param transmit eight bytes, which the server repeats as origin timestamp */
export function clientPacket(transmit: Uint8Array): Buffer {
  const packet = Buffer.alloc(NTP_PACKET_BYTES);
  packet[0] = CLIENT_V4;
  packet.set(transmit.subarray(0, 8), 40);
  return packet;
}

/**
 * Reads a server's answer to our packet; `undefined` for anything else: too short, another mode or version, or an
 * origin timestamp that is not ours (RFC 5905 §8, packet sanity tests).
 *
 * @param sentAt, receivedAt epoch ms of our clock
 */
export function readNtpReply(
  datagram: Buffer,
  transmit: Uint8Array,
  sentAt: number,
  receivedAt: number,
): NtpReply | undefined {
  if (datagram.length < NTP_PACKET_BYTES) return undefined;
  const first = datagram.readUInt8(0);
  const version = (first >> 3) & 7;
  if ((first & 7) !== MODE_SERVER || version < 3 || version > 4) return undefined;
  if (Buffer.compare(datagram.subarray(24, 32), transmit) !== 0) return undefined;

  const stratum = datagram.readUInt8(1);
  const reference = datagram.subarray(12, 16);
  // RFC 5905 §8: half the sum of the differences on the way out and back.
  const offset = (timestamp(datagram, 32) - sentAt + (timestamp(datagram, 40) - receivedAt)) / 2;
  return {
    status: stratum === 0 && isKiss(asciiOf(reference)) ? 'kiss-of-death' : 'answered',
    leap: first >> 6,
    stratum,
    referenceId:
      stratum <= 1 || stratum >= UNSYNCHRONISED
        ? printable(trimZeros(reference), 16)
        : [...reference].join('.'),
    offsetMs: stratum === 0 ? 0 : roundMs(offset),
  };
}

/**
 * Kiss codes that send the client away (RFC 5905 §7.4 and the IANA registry; NTSN: RFC 8915 §5.7), and private ones
 * that begin with X. INIT and STEP are in the same list and say that the server has no time yet.
 */
const isKiss = (code: string): boolean =>
  /^(AUTH|AUTO|CRYP|DENY|DROP|RSTR|NKEY|NTSN|RATE|RMOT|X[!-~]{3})$/.test(code);

const asciiOf = (bytes: Uint8Array): string => Buffer.from(trimZeros(bytes)).toString('latin1');

/** Epoch ms of a 64-bit timestamp. RFC 4330 §3: with the top bit clear it is in era 1, from 2036. */
function timestamp(datagram: Buffer, at: number): number {
  const seconds = datagram.readUInt32BE(at);
  const fraction = datagram.readUInt32BE(at + 4) / 2 ** 32;
  const era = seconds < 2 ** 31 ? ERA_S : 0;
  return (seconds + era - NTP_TO_UNIX_S + fraction) * 1_000;
}

function trimZeros(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}
