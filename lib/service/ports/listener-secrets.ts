import type { ListenerSecret } from '../../model/listener-secret.ts';

/**
 * Keys by which probers judge proofs of listeners, each for one run: beside the run and in none of its records, and for a day at
 * most. Both reject with a `StoreFailed` failure when they can't be reached.
 */
export interface ListenerSecrets {
  put(runId: string, secret: ListenerSecret): Promise<void>;
  /** `undefined`: there is none, or it is gone. */
  get(runId: string): Promise<ListenerSecret | undefined>;
}
