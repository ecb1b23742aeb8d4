/** An alert in the form that Amazon SNS mails: a subject and plain text. SNS sends no HTML, so nothing in it can be markup. */
import type { ChangeEvent } from '../../model/change-event.ts';
import type { Mail } from '../ports/mail.ts';
import { labelledFacts, SEVERITY_WORDS, textLines, titleOf } from './wording.ts';

/**
 * SNS API reference, Publish, Subject: no line breaks or control characters, and "less than 100 characters long". It takes
 * UTF-8; older versions of that page said ASCII, so it is ASCII here.
 */
const MAX_SUBJECT = 99;

export function mailOf(event: ChangeEvent): Mail {
  const subject = `${SEVERITY_WORDS[event.severity]}: ${titleOf(event)}`;
  const blocks = [
    [titleOf(event)],
    textLines(event),
    labelledFacts(event).map(([label, value]) => `${label}: ${value}`),
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
