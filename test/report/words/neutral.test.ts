import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emailOf } from '../../../lib/report/email.ts';
import { markdown } from '../../../lib/report/markdown.ts';
import { ticketText } from '../../../lib/report/ticket.ts';
import { tailOf, writeWhole } from '../../../lib/report/whole.ts';
import { neutral, ownHosts } from '../../../lib/report/words/neutral.ts';
import { mailOf } from '../../../lib/service/alerts/email.ts';
import { sampleEvent } from '../../../lib/service/alerts/sample.ts';
import { slackMessage } from '../../../lib/service/alerts/slack.ts';
import { teamsMessage } from '../../../lib/service/alerts/teams.ts';
import { changeText } from '../../../lib/service/changes/text.ts';
import { sampleFleetReport } from '../sample-fleet-report.ts';

/** What a mail server can answer to make something of it, by who would obey. */
const SYNTAX: readonly (readonly [dialect: string, text: string])[] = [
  ['Jira link', '[click|https://evil.example/x]'],
  ['Jira bare link', 'https://evil.example/x'],
  ['Jira picture', '!https://evil.example/x.png!'],
  ['Jira attachment', '!secret.png|width=300!'],
  ['Jira mention', '[~admin]'],
  ['Jira account mention', '[~accountid:5b10a2844c20165700ede21g]'],
  ['Jira colour', '{color:red}all is well{color}'],
  ['Jira macro', '{code}x{code}'],
  ['Jira panel', '{panel:title=x}y{panel}'],
  ['Jira noformat', '{noformat}'],
  ['Jira heading', 'h1. All is well'],
  ['Jira quote', 'bq. All is well'],
  ['Jira table', '||a||b||'],
  ['Jira strike', '-failed-'],
  ['Jira insert', '+passed+'],
  ['Jira bold', '*passed*'],
  ['Jira anchor', '{anchor:x}'],
  ['Slack user', '<@U123ABC>'],
  ['Slack group', '<!subteam^S123>'],
  ['Slack everybody', '<!channel> <!here> <!everyone>'],
  ['Slack channel', '<#C123>'],
  ['Slack link', '<https://evil.example|all is well>'],
  ['Slack typed mention', '@channel'],
  ['Slack typed channel', '#general'],
  ['GitHub user', '@octocat'],
  ['GitHub team', '@org/team'],
  ['GitHub issue', '#123'],
  ['GitHub issue of others', 'octo/repo#123'],
  ['GitHub issue by GH', 'GH-123'],
  ['GitHub mention by entity', '&#64;octocat &commat;octocat &#x40;octocat'],
  ['GitHub task', '[x] done'],
  ['GitHub alert', '> [!NOTE]'],
  ['Markdown link', '[click](https://evil.example)'],
  ['Markdown reference', '[a]: https://evil.example'],
  ['Markdown picture', '![x](https://evil.example/x.png)'],
  ['Markdown autolink', '<https://evil.example>'],
  ['Markdown mail', '<me@evil.example>'],
  ['GFM www', 'www.evil.example'],
  ['GFM mail', 'me@evil.example'],
  ['GFM mailto', 'mailto:me@evil.example'],
  ['GFM xmpp', 'xmpp:me@evil.example/x'],
  ['script link', 'javascript:alert(1)'],
  ['HTML', '<img src=x onerror=alert(1)>'],
  ['Markdown code', '`x`'],
  ['Markdown strike', '~~failed~~'],
  ['Markdown emphasis', '__passed__'],
  ['Markdown heading', '# All is well'],
  ['Markdown rule', '---'],
  ['Markdown underline', '==='],
  ['a share', '\\\\evil.example\\share'],
  ['Slack sign', ':white_check_mark:'],
  ['GitHub sign in a word', 'all:tada:well'],
  ['Jira sign of success', '(/)'],
  ['Jira sign of failure', '(x)'],
  ['GitHub formula', '$\\textsf x$'],
  ['GitHub block of a formula', '$$x$$'],
  ['a search of Windows', 'search-ms:query=x'],
  ['a call', 'sip:me'],
];

