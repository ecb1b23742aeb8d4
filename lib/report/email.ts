import { createHash } from 'node:crypto';
import type { EndpointReport, ReportTail } from '../model/report.ts';
import type { Verdict } from '../model/vocabulary.ts';
import { headerText, quotedPrintable } from './email/quoted-printable.ts';
import type { ReportFormat } from './reporter.ts';
import { visible, visibleLines } from './visible.ts';
import { count, countsPhrase, gravity, SIDE_WORDS, utc, VERDICT_SYMBOL, VERDICT_TITLE } from './words.ts';

/** Problems told in full; more are for the report itself. */
const MOST_PROBLEMS = 10;
const MOST_SUBJECT = 150;

const COLOUR = {
  pass: '#14692f',
  warn: '#855600',
  fail: '#b4232c',
  inconclusive: '#6539b0',
} as const satisfies Record<Verdict, string>;

/** What a mail says, for a sender that builds its own message. All texts are visible; `html` is escaped. */
export interface Email {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** @param endpoints those that are no pass, gravest first; the others are counted */
export function emailOf(tail: ReportTail, endpoints: readonly EndpointReport[]): Email {
  const sorted = [...endpoints].sort((a, b) => gravity(a.verdict) - gravity(b.verdict));
  const problems = sorted.filter(({ verdict }) => verdict !== 'pass');
  const targets = [...new Set(endpoints.map(({ target }) => visible(target)))];
  const of = targets.length === 1 ? `${targets[0]}: ` : '';
  const subject = `${VERDICT_TITLE[tail.verdict]}: ${of}${countsPhrase(tail.counts)}`;
  return {
    subject: subject.length > MOST_SUBJECT ? `${subject.slice(0, MOST_SUBJECT - 1)}…` : subject,
    text: textBody(tail, problems),
    html: htmlBody(tail, problems),
  };
}

const checkedLine = (tail: ReportTail): string =>
  `Checked ${utc(tail.startedAt)} from ${tail.vantages.map(({ id }) => visible(id)).join(', ') || 'nowhere'}; run ${visible(tail.id)}.`;

const closing = (problems: number): string | undefined =>
  problems > MOST_PROBLEMS
    ? `${count(problems - MOST_PROBLEMS, 'more endpoint')} with problems: see the report.`
    : undefined;

const changeLines = ({ history }: EndpointReport): string[] =>
  history === undefined
    ? []
    : [
        `${history.atLeast ? 'At least since' : 'Since'} ${utc(history.since)}.`,
        ...(history.changes[0]?.differences.map(({ text }) => visible(text)) ?? []),
      ];

function textBody(tail: ReportTail, problems: readonly EndpointReport[]): string {
  const blocks = problems
    .slice(0, MOST_PROBLEMS)
    .map((report) =>
      [
        `${VERDICT_SYMBOL[report.verdict]} ${VERDICT_TITLE[report.verdict]}: ${visible(report.id)}${report.cause === undefined ? '' : ` (${report.cause})`}`,
        visible(report.summary),
        ...(report.side === undefined ? [] : [`To act: ${SIDE_WORDS[report.side]}.`]),
        ...(report.fix === undefined ? [] : visibleLines(report.fix)),
        ...changeLines(report),
      ].join('\n'),
    );
  const more = closing(problems.length);
  return `${[
    ...(tail.notice === undefined ? [] : [visible(tail.notice)]),
    visible(tail.summary),
    checkedLine(tail),
    ...blocks,
    ...(more === undefined ? [] : [more]),
  ].join('\n\n')}\n`;
}

const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (each) => `&#${each.codePointAt(0)};`);
const paragraph = (text: string): string => `<p style="margin:4px 0">${escapeHtml(text)}</p>`;

/** Mail programs know no style sheets worth the name: inline styles, one column, no image. */
function htmlBody(tail: ReportTail, problems: readonly EndpointReport[]): string {
  const blocks = problems
    .slice(0, MOST_PROBLEMS)
    .map((report) =>
      [
        `<div style="margin:16px 0;padding:8px 12px;border:1px solid #d5dae1;border-left:5px solid ${COLOUR[report.verdict]}">`,
        `<h2 style="margin:0 0 4px;font-size:16px"><span style="color:${COLOUR[report.verdict]}">${VERDICT_SYMBOL[report.verdict]} ${VERDICT_TITLE[report.verdict]}</span>: ${escapeHtml(visible(report.id))}</h2>`,
        paragraph(`${visible(report.summary)}${report.cause === undefined ? '' : ` (${report.cause})`}`),
        ...(report.side === undefined
          ? []
          : [`<p style="margin:4px 0"><b>To act: ${escapeHtml(SIDE_WORDS[report.side])}</b></p>`]),
        ...(report.fix === undefined ? [] : visibleLines(report.fix).map(paragraph)),
        ...changeLines(report).map(paragraph),
        '</div>',
      ].join('\n'),
    );
  const more = closing(problems.length);
  return `${[
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><title>Inbound Check</title></head>',
    '<body style="font:15px/1.5 sans-serif;color:#1c2128;background:#fff;max-width:720px">',
    ...(tail.notice === undefined ? [] : [`<p><b>${escapeHtml(visible(tail.notice))}</b></p>`]),
    `<h1 style="font-size:19px;color:${COLOUR[tail.verdict]}">${escapeHtml(visible(tail.summary))}</h1>`,
    paragraph(checkedLine(tail)),
    ...blocks,
    ...(more === undefined ? [] : [paragraph(more)]),
    '</body></html>',
  ].join('\n')}\n`;
}

/** RFC 5322 and RFC 2046 §5.1.4. Without sender and recipients: mail programs open it as a draft (`X-Unsent`). */
function message(tail: ReportTail, { subject, text, html }: Email): string {
  const boundary = `=_${createHash('sha256').update(text).update(html).digest('hex').slice(0, 32)}`;
  const part = (type: string, body: string): string =>
    `--${boundary}\r\nContent-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${quotedPrintable(body)}\r\n`;
  const headers = [
    `Subject: ${headerText(subject)}`,
    `Date: ${new Date(tail.finishedAt).toUTCString().replace('GMT', '+0000')}`,
    'X-Unsent: 1',
    // RFC 3834: keeps out-of-office replies from answering.
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
  ];
  return `${headers.join('\r\n')}\r\n\r\n${part('text/plain', text)}${part('text/html', html)}--${boundary}--\r\n`;
}

/** A mail ready to send (.eml): the verdict in the subject, each problem with who acts and what to do. */
export const email: ReportFormat = {
  id: 'email',
  extension: 'eml',
  mediaType: 'message/rfc822',
  streams: false,
  open() {
    const endpoints: EndpointReport[] = [];
    return {
      begin: () => '',
      endpoint(report) {
        // The evidence is for the report: a mail that is read names it.
        endpoints.push({ ...report, observations: [], rules: [] });
        return '';
      },
      end: (tail) => message(tail, emailOf(tail, endpoints)),
    };
  },
};
