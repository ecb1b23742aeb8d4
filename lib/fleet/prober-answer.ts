/** How a prober's answer travels: Lambda carries 6 MB at most, and a step can use a smaller answer better than none. */
import type { VantageResult } from '../model/vantage-result.ts';
import type { BatchResult, ProberAnswer } from './batch-result.ts';
import { fold } from './folded.ts';
import { MAX_ANSWER_BYTES, PLAIN_ANSWER_BYTES } from './limits.ts';

/**
 * Plain where it is small, else gzipped. What is too large even so gives up the exchanges first, then whole results,
 * and says so by `partial`.
 */
export function encodeAnswer(
  result: BatchResult,
  limits = { plain: PLAIN_ANSWER_BYTES, most: MAX_ANSWER_BYTES },
): ProberAnswer {
  const text = JSON.stringify(result);
  if (Buffer.byteLength(text) <= limits.plain) return result;
  let folded = fold(text);
  let results = result.results.map(withoutExchange);
  while (folded.length > limits.most && results.length > 0) {
    folded = fold(JSON.stringify({ ...result, results, partial: true } satisfies BatchResult));
    results = results.slice(0, Math.floor(results.length / 2));
  }
  return { gzip: folded };
}

function withoutExchange({ judged, ...rest }: VantageResult): VantageResult {
  const left = 'left out, because the answer of this vantage was too large';
  return {
    ...rest,
    judged: judged.map(({ observation, ...one }) => ({
      ...one,
      observation: {
        ...observation,
        exchange: [{ at: observation.startedAt, dir: 'event' as const, text: left }],
      },
    })),
  };
}
