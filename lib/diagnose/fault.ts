import type { Fault, Finding } from '../model/finding.ts';
import type { CauseCode, State } from '../model/vocabulary.ts';
import { CAUSE_CODES } from './causes/codes.ts';
import { causes } from './causes/index.ts';

/**
 * A fault with the side and severity that its cause documents, unless the evidence says otherwise.
 *
 * @param summary one sentence with the values seen
 */
export function fault(
  cause: CauseCode,
  summary: string,
  overrides: Partial<Pick<Fault, 'severity' | 'side'>> = {},
): Fault {
  const { side, severity } = causes[cause];
  return { cause, side, severity, summary, ...overrides };
}

const SEVERITY_ORDER: Readonly<Record<Fault['severity'], number>> = { fail: 0, warn: 1, info: 2 };
const CAUSE_ORDER: ReadonlyMap<CauseCode, number> = new Map(CAUSE_CODES.map((code, index) => [code, index]));

/**
 * A finding with its faults gravest first; among equals the order of `CAUSE_CODES` counts, which goes up the layers.
 *
 * @param summary what was seen in one sentence; absent: the gravest fault's own
 */
export function finding(state: State, faults: readonly Fault[], summary?: string): Finding {
  const sorted = [...faults].sort(
    (a, b) =>
      SEVERITY_ORDER[a.severity] - SEVERITY_ORDER[b.severity] ||
      (CAUSE_ORDER.get(a.cause) ?? 0) - (CAUSE_ORDER.get(b.cause) ?? 0),
  );
  return { state, faults: sorted, summary: summary ?? sorted[0]?.summary ?? '' };
}
