import { describe, expect, it } from 'vitest';
import { ChangeEvent } from '../../../lib/model/change-event.ts';
import { mailOf } from '../../../lib/service/alerts/email.ts';
import { MAX_NTFY_BYTES, ntfyMessage, ntfyTopic } from '../../../lib/service/alerts/ntfy.ts';
import { pagerdutyEvent } from '../../../lib/service/alerts/pagerduty.ts';
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

const KEY = 'a'.repeat(32);
const ALERT = '0'.repeat(32);

describe('an event for PagerDuty', () => {
  it('opens an incident by the key of the alert', () => {
    expect(pagerdutyEvent(change({ alert: { key: ALERT, state: 'open' } }), KEY)).toEqual({
      routing_key: KEY,
      event_action: 'trigger',
      dedup_key: ALERT,
      client: 'Inbound Check',
      links: [{ href: 'https://shop.example.com/', text: 'https://shop.example.com/' }],
      payload: {
        summary: 'Shop: 2 of 3 endpoints fail, the network drops them',
        source: 'Shop',
        severity: 'critical',
        timestamp: '2026-11-25T01:02:03.000Z',
        group: 'inbound-check',
        class: 'tcp.filtered',
        custom_details: {
          Target: 'Shop',
          Time: '2026-11-25 01:02:03 UTC',
          Cause: 'tcp.filtered',
          Fleet: 'inbound-check',
          Kind: 'failing',
          Details:
            'https://shop.example.com is not reachable from 5 of 5 vantages.\nSince 01:02 UTC. Open port 443.',
        },
      },
    });
  });

  it.each([
    ['failing', 'open', 'trigger'],
    ['cause-changed', 'open', 'trigger'],
    ['recovered', 'closed', 'resolve'],
    ['recovered', 'open', undefined],
  ] as const)('%s, after which the alert is %s: %s', (kind, state, action) => {
    const event = pagerdutyEvent(change({ kind, alert: { key: ALERT, state } }), KEY);
    expect(event?.event_action).toBe(action);
    if (event !== undefined) expect(event.dedup_key).toBe(ALERT);
  });

  it('that opens nothing which could be closed has the id of its change', () => {
    expect(pagerdutyEvent(change({ kind: 'schedule-missed', severity: 'warning' }), KEY)).toMatchObject({
      event_action: 'trigger',
      dedup_key: '0123456789abcdef0123456789abcdef',
    });
    expect(pagerdutyEvent(change({ kind: 'recovered' }), KEY)).toBeUndefined();
  });

  it('links to web pages alone, and stays within the limits of the vendor', () => {
    const { links } = pagerdutyEvent(hostileChange(), KEY) ?? {};
    expect(links).toEqual([]);
    const largest = pagerdutyEvent(largestChange(), KEY);
    expect(JSON.stringify(largest).length).toBeLessThan(512 * 1024);
    expect(largest?.payload).toMatchObject({ summary: expect.stringMatching(/^.{1,1024}$/) });
    const script = { id: 'javascript:alert(1)', verdict: 'fail' } as const;
    expect(pagerdutyEvent(change({ endpoints: [script] }), KEY)?.links).toEqual([]);
  });
});

describe('a message for ntfy', () => {
  it('says what, how urgent, and leads to the page', () => {
    expect(ntfyMessage(change(), 'ops')).toEqual({
      topic: 'ops',
      title: 'CRITICAL: Shop: 2 of 3 endpoints fail, the network drops them',
      message:
        'https://shop.example.com is not reachable from 5 of 5 vantages.\nSince 01:02 UTC. Open port 443.\nTarget: Shop\nTime: 2026-11-25 01:02:03 UTC\nCause: tcp.filtered\nFleet: inbound-check',
      priority: 5,
      tags: ['rotating_light', 'failing'],
      click: 'https://shop.example.com/',
      sequence_id: '0123456789abcdef0123456789abcdef',
    });
    expect(ntfyMessage(change({ kind: 'recovered', severity: 'info' }), 'ops')).toMatchObject({
      priority: 2,
      tags: ['white_check_mark', 'recovered'],
    });
  });

  it('stays a message, and has no markup, whatever the text', () => {
    for (const event of [hostileChange(), largestChange()]) {
      const { message, title, markdown, click } = ntfyMessage(event, 'ops');
      expect(Buffer.byteLength(String(message))).toBeLessThanOrEqual(MAX_NTFY_BYTES);
      expect(withoutLineFeeds(`${String(title)}${String(message)}`)).not.toMatch(UNSEEN);
      expect([markdown, click]).toEqual([undefined, undefined]);
    }
    expect(ntfyMessage(largestChange(), 'ops').message).toMatch(/…$/);
  });

  it.each([
    ['https://ntfy.sh/my-topic', { topic: 'my-topic', root: 'https://ntfy.sh/' }],
    ['https://ntfy.example.com:8443/a_B', { topic: 'a_B', root: 'https://ntfy.example.com:8443/' }],
    ['https://ntfy.sh/', undefined],
    ['https://ntfy.sh/a/b', undefined],
    [`https://ntfy.sh/${'x'.repeat(65)}`, undefined],
  ])('goes to %s as %j', (url, expected) => {
    expect(ntfyTopic(url)).toEqual(expected);
  });
});
