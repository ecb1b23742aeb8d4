import type { Clock } from './network-access.ts';

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

/** Milliseconds to 0.1 ms, as timings are reported. */
export function roundMs(ms: number): number {
  return Math.round(ms * 10) / 10;
}

let lastMs = Number.NaN;
let lastIso = '';

/** Epoch ms as ISO 8601 UTC. Probes that run side by side often share a millisecond, so the last text is kept. */
export function isoTime(ms: number): string {
  if (ms !== lastMs) {
    lastIso = new Date(ms).toISOString();
    lastMs = ms;
  }
  return lastIso;
}
