/**
 * What to hand to `setTimeout` for a limit on waiting for the network: `expired` is called only after everything that
 * had already arrived was read. Node runs timers before it reads sockets, so in a process that was starved of CPU (a
 * small Lambda function, a busy laptop) an answer that came in time would otherwise be taken for silence, and the far
 * end blamed for our own delay.
 */
export function afterReading<A extends unknown[]>(expired: (...values: A) => void): (...values: A) => void {
  return (...values) => {
    setImmediate(expired, ...values);
  };
}
