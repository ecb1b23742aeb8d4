import { describe, expect, it } from 'vitest';
import { ChangeEvent } from '../../../lib/model/change-event.ts';
import { mailOf } from '../../../lib/service/alerts/email.ts';
import { slackMessage } from '../../../lib/service/alerts/slack.ts';
import { MAX_TEAMS_BYTES, teamsMessage } from '../../../lib/service/alerts/teams.ts';
import { change, HOSTILE, hostileChange, largestChange } from './change.ts';

/** Every object in a JSON value. */
function objectsIn(value: unknown): Readonly<Record<string, unknown>>[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inner : [value as Record<string, unknown>, ...inner];
}
const textsIn = (value: unknown): string[] =>
  objectsIn(value).flatMap(({ text }) => (typeof text === 'string' ? [text] : []));

const UNSEEN = /[\p{Cc}\p{Cf}]/u;
const withoutLineFeeds = (text: string): string => text.replaceAll('\n', '');

it('tests with changes that the schema takes', () => {
  for (const event of [change(), largestChange()]) expect(ChangeEvent.parse(event)).toEqual(event);
});

describe('a Slack message', () => {
  it('says what, where, whose side and what to do', () => {
    expect(slackMessage(change())).toMatchObject({
      text: 'CRITICAL: Shop: 2 of 3 endpoints fail, the network drops them',
      blocks: [
        {
          type: 'header',
          text: { type: 'plain_text', text: '🔴 Shop: 2 of 3 endpoints fail, the network drops them' },
        },
        { type: 'section', text: { text: expect.stringContaining('\nSince 01:02 UTC. Open port 443.') } },
        {
          type: 'context',
          elements: [
            { text: 'Target: Shop' },
            { text: 'Time: 2026-11-25 01:02:03 UTC' },
            { text: 'Cause: tcp.filtered' },
            { text: 'Fleet: inbound-check' },
          ],
        },
      ],
    });
  });

  it('has no markup and no mention, whatever the text', () => {
    const message = slackMessage(hostileChange());
    for (const text of textsIn(message)) {
      expect(text).not.toMatch(/[<>]/);
      expect(text).not.toMatch(/&(?!amp;|lt;|gt;)/);
      expect(text).not.toMatch(/(?<![A-Za-z0-9])@/);
      expect(withoutLineFeeds(text)).not.toMatch(UNSEEN);
    }
    // Text objects that know markup are of the type mrkdwn; the fallback says that it is none.
    for (const { type, emoji } of objectsIn(message).filter((one) => 'text' in one && 'emoji' in one))
      expect({ type, emoji }).toEqual({ type: 'plain_text', emoji: false });
    expect(JSON.stringify(message)).not.toContain('mrkdwn"}');
    expect(message).toMatchObject({ mrkdwn: false, unfurl_links: false, unfurl_media: false });
    expect(textsIn(message).join('\n')).toContain('&lt;!channel&gt; &lt;＠U123&gt;');
  });

  it.each([
    ['three-byte letters', '漢'],
    ['ampersands, each five characters escaped', '&'],
    ['pairs', '😀'],
  ])('keeps within the limits of Slack with %s', (_, character) => {
    const event = largestChange(character.length === 1 ? character : undefined);
    const message = slackMessage({ ...event, title: character.repeat(100), text: character.repeat(2_000) });
    const [header, ...rest] = message.blocks as { type: string; text?: { text: string } }[];
    expect(header?.text?.text.length).toBeLessThanOrEqual(150);
    for (const { text } of rest) expect(text?.text.length ?? 0).toBeLessThanOrEqual(3_000);
    for (const text of textsIn(message)) expect(text).not.toMatch(/\p{Cs}/u);
    for (const text of textsIn(message)) expect(text).not.toMatch(/&(?!amp;)/);
  });
});

