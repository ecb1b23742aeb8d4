import { CAUSE_DEFAULTS } from '../../model/cause-codes.ts';
import type { Fault, Finding } from '../../model/finding.ts';
import { bySeverity } from '../../model/severity-order.ts';
import type { CauseCode, State } from '../../model/vocabulary.ts';
import type { Sentence } from './sentences.ts';

/**
 * A fault with the side and severity that its cause has by default, unless the evidence says otherwise.
 *
 * @param said one sentence with the values seen
 */
export function fault(
  cause: CauseCode,
  said: Sentence,
  overrides: Partial<Pick<Fault, 'severity' | 'side'>> = {},
): Fault {
  const { side, severity } = CAUSE_DEFAULTS[cause];
  return { cause, side, severity, ...storedText(said), ...overrides };
}

/** A sentence in the form that a fault and a finding store. */
type StoredText = Pick<Fault, 'summary' | 'message'>;

/** What was said, so. */
export function storedText(said: Sentence | StoredText): StoredText {
  if ('text' in said) return { summary: said.text, message: said.message };
  return { summary: said.summary, ...(said.message && { message: said.message }) };
}

/**
 * A finding with its faults, most serious first; equals follow the order of `CAUSE_CODES`, from the lowest layer to the highest.
 *
 * @param said what was seen in one sentence; absent: that of the most serious fault
 */
export function finding(state: State, faults: readonly Fault[], said?: Sentence | StoredText): Finding {
  const sorted = [...faults].sort(bySeverity);
  if (said !== undefined) return { state, faults: sorted, ...storedText(said) };
  const { summary = '', message } = sorted[0] ?? {};
  return { state, faults: sorted, summary, ...(message && { message }) };
}
