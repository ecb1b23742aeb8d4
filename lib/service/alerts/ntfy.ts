/**
 * An alert in the form that ntfy accepts (docs.ntfy.sh, "Publishing", "Publish as JSON"): a JSON object to the root of the
 * server, with the topic in it. Plain text: without `markdown` nothing in it is markup.
 */
import type { ChangeEvent, Severity } from '../../model/change-event.ts';
import { linksOf } from './pagerduty.ts';
import { labelledFacts, SEVERITY_WORDS, textLines, titleOf } from './wording.ts';

/** "Message priority": 5 (max) vibrates and pops up, 3 is the default, 2 (low) makes no sound. */
const PRIORITIES = { critical: 5, warning: 3, info: 2 } as const satisfies Record<Severity, number>;

/** "Tags & emojis": short codes that become a picture before the title. */
const PICTURES = {
  critical: 'rotating_light',
  warning: 'warning',
  info: 'white_check_mark',
} as const satisfies Record<Severity, string>;

/** "Limitations": a message has 4,096 bytes at most, and becomes an attachment beyond that. */
export const MAX_NTFY_BYTES = 4_000;

const TOPIC = /^\/([-_A-Za-z0-9]{1,64})$/;

/** The topic that an address ends with, and the address to which JSON is sent; `undefined`: it has none. */
export function ntfyTopic(url: string): { readonly topic: string; readonly root: string } | undefined {
  const { pathname, origin, search } = new URL(url);
  const topic = TOPIC.exec(pathname)?.[1];
  return topic === undefined || search !== '' ? undefined : { topic, root: `${origin}/` };
}

/** The body of the request. */
export function ntfyMessage(event: ChangeEvent, topic: string): Readonly<Record<string, unknown>> {
  const [link] = linksOf(event, 1);
  return {
    topic,
    title: `${SEVERITY_WORDS[event.severity]}: ${titleOf(event)}`,
    message: within(
      [...textLines(event), ...labelledFacts(event).map(([label, value]) => `${label}: ${value}`)],
      MAX_NTFY_BYTES,
    ),
    priority: PRIORITIES[event.severity],
    tags: [PICTURES[event.severity], event.kind],
    ...(link !== undefined && { click: link.href }),
    // "Updating + deleting notifications": the same change again takes the place of the first; older servers ignore it.
    sequence_id: event.id,
  };
}

/** As many whole lines as there is room for. */
function within(lines: readonly string[], bytes: number): string {
  let text = '';
  for (const one of lines) {
    const next = text === '' ? one : `${text}\n${one}`;
    if (Buffer.byteLength(next) > bytes - 4) return `${text}\n…`;
    text = next;
  }
  return text;
}
