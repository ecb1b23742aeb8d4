import type { Clock } from '../probe/probe.ts';

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

/** Milliseconds to 0.1 ms, as timings are reported. */
export function roundMs(ms: number): number {
  return Math.round(ms * 10) / 10;
}
