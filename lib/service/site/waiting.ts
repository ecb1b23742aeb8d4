import type { FailureName } from '../runs/failure.ts';
import type { Dispatched } from '../runs/steps.ts';
import type { SiteWork } from './work.ts';

/**
 * What waits for the answer of a site vantage: a state machine, or a run in this process. None rejects because nobody waits
 * any more; all reject with a `StoreFailed` failure when what waits can't be reached.
 */
export interface SiteWaiting {
  succeed(work: SiteWork, outcome: Dispatched): Promise<void>;
  fail(work: SiteWork, error: { readonly name: FailureName; readonly message: string }): Promise<void>;
  /** The vantage was heard of. `false`: nobody waits for this any more. */
  alive(work: SiteWork): Promise<boolean>;
}