/** Of any dialect: what is left of it is text. */
const LIVE =
  /[@[\]{}|<>`~^*]|:\/\/|\\\\|\bwww\.|\bmailto:|\bxmpp:|\bjavascript:|!\S|#[\p{L}\p{N}]|&#?\w+;|\bgh-\d|^\s*(?:#|h1\.|bq\.|--|==)|(?<![\p{L}\p{N}])_|(?<!\S)-\S+-(?!\w)|(?<!\S)\+\S+\+(?!\w)|:\w*[g-z]\w*:|\([/x]\)|\$.*\$|\bsearch-ms:|\bsip:/iu;

describe('strangers’ words', () => {
  it.each(SYNTAX)('mean nothing any more: %s', (_dialect, text) => {
    expect(text).toMatch(LIVE);
    expect(neutral(text)).not.toMatch(LIVE);
    expect(neutral(text).normalize('NFKC')).toBe(text);
  });

  it.each([
    'The server answered 550 5.7.1 (mx.example.com), after 1.5 s; snake_case, TLS-1.2, 09:30:05, 2001:db8::1, ::ffff:192.0.2.1, 1 key(s).',
    'What? No! It’s 100 % & more: x=1, "quoted" - so be it.',
    'The title is \\u{202e}gpj.exe, C:\\x0d\\x0a, a/b, user agent Mozilla/5.0',
  ])('stay as they are where they mean nothing: %s', (text) => {
    expect(neutral(text)).toBe(text);
  });

  it('may link to the hosts that the report is about, and to no other', () => {
    const own = ownHosts([{ host: 'www.example.com' }]);
    const kept = [
      'www.example.com port 443 does not answer.',
      'https://www.example.com/a redirects to http://WWW.example.com:8080/',
      '(www.example.com)',
      'see https://www.example.com.',
      '"https://www.example.com", and so on',
    ];
    for (const text of kept) expect(neutral(text, own)).toBe(text);
    for (const text of [
      'www.example.com.evil.example',
      'https://www.example.com@evil.example/',
      'https://www.example.com:x@evil.example/',
      'https://www.example.com-evil.example/',
      'javascript://www.example.com',
      'https://evil.example/www.example.com',
      'ftp://www.example.com',
      '//www.example.com',
      // Browsers read each of these as a name below evil.example.
      'https://www.example.com%2eevil.example/',
      'https://www.example.com,x.evil.example/',
      "https://www.example.com'x.evil.example/",
      'https://www.example.com。evil.example/',
      'https://www.example.com．evil.example/',
      'https://www.example.com:80.evil.example/',
      'https://www.example.com;.evil.example/',
      'www.example.com%2eevil.example',
    ])
      expect(neutral(text, own)).toMatch(/[：／．＠]/);
  });

  it('are the same when it is done twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(neutral(neutral(text))).toBe(neutral(text));
      }),
    );
  });
});

describe.each(SYNTAX)('%s in a server’s answer', (_dialect, said) => {
  const summary = `The server refused: 550 ${said}`;
  const fix = `Read what it says:\n${said}`;
  const endpoints = sampleFleetReport.endpoints
    .filter(({ verdict }) => verdict === 'fail')
    .map((one) => ({ ...one, summary, fix, observations: [], rules: [] }));
  const report = { ...sampleFleetReport, endpoints };
  const startsLine = /^(?:h1|bq|#|-|=)/.test(said) && !/^#\w|^-f/.test(said);
  /** What means something at the start of a line alone is harmless behind other words. */
  const raw = (text: string): boolean =>
    startsLine ? text.split('\n').some((line) => line.trim() === said) : text.includes(said);

  it('is text in the ticket text, in Markdown, in a mail', async () => {
    expect(raw(ticketText(report))).toBe(false);
    expect(raw(await writeWhole(markdown, tailOf(report), endpoints))).toBe(false);
    const { text, html } = emailOf(tailOf(report), endpoints);
    expect([raw(text), raw(html)]).toEqual([false, false]);
  });

  it('is text in an alert, whoever takes it', () => {
    const [one] = endpoints;
    if (one === undefined) throw new Error('the sample has a failure');
    const text = changeText(
      { kind: 'failing', changes: [{ kind: 'failing', report: one }], whole: false },
      { ...report, fleet: 'fleet', target: 'shop', runId: 'run-1' },
      'service',
    );
    expect(raw(text)).toBe(false);
    const event = { ...sampleEvent('fleet', 0), text };
    for (const form of [
      mailOf(event).text,
      JSON.stringify(slackMessage(event)),
      JSON.stringify(teamsMessage(event)),
    ])
      expect(raw(form)).toBe(false);
  });
});
