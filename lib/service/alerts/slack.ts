/**
 * An alert in the form that a Slack incoming webhook accepts (docs.slack.dev, "Sending messages using incoming webhooks" and the
 * references of the header, section and context blocks). All text is in `plain_text` objects, which know no markup;
 * `&`, `<` and `>` are escaped there, too, as Slack asks for it in any text ("Formatting message text", "Escaping text"),
 * so `<!channel>` and `<https://…|…>` stay the letters that they are.
 */
import type { ChangeEvent, Severity } from '../../model/change-event.ts';
import { labelledFacts, SEVERITY_WORDS, textLines, titleOf } from './wording.ts';

/** Slack's limits, in characters: a longer text is refused with `invalid_blocks`. */
const MAX_HEADER = 150;
const MAX_SECTION = 3_000;
/** A context block takes ten elements. */
const MAX_CONTEXT = 10;
/** Sections for an event's text, which may be longer than one. */
const MAX_SECTIONS = 3;

const MARKS = { critical: '🔴', warning: '🟠', info: '🟢' } as const satisfies Record<Severity, string>;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Escaped, and cut so that neither an escape nor a surrogate pair is cut in two. */
function escapedWithin(text: string, max: number): string {
  let result = '';
  for (const character of text) {
    const next = escaped(character);
    if (result.length + next.length > max - 1) return `${result}…`;
    result += next;
  }
  return result;
}

const plain = (text: string, max: number) =>
  ({ type: 'plain_text', text: escapedWithin(text, max), emoji: false }) as const;

/** The lines in as few sections as hold them, each line whole. */
function sections(lines: readonly string[]) {
  const texts: string[] = [];
  for (const one of lines) {
    const last = texts.at(-1);
    const both = last === undefined ? one : `${last}\n${one}`;
    if (last !== undefined && escaped(both).length < MAX_SECTION) texts[texts.length - 1] = both;
    else texts.push(one);
  }
  return texts
    .filter((text) => text.trim() !== '')
    .slice(0, MAX_SECTIONS)
    .map((text) => ({ type: 'section', text: plain(text, MAX_SECTION) }) as const);
}

/** The body of the request. */
export function slackMessage(event: ChangeEvent): Readonly<Record<string, unknown>> {
  const title = `${MARKS[event.severity]} ${titleOf(event)}`;
  return {
    // The text in notifications, and in receivers that do not support blocks.
    text: escapedWithin(`${SEVERITY_WORDS[event.severity]}: ${titleOf(event)}`, MAX_SECTION),
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: plain(title, MAX_HEADER) },
      ...sections(textLines(event)),
      {
        type: 'context',
        elements: labelledFacts(event)
          .slice(0, MAX_CONTEXT)
          .map(([label, value]) => plain(`${label}: ${value}`, MAX_SECTION)),
      },
    ],
  };
}
