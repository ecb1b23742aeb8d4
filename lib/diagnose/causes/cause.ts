import type { CauseCode, Side } from '../../model/vocabulary.ts';

/** Documentation of one cause; `explain CAUSE` prints it and docs/causes.md is generated from it. */
export interface Cause {
  readonly code: CauseCode;
  /** Who acts by default; a fault may name another side where the evidence says so. */
  readonly side: Side;
  /** How grave by default: `fail` breaks the expectation `open`. */
  readonly severity: 'fail' | 'warn' | 'info';
  /** One sentence. */
  readonly summary: string;
  /** What in the evidence proves it, and what it can be confused with. */
  readonly proof: string;
  /** What to do next, for the person on `side`. */
  readonly next: string;
  /** Standards and vendor pages, as `RFC 5321 §4.2.1` or a URL. */
  readonly references: readonly string[];
}
