/** Counters of a connection: struct tcp_info of linux/tcp.h. Fields are only ever added at its end. */
import type { StreamCounters } from '../../model/kernel-evidence.ts';

/** As much as is read of it; older kernels give less. */
export const TCP_INFO_BYTES = 232;

const STATE = 0;
const UNANSWERED = 2;
const SND_MSS = 16;
const RCV_ADVMSS = 84;
const TOTAL_RETRANS = 100;
const BYTES_ACKED = 120;
const BYTES_RECEIVED = 128;
const SEGMENTS_RECEIVED = 140;
const BYTES_SENT = 200;
const BYTES_RETRANS = 208;

/** States of a connection (linux/tcp_states.h) in which the peer has ended nothing: ESTABLISHED, FIN_WAIT1, FIN_WAIT2. */
const OPEN_STATES: ReadonlySet<number> = new Set([1, 4, 5]);

const FIN_WAIT1 = 4;

/** This side's FIN is under way; in every other state it was not sent, or the peer has answered. */
export const awaitsAck = (info: Buffer): boolean => info.length > 0 && info.readUInt8(STATE) === FIN_WAIT1;

/** SYNs or segments that were sent again, `undefined` where the kernel gave less than that. */
export const retransmissionsIn = (info: Buffer): number | undefined =>
  info.length >= TOTAL_RETRANS + 4 ? info.readUInt32LE(TOTAL_RETRANS) : undefined;

/** `undefined` for kernels before 4.19, which do not count what was sent. */
export function streamCounters(info: Buffer): StreamCounters | undefined {
  const retransmissions = retransmissionsIn(info);
  if (retransmissions === undefined || info.length < BYTES_RETRANS + 8) return undefined;
  const long = (at: number): number => Number(info.readBigUInt64LE(at));
  const sentBytes = long(BYTES_SENT) - long(BYTES_RETRANS);
  return {
    sentBytes,
    // The SYN is counted as a byte, and so is a FIN that was acknowledged.
    ackedBytes: Math.min(sentBytes, Math.max(0, long(BYTES_ACKED) - 1)),
    retransmissions,
    unanswered: info.readUInt8(UNANSWERED),
    receivedBytes: long(BYTES_RECEIVED),
    receivedSegments: info.readUInt32LE(SEGMENTS_RECEIVED),
    sendMss: info.readUInt32LE(SND_MSS),
    receiveMss: info.readUInt32LE(RCV_ADVMSS),
    ended: !OPEN_STATES.has(info.readUInt8(STATE)),
  };
}
