/** Findings on their way from the judge to the report: one object in the run bucket for each attempt of a run. */
import * as z from 'zod';
import { JudgedObservation } from '../../engine/verdict/judged.ts';
import { VantageFacts } from '../../model/plan.ts';
import { printable } from '../../net/printable.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { compress } from '../state/compressed.ts';
import { lossText } from './attempts.ts';
import { isFailure } from './failure.ts';
import type { CompleteAttempt, JudgedAttempt } from './judged-attempt.ts';
import { judgedKey } from './keys.ts';
import { MAX_INLINE_BYTES, MAX_JUDGED_BYTES } from './limits.ts';
import { ProbeBatch } from './messages.ts';
import { openPayload, sha256, storeText } from './payload.ts';
import type { RunPlan } from './run-plan.ts';
import type { AttemptOutcome, JudgedRound } from './steps.ts';
import { withMissing } from './with-missing.ts';

const StoredResult = z.strictObject({
  endpointId: z.string(),
  facts: VantageFacts,
  judged: z.array(JudgedObservation),
});

const common = {
  vantage: z.string(),
  attempt: z.number().int().min(1),
  missing: z.array(StoredResult),
  again: ProbeBatch.shape.again,
};

/** `CompleteAttempt`s as they are kept: results as a list. */
export const StoredAttempts = z.array(
  z.union([
    z.strictObject({ ...common, lost: z.string() }),
    z.strictObject({
      ...common,
      results: z.array(StoredResult),
      facts: VantageFacts,
      partial: z.boolean().optional(),
      broken: z.string().optional(),
    }),
  ]),
);
type StoredAttempts = z.infer<typeof StoredAttempts>;

/** The object: gzipped, because it repeats what the vantages saw, which is kept for as long. */
const Compressed = z.strictObject({ gzip: z.string() });

/**
 * Keeps what was found of one attempt. Where the bucket refuses it travels in the state itself, if it is small enough.
 *
 * @throws `StoreFailed`
 */
export async function keepJudged(
  runId: string,
  attempt: number,
  attempts: readonly CompleteAttempt[],
  store: RunStore,
): Promise<JudgedRound> {
  const list = attempts.map((one) =>
    'results' in one ? { ...one, results: [...one.results.values()] } : one,
  );
  const gzip = compress(JSON.stringify(list));
  const text = JSON.stringify({ gzip } satisfies z.infer<typeof Compressed>);
  try {
    return { attempt, judged: await storeText(store, judgedKey(runId, attempt, sha256(text)), text) };
  } catch (error) {
    if (!isFailure(error, 'StoreFailed') || gzip.length > MAX_INLINE_BYTES) throw error;
    return { attempt, judged: { gzip } };
  }
}

/** What was found of one attempt; `undefined`, and told, when it can't be read. */
export async function readJudged(
  { attempt, judged }: JudgedRound,
  store: Pick<RunStore, 'get'>,
  log: Pick<Telemetry, 'warn'>,
): Promise<CompleteAttempt[] | undefined> {
  try {
    const compressed = 'stored' in judged ? await openPayload(judged, Compressed, store) : judged;
    return (await openPayload(compressed, StoredAttempts, store, MAX_JUDGED_BYTES)).map(toWhole);
  } catch (error) {
    if (!isFailure(error, 'StepContractBroken') && !isFailure(error, 'StoreFailed')) throw error;
    log.warn('findings can’t be read', { attempt, error: error.message });
    return undefined;
  }
}

const toWhole = (one: StoredAttempts[number]): CompleteAttempt =>
  'results' in one
    ? { ...one, results: new Map(one.results.map((result) => [result.endpointId, result])) }
    : one;

/**
 * What was found in a whole run, by vantage and attempt. An attempt that can't be read is one that its vantages gave
 * nothing in: the report is made all the same, and says so.
 */
export async function loadJudged(
  {
    results,
    judged,
  }: { readonly results: readonly AttemptOutcome[]; readonly judged: readonly JudgedRound[] },
  plan: RunPlan,
  store: Pick<RunStore, 'get'>,
  log: Pick<Telemetry, 'warn'>,
): Promise<CompleteAttempt[]> {
  const found = (await Promise.all(judged.map((round) => readJudged(round, store, log)))).flatMap(
    (round) => round ?? [],
  );
  const isFound = ({ vantage, attempt }: AttemptOutcome): boolean =>
    found.some((one) => one.vantage === vantage && one.attempt === attempt);
  const unread = results
    .filter((outcome) => !isFound(outcome))
    .map(
      (outcome): JudgedAttempt => ({
        vantage: outcome.vantage,
        attempt: outcome.attempt,
        lost: 'result' in outcome ? UNREAD : printable(lossText(outcome), 300),
      }),
    );
  return [...found, ...unread.map((one) => withMissing(one, plan, found))];
}

const UNREAD = 'what was found of its answer can’t be read';
