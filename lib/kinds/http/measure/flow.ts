/** Whether a body is slow or has stopped, judged by when its bytes came. */

export interface Flow {
  /** Bytes came, at this time in ms. */
  arrived(now: number): void;
  /** Would more have come, had there been more time? */
  flowing(now: number): boolean;
}

/** Longest pause in ms, at the end, that proves nothing yet. */
const TOO_SHORT_TO_TELL_MS = 1_000;

/**
 * Flowing: the pause at the end is short, or no longer than pauses that ended before. A path that loses full-sized
 * packets delivers a beginning and then nothing for the rest of the time.
 *
 * @param budgetMs the whole time that there is
 */
export function createFlow(budgetMs: number): Flow {
  let first: number | undefined;
  let last = 0;
  let longest = 0;
  return {
    arrived(now) {
      if (first === undefined) first = now;
      else longest = Math.max(longest, now - last);
      last = now;
    },
    flowing(now) {
      if (first === undefined) return false;
      const quiet = now - last;
      return (
        quiet <= Math.min(TOO_SHORT_TO_TELL_MS, budgetMs / 4) ||
        (longest > 0 && quiet <= Math.max(longest * 3, (now - first) / 3))
      );
    },
  };
}
