/** What all forms of an alert say, each in its own markup. Untrusted text becomes visible text here. */

import { type ChangeEvent, MAX_TITLE, type Severity } from '../../model/change-event.ts';
import { printable } from '../../net/printable.ts';
import { withoutMentions } from '../../report/words/neutral.ts';
import { visible, visibleLines } from '../../report/words/visible.ts';

/** Lines of an event's text that are shown; it is meant to have some twenty. */
const MAX_LINES = 200;
const MAX_LINE = 1_000;
/** Longest name that is shown whole. */
const MAX_NAME = 200;

/** One visible line that mentions nobody. Strangers' words in an event's text are neutral already (`changes/text.ts`). */
export const line = (text: string, max: number): string => withoutMentions(printable(visible(text), max));

export const SEVERITY_WORDS = {
  critical: 'CRITICAL',
  warning: 'WARNING',
  info: 'INFO',
} as const satisfies Record<Severity, string>;

export const titleOf = ({ title }: ChangeEvent): string => line(title, MAX_TITLE);

export function textLines({ text }: ChangeEvent): string[] {
  const all = visibleLines(text);
  const shown = all.slice(0, MAX_LINES).map((one) => line(one, MAX_LINE));
  return all.length > MAX_LINES ? [...shown, '…'] : shown;
}

/** Label and value, the same in each form. Side, endpoints and what to do are in the event's text. */
export function labelledFacts({ fleet, target, at, cause }: ChangeEvent): (readonly [string, string])[] {
  return [
    ['Target', line(target, MAX_NAME)],
    ['Time', `${at.replace('T', ' ').replace(/\.\d+Z$|Z$/, '')} UTC`],
    ...(cause === undefined ? [] : [['Cause', cause] as const]),
    ['Fleet', line(fleet, MAX_NAME)],
  ];
}
