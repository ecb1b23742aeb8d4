import { vi } from 'vitest';

/** Turns of the event loop in which sockets get what was sent to them, for each millisecond that passes. */
const TURNS = 5;

/**
 * Runs something with real sockets in a time of its own: timers and clocks of this process are Vitest's, and a millisecond
 * passes only after the event loop had some turns. So a limit can be measured to the millisecond, however busy the
 * machine is. For peers in this process only: another one lives in real time.
 */
export async function inFakeTime<T>(run: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  });
  try {
    let isOver = false;
    const over = (): void => {
      isOver = true;
    };
    const result = run();
    result.then(over, over);
    while (!isOver) {
      for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      vi.advanceTimersByTime(1);
    }
    return await result;
  } finally {
    vi.useRealTimers();
  }
}
