import type { JudgedResult } from '../../engine/verdict/judge-together.ts';
import type { VantageFacts } from '../../model/plan.ts';
import type { ProbeBatch } from './messages.ts';

/** What was found of one attempt at one vantage. */
export type JudgedAttempt = { readonly vantage: string; readonly attempt: number } & (
  | {
      /** By endpoint id. */
      readonly results: ReadonlyMap<string, JudgedResult>;
      /** What the vantage proved on all ports. */
      readonly facts: VantageFacts;
      /** The budget ended before everything was measured. */
      readonly partial?: boolean | undefined;
      /** It gave no answer: why, in a few words. The results are what came before. */
      readonly broken?: string | undefined;
    }
  /** The vantage gave nothing: why, in a few words. */
  | { readonly lost: string }
);

/** The same with a result of `prober.unavailable` wherever the vantage was asked and gave none. */
export type CompleteAttempt = JudgedAttempt & {
  readonly missing: readonly JudgedResult[];
  /** What the vantage is asked in the next attempt; absent: nothing. */
  readonly again?: ProbeBatch['again'];
};
