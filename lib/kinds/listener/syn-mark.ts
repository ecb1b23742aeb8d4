/**
 * A mark in SYNs of a test that address translation leaves alone: the largest segment that they ask for (TCP option 2), chosen by the
 * key of the run. Whoever has the code finds the test's SYNs by it. What lowers that size on the way (MSS clamping) takes the mark away.
 */
import { createHmac } from 'node:crypto';

/** Below what tunnels on the way lower it to as a rule (1,360 and more). */
const LEAST = 1_201;
/** Odd ones: what systems and devices ask for themselves is even. */
const STEP = 2;
const COUNT = 64;

/** @param key of the run, as `runKey` makes it */
export function markedSegment(key: string, address: string, port: number): number {
  const digest = createHmac('sha256', key).update(`segment ${address} ${port}`).digest();
  return LEAST + STEP * (digest.readUInt8(0) % COUNT);
}