describe('a Teams message', () => {
  it('is a message with one Adaptive Card', () => {
    const message = teamsMessage(change());
    expect(message).toMatchObject({
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          content: { type: 'AdaptiveCard', version: '1.4' },
        },
      ],
    });
    expect(textsIn(message)).toEqual([
      'CRITICAL',
      'Shop: 2 of 3 endpoints fail, the network drops them',
      'https://shop.example.com is not reachable from 5 of 5 vantages.',
      'Since 01:02 UTC. Open port 443.',
      'Target: Shop',
      'Time: 2026-11-25 01:02:03 UTC',
      'Cause: tcp.filtered',
      'Fleet: inbound-check',
    ]);
  });

  it('holds text in elements alone that know no Markdown, and no entity that a mention would need', () => {
    const message = teamsMessage(hostileChange());
    const types = new Set(
      objectsIn(message)
        .map(({ type }) => type)
        .filter(Boolean),
    );
    expect(types).toEqual(new Set(['message', 'AdaptiveCard', 'Container', 'RichTextBlock', 'TextRun']));
    for (const one of objectsIn(message)) expect(one).not.toHaveProperty('entities');
    for (const text of textsIn(message)) {
      expect(text).not.toMatch(/(?<![A-Za-z0-9])@/);
      expect(text).not.toMatch(UNSEEN);
    }
  });

  it('keeps below what Teams takes and says that it is cut', () => {
    const message = teamsMessage(change({ text: '漢漢漢漢漢漢漢漢漢漢漢\n'.repeat(300) }));
    expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThanOrEqual(MAX_TEAMS_BYTES);
    expect(textsIn(message).filter((text) => text === '…')).toHaveLength(1);
    expect(Buffer.byteLength(JSON.stringify(teamsMessage(largestChange())))).toBeLessThan(MAX_TEAMS_BYTES);
    expect(textsIn(message)).toContain('Cause: tcp.filtered');
  });
});

describe('a mail', () => {
  it('says what Slack says, as text', () => {
    expect(mailOf(change())).toEqual({
      subject: 'CRITICAL: Shop: 2 of 3 endpoints fail, the network drops them',
      text: [
        'Shop: 2 of 3 endpoints fail, the network drops them',
        '',
        'https://shop.example.com is not reachable from 5 of 5 vantages.',
        'Since 01:02 UTC. Open port 443.',
        '',
        'Target: Shop',
        'Time: 2026-11-25 01:02:03 UTC',
        'Cause: tcp.filtered',
        'Fleet: inbound-check',
        '',
        'Event 0123456789abcdef0123456789abcdef, failing',
        '',
      ].join('\n'),
    });
  });

  it.each([
    ['a line break', 'a\r\nBcc: x@example.com', 'CRITICAL: a\\x0d\\x0aBcc: x@example.com'],
    ['letters with accents', 'Zürich – naïve…', 'CRITICAL: Zurich ? naive...'],
    ['no ASCII at all', '漢字', 'CRITICAL: ??'],
    ['hostile text', HOSTILE.slice(0, 40), 'CRITICAL: <!channel> <@U123> <https://evil.example'],
  ])('has a subject that SNS takes: %s', (_, title, subject) => {
    expect(mailOf(change({ title })).subject).toBe(subject);
  });

  it('cuts the subject to what SNS takes, and nothing else', () => {
    const { subject, text } = mailOf(largestChange('x'));
    // "less than 100 characters long"
    expect(subject).toHaveLength(99);
    expect(subject).toMatch(/^[\x20-\x7e]+\.\.\.$/);
    expect(text).toContain('x'.repeat(200));
    expect(Buffer.byteLength(mailOf(largestChange()).text)).toBeLessThan(200_000);
  });

  it('shows what a terminal would obey', () => {
    const { text } = mailOf(hostileChange());
    expect(withoutLineFeeds(text)).not.toMatch(UNSEEN);
    expect(text).toContain('\\x1b[31m \\u{202e}gpj');
  });
});
