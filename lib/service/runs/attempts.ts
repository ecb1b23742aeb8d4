/** The results of a run so far: one entry for each vantage and attempt. */
import { parseJson } from '../../model/parse-json.ts';
import type { RunStore } from '../ports/run-store.ts';
import { BatchResult } from './batch-result.ts';
import type { EarlyResults } from './early-results.ts';
import type { VantageLoss } from './messages.ts';
import { openPayload } from './payload.ts';
import type { AttemptOutcome } from './steps.ts';

export type Attempted = { readonly vantage: string; readonly attempt: number } & (
  | {
      readonly result: BatchResult;
      /** It gave no answer, and this is what came before: why, as for what is lost. */
      readonly broken?: string;
    }
  /** The vantage gave nothing: the name of the error, and what else is known. */
  | { readonly lost: string }
);

/**
 * Reads what the dispatcher kept.
 *
 * @param early of the run: what came of a vantage that gave no answer counts; absent: it gave nothing
 */
export function loadAttempts(
  outcomes: readonly AttemptOutcome[],
  store: Pick<RunStore, 'get'>,
  early?: { readonly runId: string; readonly results: Pick<EarlyResults, 'read'> },
): Promise<Attempted[]> {
  return Promise.all(
    outcomes.map(async (outcome): Promise<Attempted> => {
      const { vantage, attempt } = outcome;
      if (!('result' in outcome)) {
        const why = lossText(outcome);
        const result = await early?.results.read({ runId: early.runId, attempt, vantage });
        return { vantage, attempt, ...(result === undefined ? { lost: why } : { result, broken: why }) };
      }
      return { vantage, attempt, result: await openPayload(outcome.result, BatchResult, store) };
    }),
  );
}

/** `ProberTimedOut: eu-west-1 …`; Lambda's `cause` is JSON with the message in it. */
export function lossText({ error, cause }: VantageLoss): string {
  const message = /"errorMessage":\s*"((?:[^"\\]|\\.)*)"/.exec(cause ?? '')?.[1];
  return message === undefined ? error : `${error}: ${unescaped(message)}`;
}

const unescaped = (text: string): string => String(parseJson(`"${text}"`) ?? text);
