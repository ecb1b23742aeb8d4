/**
 * An alert in the form that PagerDuty's Events API v2 accepts (developer.pagerduty.com, Events API v2, "Send an Alert Event"):
 * `trigger`, `acknowledge` and `resolve` of one `dedup_key`, which is that of the alert, so that the end of a fault closes
 * the incident that its beginning opened. What is sent again with the key of an open alert is added to its log.
 */
import type { ChangeEvent, Severity } from '../../model/change-event.ts';
import { labelledFacts, line, textLines, titleOf } from './wording.ts';

/** Where events go unless the webhook has an address of its own, as the service region in the EU has (events.eu.pagerduty.com). */
export const PAGERDUTY_URL = 'https://events.pagerduty.com/v2/enqueue';

/** "This is the 32 character Integration Key for an integration on a service". */
export const isPagerdutyKey = (text: string): boolean => /^[A-Za-z0-9]{32}$/.test(text);

/** Of the four that there are; `error` is not needed. */
const SEVERITIES = {
  critical: 'critical',
  warning: 'warning',
  info: 'info',
} as const satisfies Record<Severity, string>;

/** Links of one event; no limit is published. */
const MAX_LINKS = 10;
const MAX_SOURCE = 255;

/** The body of the request. `undefined`: it is nothing that PagerDuty has to know, as when a part works again. */
export function pagerdutyEvent(
  event: ChangeEvent,
  routingKey: string,
): Readonly<Record<string, unknown>> | undefined {
  const action = actionOf(event);
  if (action === undefined) return undefined;
  const common = {
    routing_key: routingKey,
    event_action: action,
    dedup_key: event.alert?.key ?? event.id,
  };
  if (action !== 'trigger') return common;
  return {
    ...common,
    client: 'Inbound Check',
    links: linksOf(event, MAX_LINKS),
    payload: {
      summary: titleOf(event),
      source: line(event.target, MAX_SOURCE),
      severity: SEVERITIES[event.severity],
      timestamp: event.at,
      group: line(event.fleet, MAX_SOURCE),
      class: event.cause ?? event.kind,
      custom_details: {
        ...Object.fromEntries(labelledFacts(event)),
        Kind: event.kind,
        Details: textLines(event).join('\n'),
      },
    },
  };
}

function actionOf({ kind, alert }: ChangeEvent): 'trigger' | 'acknowledge' | 'resolve' | undefined {
  const state = alert?.state;
  switch (state) {
    case 'closed':
      return 'resolve';
    case 'acknowledged':
      return 'acknowledge';
    case 'open':
    case undefined:
      return kind === 'recovered' ? undefined : 'trigger';
    default:
      return state satisfies never;
  }
}

/** The pages that fail: ids of endpoints that are web addresses. */
export function linksOf({ endpoints }: ChangeEvent, most: number): { href: string; text: string }[] {
  return endpoints
    .flatMap(({ id }) =>
      /^https?:\/\/[\x21-\x7e]{1,2000}$/.test(id) && URL.canParse(id) ? [new URL(id).href] : [],
    )
    .slice(0, most)
    .map((href) => ({ href, text: line(href, 200) }));
}
