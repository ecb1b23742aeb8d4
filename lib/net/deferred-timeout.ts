/** How many turns of the event loop a peer that keeps sending can delay a decision, at most. */
const MAX_TURNS = 64;

/**
 * What to hand to `setTimeout` for a limit on waiting for the network: `expired` is called only after everything that
 * had already arrived was read. Node runs timers before it reads sockets, so in a process that got too little CPU time (a
 * small Lambda function, a busy laptop) or stopped, an answer that came in time would otherwise be taken for silence,
 * and the far end blamed for our own delay.
 *
 * @param progress counts what was read so far, such as a socket's `bytesRead`: as long as it grows from one turn of the
 *   event loop to the next, there was more. Absent: one turn is waited for.
 */
export function deferredTimeout<A extends unknown[]>(
  expired: (...values: A) => void,
  progress?: () => number,
): (...values: A) => void {
  return (...values) => {
    const look = (turn: number, before: number): void => {
      const now = progress?.() ?? 0;
      if (now === before || turn >= MAX_TURNS) expired(...values);
      else setImmediate(look, turn + 1, now);
    };
    setImmediate(look, 1, progress === undefined ? 0 : Number.NaN);
  };
}
