import { createHash } from 'node:crypto';
import type { EndpointReport, ReportTail } from '../engine/report-schema.ts';
import { verdictRank } from '../model/severity-order.ts';
import { utc } from '../model/units.ts';
import type { Verdict } from '../model/vocabulary.ts';
import type { ReportFormat } from './reporter.ts';
import { measuredWithLine } from './words/measured-with.ts';
import { neutral, ownHosts } from './words/neutral.ts';
import { count, countsPhrase, sideWords, VERDICT_SYMBOL, verdictWord } from './words/terms.ts';
import { visible, visibleLines } from './words/visible.ts';

/** Problems written in full; more are only in the report itself. */
const MOST_PROBLEMS = 10;
const MOST_SUBJECT = 150;

const COLOUR = {
  pass: '#14692f',
  warn: '#855600',
  fail: '#b4232c',
  inconclusive: '#6539b0',
} as const satisfies Record<Verdict, string>;

/** The content of a mail, for a sender that builds its own message. All texts are visible; `html` is escaped. */
export interface Email {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** @param endpoints those that are not a pass, most serious first; the others are counted */
export function emailOf(tail: ReportTail, endpoints: readonly EndpointReport[]): Email {
  const sorted = [...endpoints].sort((a, b) => verdictRank(a.verdict) - verdictRank(b.verdict));
  const problems = sorted.filter(({ verdict }) => verdict !== 'pass');
  const targets = [...new Set(endpoints.map(({ target }) => visible(target)))];
  const of = targets.length === 1 ? `${targets[0]}: ` : '';
  const subject = `${verdictWord(tail)}: ${of}${countsPhrase(tail.counts)}`;
  return {
    subject: subject.length > MOST_SUBJECT ? `${subject.slice(0, MOST_SUBJECT - 1)}…` : subject,
    text: textBody(tail, problems),
    html: htmlBody(tail, problems),
  };
}

const checkedLine = (tail: ReportTail): string =>
  `Checked ${utc(tail.startedAt)} from ${tail.vantages.map(({ id }) => visible(id)).join(', ') || 'no vantage'}; run ${visible(tail.id)}.`;

function measuredLines(tail: ReportTail): string[] {
  const line = measuredWithLine(tail);
  return line === undefined ? [] : [line];
}

/** Nobody for an endpoint without a side. */
const toAct = (report: EndpointReport): string[] => {
  const who = sideWords(report);
  return who === undefined ? [] : [who];
};

const closing = (problems: number): string | undefined =>
  problems > MOST_PROBLEMS
    ? `${count(problems - MOST_PROBLEMS, 'more endpoint')} with problems: see the report.`
    : undefined;

const changeLines = ({ history }: EndpointReport, own: ReadonlySet<string>): string[] =>
  history === undefined
    ? []
    : [
        `${history.atLeast ? 'At least since' : 'Since'} ${utc(history.since)}.`,
        ...(history.changes[0]?.differences.map(({ text }) => neutral(visible(text), own)) ?? []),
      ];

function textBody(tail: ReportTail, problems: readonly EndpointReport[]): string {
  const own = ownHosts(problems);
  const blocks = problems
    .slice(0, MOST_PROBLEMS)
    .map((report) =>
      [
        `${VERDICT_SYMBOL[report.verdict]} ${verdictWord(report)}: ${visible(report.id)}${report.cause === undefined ? '' : ` (${report.cause})`}`,
        neutral(visible(report.summary), own),
        ...toAct(report).map((who) => `To act: ${who}.`),
        ...(report.fix === undefined ? [] : visibleLines(report.fix).map((one) => neutral(one, own))),
        ...changeLines(report, own),
      ].join('\n'),
    );
  const more = closing(problems.length);
  return `${[
    ...(tail.notice === undefined ? [] : [visible(tail.notice)]),
    visible(tail.summary),
    ...measuredLines(tail),
    checkedLine(tail),
    ...blocks,
    ...(more === undefined ? [] : [more]),
  ].join('\n\n')}\n`;
}

const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (each) => `&#${each.codePointAt(0)};`);
const paragraph = (text: string): string => `<p style="margin:4px 0">${escapeHtml(text)}</p>`;

/** Mail programs hardly support style sheets: inline styles, one column, no image. */
function htmlBody(tail: ReportTail, problems: readonly EndpointReport[]): string {
  const own = ownHosts(problems);
  const blocks = problems
    .slice(0, MOST_PROBLEMS)
    .map((report) =>
      [
        `<div style="margin:16px 0;padding:8px 12px;border:1px solid #d5dae1;border-left:5px solid ${COLOUR[report.verdict]}">`,
        `<h2 style="margin:0 0 4px;font-size:16px"><span style="color:${COLOUR[report.verdict]}">${VERDICT_SYMBOL[report.verdict]} ${escapeHtml(verdictWord(report))}</span>: ${escapeHtml(visible(report.id))}</h2>`,
        paragraph(
          `${neutral(visible(report.summary), own)}${report.cause === undefined ? '' : ` (${report.cause})`}`,
        ),
        ...toAct(report).map((who) => `<p style="margin:4px 0"><b>To act: ${escapeHtml(who)}</b></p>`),
        ...(report.fix === undefined
          ? []
          : visibleLines(report.fix).map((one) => paragraph(neutral(one, own)))),
        ...changeLines(report, own).map(paragraph),
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
    ...measuredLines(tail).map(paragraph),
    paragraph(checkedLine(tail)),
    ...blocks,
    ...(more === undefined ? [] : [paragraph(more)]),
    '</body></html>',
  ].join('\n')}\n`;
}

/** The composer is loaded only when a mail is made, not where only its parts are needed. */
async function message(tail: ReportTail, { subject, text, html }: Email): Promise<string> {
  const { composeMail } = await import('./email/compose.ts');
  const fingerprint = createHash('sha256').update(text).update(html).digest('hex').slice(0, 32);
  return composeMail({ subject, text, html, date: new Date(tail.finishedAt), fingerprint });
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
        // The evidence is in the report, and the mail names the report.
        endpoints.push({ ...report, observations: [], rules: [] });
        return '';
      },
      end: (tail) => message(tail, emailOf(tail, endpoints)),
    };
  },
};
