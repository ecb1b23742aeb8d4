/** What a vantage has measured of a batch that it has not answered yet. */
import type { BatchResult } from '../runs/batch-result.ts';

/** One vantage in one attempt of a run. */
export interface BatchPlace {
  readonly runId: string;
  readonly attempt: number;
  readonly vantage: string;
}

/** Who follows a run sees it at once; and it stays if the vantage never answers. */
export interface EarlyResults {
  /**
   * Everything so far, each time: so a call that is lost, or comes twice, does no harm. Rejects as the store does.
   *
   * @param soFar held against the batch already
   */
  put(place: BatchPlace, soFar: BatchResult): Promise<void>;
  /** As the vantage would have answered it by then. `undefined`: nothing came, or it can't be read. Never rejects for that. */
  read(place: BatchPlace): Promise<BatchResult | undefined>;
}
