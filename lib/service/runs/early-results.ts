/** What came of batches before their answers, in the run store: one object for each vantage and attempt, written again and again. */
import { mergeFacts } from '../../engine/verdict/judge-together.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { BatchResult } from './batch-result.ts';
import { isFailure } from './failure.ts';
import { type BatchPlace, earlyKey } from './keys.ts';
import { decodeAnswer } from './read-answer.ts';

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

/** What it may decompress to: some thousand endpoints. */
const MAX_BYTES = 20_000_000;

export const createEarlyResults = (store: RunStore): EarlyResults => ({
  put: (place, soFar) => store.put(earlyKey(place), JSON.stringify(soFar), 'application/json'),
  async read(place) {
    try {
      const { result } = decodeAnswer(await store.get(earlyKey(place)), MAX_BYTES);
      return result && ownPart(result, place);
    } catch (error) {
      if (isFailure(error, 'StoreFailed')) return undefined;
      throw error;
    }
  },
});

/** What it proved is known of each endpoint alone; what is of another vantage or attempt is left out. */
export function ownPart(
  { results: all, ...answer }: BatchResult,
  { attempt, vantage }: BatchPlace,
): BatchResult | undefined {
  const results = all.filter(
    ({ facts, endpointId, measured }) =>
      facts.id === vantage &&
      measured.every(
        (one) =>
          one.vantage === vantage &&
          one.attempt === attempt &&
          one.observation.vantage === vantage &&
          one.observation.endpointId === endpointId,
      ),
  );
  const [facts] = mergeFacts(results.map((one) => one.facts));
  return facts && { ...answer, vantage: facts, results, partial: true };
}
