/** Webhooks as lines of plain text. */

import { utc } from '../../model/units.ts';
import type { TestOutcome } from '../../model/webhook-test.ts';
import type { ListedWebhook } from '../contracts/alerts.ts';

/** Two lines each: its destination and what it gets, then who registered it. */
export const webhookLines = (webhooks: readonly ListedWebhook[]): string[] =>
  webhooks.flatMap((webhook) => [
    `${webhook.id}  ${webhook.kind}  ${webhook.url}  ${filterWords(webhook)}`,
    `    changed ${utc(webhook.changedAt)} by ${webhook.changedBy}`,
  ]);

export function filterWords({
  targets,
  kinds,
  minSeverity,
}: Pick<ListedWebhook, 'targets' | 'kinds' | 'minSeverity'>): string {
  const parts = [
    ...(kinds === undefined ? [] : [kinds.join(', ')]),
    ...(minSeverity === undefined || minSeverity === 'info' ? [] : [`${minSeverity} or worse`]),
    ...(targets === undefined ? [] : [`of ${targets.join(', ')}`]),
  ];
  return parts.length === 0 ? 'every change' : parts.join(' ');
}

/** What its receiver said to a sample. */
export function outcomeLine(id: string, outcome: Exclude<TestOutcome, { status: 'missing' }>): string {
  if (outcome.status === 'unanswered') return `${id}: nobody took it: ${outcome.message}`;
  const { code, taken, excerpt } = outcome;
  const said = excerpt === '' ? '' : `: ${excerpt}`;
  return `${id}: the receiver ${taken ? 'took it' : 'refused it'} with ${code}${said}`;
}
