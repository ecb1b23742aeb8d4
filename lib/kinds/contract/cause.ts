import type { CauseCode } from '../../model/vocabulary.ts';

/** The texts of one cause; `explain CAUSE` prints them and docs/causes.md is generated from them. Side and severity: `CAUSE_DEFAULTS`. */
export interface Cause {
  readonly code: CauseCode;
  /** One sentence. */
  readonly summary: string;
  /** What in the evidence proves it, and what it can be confused with. */
  readonly proof: string;
  /** What to do next, for the person who acts. `PORT` is replaced by the port at which it was found. */
  readonly next: string;
  /** Standards and vendor pages, as `RFC 5321 §4.2.1` or a URL. */
  readonly references: readonly string[];
}

/** The causes of one layer: those whose code begins with its name and a dot. */
export interface CauseGroup<Layer extends string> {
  readonly title: string;
  /** What they have in common, as a sentence. */
  readonly about: string;
  readonly causes: Readonly<Record<Extract<CauseCode, `${Layer}.${string}`>, Cause>>;
}

/** What the causes of one layer say in German; what proves them stays in English. */
export type GermanCauses<Layer extends string> = Readonly<
  Record<Extract<CauseCode, `${Layer}.${string}`>, Pick<Cause, 'summary' | 'next'>>
>;
