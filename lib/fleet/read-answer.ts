import { BatchResult, ProberAnswer } from './batch-result.ts';
import { unfold } from './folded.ts';

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
