/** How a prober's answer travels: Lambda carries 6 MB at most, and a step can use a smaller answer better than none. */
import type { VantageResult } from '../model/vantage-result.ts';
import { BatchResult, ProberAnswer } from './batch-result.ts';
import { MAX_ANSWER_BYTES, PLAIN_ANSWER_BYTES } from './limits.ts';
import { fold, unfold } from './payload.ts';

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

/** Reads a prober's answer; `undefined` for rubbish. */
export function decodeAnswer(text: string): BatchResult | undefined {
  const answer = ProberAnswer.safeParse(jsonOf(text));
  if (!answer.success) return undefined;
  if (!('gzip' in answer.data)) return answer.data;
  const result = BatchResult.safeParse(jsonOf(unfold(answer.data.gzip)));
  return result.success ? result.data : undefined;
}

function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
