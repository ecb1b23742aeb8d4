/** Takes the answer of a site vantage to one piece of its work. */
import { printable } from '../../net/printable.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { BatchResult } from '../runs/batch-result.ts';
import { keepResult, resultOf } from '../runs/checked-answer.ts';
import type { EarlyResults } from '../runs/early-results.ts';
import { type FailureName, failure } from '../runs/failure.ts';
import { ProbeBatch } from '../runs/messages.ts';
import { openPayload } from '../runs/payload.ts';
import { CLOCK_MS } from '../state/site-vantages.ts';
import type { SiteWaiting } from './waiting.ts';
import type { SiteWork } from './work.ts';

/** What an answer may decompress to: some thousand endpoints with all that was said. */
const MAX_BYTES = 20_000_000;

/** What of an answer is the vantage's own fault. */
const FAULTS: readonly FailureName[] = ['ProberRubbish', 'ProberMismatch', 'ResultNotStored'];

/** Undefined: taken; else what is wrong with it, for who sent it. The run goes on in both cases. */
export async function takeAnswer(
  work: SiteWork,
  body: { readonly answer: unknown } | { readonly failed: string },
  { store, waiting, now }: { store: RunStore; waiting: SiteWaiting; now: () => number },
): Promise<string | undefined> {
  const { vantage, attempt, batch: payload } = work.dispatch;
  if ('failed' in body) {
    await waiting.fail(work, { name: 'ProberCrashed', message: printable(body.failed, 500) });
    return undefined;
  }
  try {
    const batch = await openPayload(payload, ProbeBatch, store);
    const result = resultOf(JSON.stringify(body.answer), batch, { maxDecompressed: MAX_BYTES });
    refuseOtherTimes(result, work, now());
    await waiting.succeed(work, {
      vantage: vantage.id,
      attempt,
      result: await keepResult(result, batch, store),
    });
    return undefined;
  } catch (error) {
    const name = FAULTS.find((one) => error instanceof Error && error.name === one);
    if (name === undefined || !(error instanceof Error)) throw error;
    const message = printable(error.message, 500);
    await waiting.fail(work, { name, message });
    return message;
  }
}

/**
 * Keeps what a vantage has measured so far. Undefined: taken; else what is wrong with it, and its work goes on: the answer
 * decides. Rejects as the store does.
 */
export async function takeTold(
  { dispatch, ...work }: SiteWork,
  answer: unknown,
  { store, early, now }: { store: RunStore; early: Pick<EarlyResults, 'put'>; now: () => number },
): Promise<string | undefined> {
  const { runId, attempt, vantage, batch: payload } = dispatch;
  try {
    const batch = await openPayload(payload, ProbeBatch, store);
    const soFar = resultOf(JSON.stringify(answer), batch, { maxDecompressed: MAX_BYTES });
    refuseOtherTimes(soFar, { dispatch, ...work }, now());
    await early.put({ runId, attempt, vantage: vantage.id }, soFar);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error) || !FAULTS.some((one) => error.name === one)) throw error;
    return printable(error.message, 500);
  }
}

/** Dates of certificates are judged at the time of the observation, so none may be of another time than the work. */
function refuseOtherTimes({ results }: BatchResult, { queuedAt, dispatch }: SiteWork, now: number): void {
  for (const { measured } of results)
    for (const { observation } of measured) {
      const at = Date.parse(observation.startedAt);
      if (!(at >= queuedAt - CLOCK_MS && at <= now + CLOCK_MS))
        throw failure('ProberRubbish', `${dispatch.vantage.id} answered with an observation of another time`);
    }
}
