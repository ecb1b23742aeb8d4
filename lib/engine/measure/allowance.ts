/** Time that evidence about a failed address of an endpoint may take beyond the attempts themselves: the last of them alone looks for it. */
import type { Clock } from '../../net/network-access.ts';

/** All of it together: the way, the end of the connection, segment sizes, sizes of the ClientHello; ms. */
export const MOST_EVIDENCE_MS = 6_000;

export interface Allowance {
  /** Milliseconds left. */
  left(): number;
  /** Does the work and counts its time. */
  spend<T>(work: () => Promise<T>): Promise<T>;
}

/** For work that is done one after the other. */
export function createAllowance(clock: Clock, ms = MOST_EVIDENCE_MS): Allowance {
  let spentMs = 0;
  let since: number | undefined;
  const running = (): number => (since === undefined ? 0 : clock.monotonic() - since);
  return {
    left: () => Math.max(0, ms - spentMs - running()),
    async spend(work) {
      since = clock.monotonic();
      try {
        return await work();
      } finally {
        spentMs += running();
        since = undefined;
      }
    },
  };
}
