/**
 * Thousands of dials and reads wait on one AbortSignal. A listener each would cost an EventTarget node and a linear
 * removal per dial, so a signal gets one listener that calls a set of callbacks.
 */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls `end` once when `signal` aborts. Call `offDeadline` with the same function when it is no longer needed. */
export function onDeadline(signal: AbortSignal, end: () => void): void {
  let callbacks = waiting.get(signal);
  if (callbacks === undefined) {
    const set = new Set<() => void>();
    signal.addEventListener(
      'abort',
      () => {
        for (const callback of set) callback();
        set.clear();
      },
      { once: true },
    );
    waiting.set(signal, set);
    callbacks = set;
  }
  callbacks.add(end);
}

export function offDeadline(signal: AbortSignal, end: () => void): void {
  waiting.get(signal)?.delete(end);
}
