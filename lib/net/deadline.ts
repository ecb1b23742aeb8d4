/**
 * Thousands of dials and reads wait on one AbortSignal. A listener each would cost an EventTarget node and a linear
 * removal per dial, so a signal gets one listener that calls a list of callbacks.
 *
 * The list is a plain array. A Set replaces its table each time it is full of deleted entries, and V8's collector of young objects keeps what a
 * replaced old table still points to, sockets included, until the next full collection.
 */
const waiting = new WeakMap<AbortSignal, (() => void)[]>();

/** Calls `end` once when `signal` aborts. Call `offDeadline` with the same function when it is no longer needed. */
export function onDeadline(signal: AbortSignal, end: () => void): void {
  let callbacks = waiting.get(signal);
  if (callbacks === undefined) {
    const list: (() => void)[] = [];
    signal.addEventListener(
      'abort',
      () => {
        // A callback may remove itself or others from the list.
        for (let next = list.pop(); next !== undefined; next = list.pop()) next();
      },
      { once: true },
    );
    waiting.set(signal, list);
    callbacks = list;
  }
  callbacks.push(end);
}

export function offDeadline(signal: AbortSignal, end: () => void): void {
  const callbacks = waiting.get(signal);
  const at = callbacks?.lastIndexOf(end) ?? -1;
  if (callbacks === undefined || at < 0) return;
  // Order has no meaning, so the last one takes the free place.
  const last = callbacks.pop();
  if (last !== undefined && at < callbacks.length) callbacks[at] = last;
}
