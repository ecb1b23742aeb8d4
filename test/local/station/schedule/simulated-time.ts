/** A clock and timers that the test moves: no test waits for time to pass. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Timers } from '../../../../lib/local/station/schedule/timers.ts';

export interface SimulatedTime {
  readonly now: () => number;
  readonly timers: Timers;
  /** Runs what becomes due, one after the other; `settled` waits for the end of each. */
  pass(ms: number, settled: () => Promise<void>): Promise<void>;
  /** The clock shows another time, and no timer has run meanwhile: a sleep, or somebody has set it. */
  jump(ms: number): void;
}

export function simulatedTime(start: string): SimulatedTime {
  let now = Date.parse(start);
  let passed = 0;
  const waiting = new Set<{ readonly at: number; readonly work: () => void }>();
  return {
    now: () => now,
    timers: {
      after(ms, work) {
        const timer = { at: passed + Math.max(0, ms), work };
        waiting.add(timer);
        return () => void waiting.delete(timer);
      },
    },
    async pass(ms, settled) {
      const end = passed + ms;
      for (;;) {
        await turn();
        await settled();
        const [next] = [...waiting].sort((a, b) => a.at - b.at);
        if (next === undefined || next.at > end) break;
        waiting.delete(next);
        now += next.at - passed;
        passed = next.at;
        next.work();
      }
      now += end - passed;
      passed = end;
    },
    jump(ms) {
      now += ms;
    },
  };
}
