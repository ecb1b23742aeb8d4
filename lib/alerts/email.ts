/** An alert as Amazon SNS mails it: a subject and plain text. SNS sends no HTML, so nothing in it can be markup. */
import type { ChangeEvent } from '../model/change-event.ts';
import { factsOf, SEVERITY_WORDS, textLines, titleOf } from './wording.ts';

/** SNS API reference, Publish, Subject: ASCII, no line breaks or control characters, "up to 100 characters long". */
export const MAX_SUBJECT = 100;

export interface Mail {
  readonly subject: string;
  readonly text: string;
}

export function mailOf(event: ChangeEvent): Mail {
  const subject = `${SEVERITY_WORDS[event.severity]}: ${titleOf(event)}`;
  const blocks = [
    [titleOf(event)],
    textLines(event),
    factsOf(event).map(([label, value]) => `${label}: ${value}`),
    [`Event ${event.id}, ${event.kind}`],
  ];
  return {
    subject: asciiWithin(subject, MAX_SUBJECT),
    text: blocks
      .filter((lines) => lines.length > 0)
      .map((lines) => `${lines.join('\n')}\n`)
      .join('\n'),
  };
}

/** Letters without their accents; what has no ASCII form becomes `?`. */
function asciiWithin(text: string, max: number): string {
  const ascii = text
    .replaceAll('…', '...')
    .replaceAll('＠', '@')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]/gu, '?');
  return ascii.length <= max ? ascii : `${ascii.slice(0, max - 3)}...`;
}
