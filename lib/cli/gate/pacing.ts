/** The time of a gate, which can be ended. */
import { setTimeout as pauseFor } from 'node:timers/promises';

export interface Pacing {
  /** Epoch ms. */
  now(): number;
  /** Until this epoch ms, or until `signal`. */
  until(at: number): Promise<void>;
  /** Ctrl-C: nothing more is probed. */
  readonly signal?: AbortSignal;
}

export const realPacing = (signal?: AbortSignal): Pacing => ({
  now: Date.now,
  async until(at) {
    try {
      await pauseFor(Math.max(0, at - Date.now()), undefined, { ...(signal && { signal }) });
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  },
  ...(signal && { signal }),
});
