/** What a prober answered, before anything of it is believed: that it is an answer to this batch, and nothing else. */
import type { RunStore } from '../ports/run-store.ts';
import { compress } from '../state/compressed.ts';
import { endpointsOf } from './batch-endpoints.ts';
import type { BatchResult } from './batch-result.ts';
import { failure, isFailure } from './failure.ts';
import { rawKey } from './keys.ts';
import { MAX_INLINE_BYTES } from './limits.ts';
import type { Payload, ProbeBatch } from './messages.ts';
import { sha256, storeText } from './payload.ts';
import { OLDEST_PROBER, PAYLOAD_VERSION, UNSTATED_VERSION, versionsApart } from './payload-version.ts';
import { decodeAnswer } from './read-answer.ts';

/** The answer, if it is one to this batch: results of other vantages or endpoints must not get into a report. */
export function resultOf(
  text: string,
  batch: ProbeBatch,
  { oldest = OLDEST_PROBER, maxDecompressed }: { oldest?: number; maxDecompressed?: number } = {},
): BatchResult {
  const { version: stated, result } = decodeAnswer(text, maxDecompressed);
  const version = stated ?? (result && UNSTATED_VERSION);
  // What states no version and can't be read is rubbish: of which version it would be could only be guessed.
  const isApart =
    result === undefined ? version !== PAYLOAD_VERSION : version !== undefined && version < oldest;
  if (version !== undefined && isApart)
    throw failure('ProberMismatch', versionsApart(batch.vantage.id, version));
  const fault = result === undefined ? 'no result of a batch' : strayIn(result, batch);
  if (result === undefined || fault !== undefined)
    throw failure('ProberRubbish', `${batch.vantage.id} answered ${text.length} characters: ${fault}`);
  return result;
}

function strayIn({ vantage, results }: BatchResult, batch: ProbeBatch): string | undefined {
  const asked = new Set(endpointsOf(batch).map(({ id }) => id));
  const isOwn = (id: string) => id === batch.vantage.id;
  if (!isOwn(vantage.id)) return 'a result of another vantage';
  for (const { endpointId, measured, facts } of results) {
    if (!asked.delete(endpointId)) return 'a result that was not asked for, or twice';
    if (!isOwn(facts.id)) return 'facts of another vantage';
    for (const { vantage: from, attempt, observation } of measured) {
      if (!isOwn(from) || !isOwn(observation.vantage)) return 'an observation of another vantage';
      if (attempt !== batch.attempt) return 'an observation of another attempt';
      if (observation.endpointId !== endpointId) return 'an observation of another endpoint';
    }
  }
  return undefined;
}

/** In the bucket, or in the state itself where the bucket fails: what was measured is not lost for that. */
export async function keepResult(
  result: BatchResult,
  { runId, attempt, vantage }: ProbeBatch,
  store: RunStore,
): Promise<Payload> {
  const text = JSON.stringify(result);
  const key = rawKey(runId, attempt, vantage.id, sha256(text));
  try {
    return await storeText(store, key, text);
  } catch (error) {
    if (!isFailure(error, 'StoreFailed')) throw error;
    const gzip = compress(text);
    if (gzip.length <= MAX_INLINE_BYTES) return { gzip };
    throw failure('ResultNotStored', `${key}: ${error.message}; too large for the state`, error);
  }
}
