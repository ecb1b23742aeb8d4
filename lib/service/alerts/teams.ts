/**
 * An alert in the form that the Workflows app of Microsoft Teams accepts: the template "Post to a channel when a webhook request is
 * received" wants a message whose attachments are Adaptive Cards (learn.microsoft.com, "Create incoming webhooks with
 * Workflows for Microsoft Teams"). The connectors of Office 365 and their MessageCard are retired.
 *
 * Text is only in TextRun elements: TextBlock and FactSet read Markdown, a TextRun does not (adaptivecards.io,
 * schema explorer, RichTextBlock, since 1.2). Mentions need an entity in addition to the text, and there is none.
 */
import type { ChangeEvent, Severity } from '../../model/change-event.ts';
import { labelledFacts, SEVERITY_WORDS, textLines, titleOf } from './wording.ts';

/** Teams takes 28 KB of a message with all it holds; lines are left away until the whole is below this. */
export const MAX_TEAMS_BYTES = 24_000;

const STYLES = {
  critical: 'attention',
  warning: 'warning',
  info: 'good',
} as const satisfies Record<Severity, string>;

interface TextRun {
  readonly type: 'TextRun';
  readonly text: string;
  readonly weight?: 'Bolder';
  readonly size?: 'Large';
  readonly isSubtle?: true;
}

const paragraph = (...inlines: readonly TextRun[]) => ({ type: 'RichTextBlock', spacing: 'Small', inlines });
const run = (text: string, look: Omit<TextRun, 'type' | 'text'> = {}): TextRun => ({
  type: 'TextRun',
  text,
  ...look,
});

/** The body of the request. */
export function teamsMessage(event: ChangeEvent): Readonly<Record<string, unknown>> {
  const lines = textLines(event);
  for (let kept = lines.length; ; kept -= 1) {
    const shown = kept === lines.length ? lines : [...lines.slice(0, kept), '…'];
    const message = messageOf(event, shown);
    if (kept === 0 || Buffer.byteLength(JSON.stringify(message)) <= MAX_TEAMS_BYTES) return message;
  }
}

function messageOf(event: ChangeEvent, lines: readonly string[]): Readonly<Record<string, unknown>> {
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          msteams: { width: 'Full' },
          body: [
            {
              type: 'Container',
              style: STYLES[event.severity],
              bleed: true,
              items: [
                paragraph(run(SEVERITY_WORDS[event.severity], { weight: 'Bolder' })),
                paragraph(run(titleOf(event), { weight: 'Bolder', size: 'Large' })),
              ],
            },
            ...lines.filter((text) => text !== '').map((text) => paragraph(run(text))),
            ...labelledFacts(event).map(([label, value]) =>
              paragraph(run(`${label}: ${value}`, { isSubtle: true })),
            ),
          ],
        },
      },
    ],
  };
}
