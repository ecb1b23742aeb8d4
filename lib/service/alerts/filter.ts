import type { ChangeEvent, Severity } from '../../model/change-event.ts';
import type { WebhookFilter } from '../state/webhooks.ts';

/** Addresses of AWS’s change several times a day: whoever keeps a list of them asks for it by `kinds`. */
export const isOnRequest = ({ kind }: Pick<ChangeEvent, 'kind'>): boolean => kind === 'source-new';

const SEVERITY_RANK = { info: 0, warning: 1, critical: 2 } as const satisfies Record<Severity, number>;

/**
 * Whether a webhook gets a change. The end of a fault, and that somebody acts, have a low severity; a person who was alerted at the
 * beginning still gets them, unless `kinds` leaves it out.
 */
export function wants({ targets, kinds, minSeverity }: WebhookFilter, event: ChangeEvent): boolean {
  if (kinds === undefined ? isOnRequest(event) : !kinds.includes(event.kind)) return false;
  if (!isMeant(event.target, targets)) return false;
  if (minSeverity === undefined || event.kind === 'recovered' || event.kind === 'acknowledged') return true;
  return SEVERITY_RANK[event.severity] >= SEVERITY_RANK[minSeverity];
}

/** Whether a webhook gets changes of the target at all. @param targets patterns; absent: all targets */
export const isMeant = (target: string, targets: WebhookFilter['targets']): boolean =>
  targets === undefined || targets.some((pattern) => fits(pattern, target));

/** `*` matches any text. Not a regular expression, because some patterns would take very long. */
function fits(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.toLowerCase().split('*');
  const text = name.toLowerCase();
  if (!text.startsWith(first)) return false;
  const last = rest.pop();
  if (last === undefined) return text === first;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
