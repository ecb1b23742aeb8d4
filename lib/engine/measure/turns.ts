import { descriptorOf } from '../../kinds/descriptors.ts';
import type { ProbeSpec } from '../../model/plan.ts';
import { addressScope } from '../../net/guard.ts';

/** Lets probes of one peer go one after the other. */
export interface Turns {
  /** Takes a turn: `undefined` when it is free immediately, else a promise for it. Every turn taken must be ended. */
  take(key: string): Promise<void> | undefined;
  end(key: string): void;
}

/**
 * Peers that must not see two connections of ours at the same time: mail servers count connections of one client and
 * deny-list those that open several (Postfix, smtpd_client_connection_count_limit; postscreen). This machine's own
 * servers need no such limit.
 */
export function turnKey({ kind, address }: Pick<ProbeSpec, 'kind' | 'address'>): string | undefined {
  return descriptorOf(kind).pacing.oneAtATime && addressScope(address) !== 'loopback' ? address : undefined;
}

export function createTurns(): Turns {
  const waiting = new Map<string, (() => void)[]>();
  return {
    take(key) {
      const queue = waiting.get(key);
      if (queue === undefined) {
        waiting.set(key, []);
        return undefined;
      }
      return new Promise((resolve) => queue.push(resolve));
    },
    end(key) {
      const next = waiting.get(key)?.shift();
      if (next) next();
      else waiting.delete(key);
    },
  };
}
