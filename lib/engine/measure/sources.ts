/** The public addresses that a vantage sends from, asked once a run beside the measuring. */

import type { SeenSource } from '../../model/plan.ts';
import type { RunSettings } from '../../model/request.ts';
import { createLocalContext } from '../context.ts';
import { askReflector, REFLECTOR_MS, type ReflectorAsk } from './reflector.ts';

export interface Sources {
  /** Asks, unless that was done before. Takes no slot of the probes. */
  begin(): void;
  /** What is known by now. */
  known(): readonly SeenSource[];
  /** Waits a little for answers that are still to come, and gives up the others. */
  settled(): Promise<void>;
}

/**
 * A run may end so much later for an answer that is still to come, ms: an API function that starts anew takes a second or
 * two. With `REFLECTOR_MS` it counts in runs of under four seconds alone.
 */
const GRACE_MS = 3_000;

/** Where nobody can be asked. */
export const NO_SOURCES: Sources = {
  begin: () => undefined,
  known: () => [],
  settled: () => Promise.resolve(),
};

/**
 * @param asks one for each family of the vantage
 * @param settings of the run: its DNS servers and pins, and whether private addresses may be dialled
 * @param signal the run is ended from outside
 */
export function createSources(
  asks: readonly ReflectorAsk[],
  settings: RunSettings,
  signal?: AbortSignal,
): Sources {
  const found: SeenSource[] = [];
  const ended = new AbortController();
  let asking: Promise<unknown> | undefined;
  return {
    begin() {
      if (asking !== undefined || asks.length === 0) return;
      // A context of its own: neither its time nor its end is the run's.
      const context = createLocalContext(
        { ...settings, timeoutMs: REFLECTOR_MS, deadlineMs: REFLECTOR_MS },
        signal === undefined ? ended.signal : AbortSignal.any([signal, ended.signal]),
      );
      asking = Promise.all(
        asks.map(async (ask) => {
          const seen = await askReflector(ask, context).catch(() => undefined);
          if (seen !== undefined) found.push(seen);
        }),
      );
    },
    known: () => [...found],
    async settled() {
      if (asking === undefined) return;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, GRACE_MS);
      });
      await Promise.race([asking, late]);
      clearTimeout(timer);
      ended.abort();
    },
  };
}
