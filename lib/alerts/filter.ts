import type { ChangeEvent, Severity } from '../model/change-event.ts';
import type { WebhookFilter } from './webhook.ts';

const GRAVITY = { info: 0, warning: 1, critical: 2 } as const satisfies Record<Severity, number>;

/**
 * Whether a webhook gets a change. The end of a fault is good news and so of a low severity; whoever was woken by the
 * beginning gets it all the same, unless `kinds` leaves it out.
 */
export function wants({ targets, kinds, minSeverity }: WebhookFilter, event: ChangeEvent): boolean {
  if (kinds !== undefined && !kinds.includes(event.kind)) return false;
  if (targets !== undefined && !targets.some((pattern) => fits(pattern, event.target))) return false;
  if (minSeverity === undefined || event.kind === 'recovered') return true;
  return GRAVITY[event.severity] >= GRAVITY[minSeverity];
}

/** `*` stands for any text. Without a regular expression, whose time a pattern could drive up. */
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
