/** How much of a run may go into finding out more about silences: a thousand of them must not take a thousand times as long. */
import type { Clock } from '../../net/network-access.ts';
import type { Release } from '../../net/slots.ts';

export interface EvidenceLimits {
  /** Silences of which more is found out. */
  readonly most: number;
  /** Of these at one address, so that a host with hundreds of silent ports leaves some to others. */
  readonly mostAtOneAddress: number;
  /** Time that they may take together, ms. Those that run at the same time count each. */
  readonly mostMs: number;
  /** What one is expected to take, ms: set aside while it runs. */
  readonly eachMs: number;
}

/** With the usual 64 probes at a time all of it fits into six seconds; one at a time, into four minutes. */
export const EVIDENCE_LIMITS: EvidenceLimits = {
  most: 40,
  mostAtOneAddress: 10,
  mostMs: 240_000,
  eachMs: 6_000,
};

export interface EvidenceBudget {
  /** A share, to be given back when the evidence is there; `undefined`: nothing is left for this address. */
  take(address: string): Release | undefined;
}

export function createEvidenceBudget(
  clock: Clock,
  { most, mostAtOneAddress, mostMs, eachMs }: EvidenceLimits = EVIDENCE_LIMITS,
): EvidenceBudget {
  /** As many addresses at most as shares were given. */
  const given = new Map<string, number>();
  let shares = 0;
  let running = 0;
  let spentMs = 0;
  return {
    take(address) {
      const atAddress = given.get(address) ?? 0;
      const claimedMs = spentMs + (running + 1) * eachMs;
      if (shares >= most || atAddress >= mostAtOneAddress || claimedMs > mostMs) return undefined;
      given.set(address, atAddress + 1);
      shares += 1;
      running += 1;
      const start = clock.monotonic();
      let isBack = false;
      return () => {
        if (isBack) return;
        isBack = true;
        running -= 1;
        spentMs += clock.monotonic() - start;
      };
    },
  };
}
