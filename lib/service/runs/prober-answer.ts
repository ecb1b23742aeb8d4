/** How a prober's answer is sent: Lambda allows 6 MB at most, and a smaller answer is better than none. */
import type { VantageResult } from '../../engine/vantage-result.ts';
import { compress } from '../state/compressed.ts';
import type { BatchResult, ProberAnswer } from './batch-result.ts';
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
  let compressed = compress(text);
  let results = result.results.map(withoutExchange);
  while (compressed.length > limits.most && results.length > 0) {
    compressed = compress(JSON.stringify({ ...result, results, partial: true } satisfies BatchResult));
    results = results.slice(0, Math.floor(results.length / 2));
  }
  return { gzip: compressed };
}

function withoutExchange({ measured, ...rest }: VantageResult): VantageResult {
  const left = 'left out, because the answer of this vantage was too large';
  return {
    ...rest,
    measured: measured.map(({ observation, ...one }) => ({
      ...one,
      observation: {
        ...observation,
        exchange: [{ at: observation.startedAt, dir: 'event' as const, text: left }],
      },
    })),
  };
}
