import type { EndpointReport, ReportHead, ReportTail } from '../engine/report-schema.ts';
import { byVerdictAndPlace } from '../model/severity-order.ts';
import { duration, utc } from '../model/units.ts';
import type { FormatOptions, ReportFormat } from './reporter.ts';
import { alikeText, endpointText, targetHeading } from './terminal/endpoint.ts';
import { createLayout, type Layout, paragraph, verdictMark } from './terminal/layout.ts';
import { type Alike, inconclusiveTogether, ownersOfFixes } from './words/alike.ts';
import { authorisationFacts } from './words/authorisation-facts.ts';
import { joinedWords } from './words/joined.ts';
import { measuredWithLine } from './words/measured-with.ts';
import { withSources } from './words/sources.ts';
import { count, countsPhrase } from './words/terms.ts';
import { visible, visibleLines } from './words/visible.ts';

/**
 * Up to this many endpoints wait for the end of the run, so that a run that a person reads begins with its verdict and is grouped
 * by target, most serious first. A longer run is written endpoint by endpoint and ends with its verdict: memory does not grow.
 */
const MAX_GROUPED = 250;

/** A marked paragraph of the run: notice, failed control, cut short. */
const remark = (layout: Layout, text: string): string =>
  paragraph(layout, layout.bold(layout.of.warn('  *')), text, 4, layout.of.warn);

const noticeText = (head: ReportHead, layout: Layout): string =>
  head.notice === undefined
    ? ''
    : `${layout.bold(layout.of.warn('='.repeat(layout.width)))}\n${visibleLines(head.notice)
        .map((line) => paragraph(layout, '', line, 0, (part) => layout.bold(layout.of.warn(part))))
        .join('')}${layout.bold(layout.of.warn('='.repeat(layout.width)))}\n`;

/** The verdict in one sentence, then where from, when and how long. */
function verdictText(tail: ReportTail, layout: Layout): string {
  const lead = `${verdictMark(layout, tail)}  `;
  const paint = (text: string): string => layout.bold(layout.of[tail.verdict](text));
  let text = paragraph(layout, lead, visible(tail.summary), 8, paint);
  const checked = Object.values(tail.counts).reduce((sum, each) => sum + each, 0);
  const vantages = tail.vantages.map((vantage) => withSources(vantage)).join(', ');
  const took = duration(Date.parse(tail.finishedAt) - Date.parse(tail.startedAt));
  const facts = [
    tail.profile && `profile ${tail.profile}`,
    `${count(checked, 'endpoint')} in ${took}`,
    vantages && `from ${vantages}`,
    utc(tail.startedAt),
  ];
  const measured = measuredWithLine(tail);
  if (measured !== undefined) text += remark(layout, measured);
  text += paragraph(layout, '', visible(facts.filter(Boolean).join(' · ')), 8, layout.dim);
  for (const { label, value } of authorisationFacts(tail))
    text += paragraph(layout, '', visible(`${label}: ${value}`), 8, layout.dim);
  for (const said of tail.remarks ?? []) text += remark(layout, visible(said));
  if (tail.partial) text += remark(layout, 'Cut short: this is what was measured until then.');
  for (const { id, controls, negativeControl, unavailable } of tail.vantages) {
    if (unavailable !== undefined) text += remark(layout, visible(`${id} gave no result: ${unavailable}`));
    for (const { ok, port, family, target, detail } of controls) {
      if (ok) continue;
      const where = `port ${port}${family === undefined ? '' : ` over IPv${family}`}`;
      const against = target === undefined ? '' : ` (${target})`;
      text += remark(
        layout,
        visible(`${id}: the control for ${where}${against} failed${detail ? `: ${detail}` : ''}`),
      );
    }
    if (negativeControl && !negativeControl.clean)
      text += remark(
        layout,
        visible(
          `${id}: a connection to ${negativeControl.address}, which does not exist, succeeded: this network answers for everyone (${negativeControl.detail})`,
        ),
      );
  }
  return text;
}

/** What a listener at the other end decided. */
function joinedText(tail: ReportTail, layout: Layout): string {
  return joinedWords(tail)
    .map(({ about, lines }) => {
      const told = lines.flatMap(({ text, cause, fix }) => [
        remark(layout, cause === undefined ? text : `${text} [${cause}]`),
        ...(fix === undefined ? [] : [paragraph(layout, '', fix, 8)]),
      ]);
      return `\n${paragraph(layout, '', layout.bold('What both ends know'), 0)}${paragraph(layout, '', about, 4, layout.dim)}${told.join('')}`;
    })
    .join('');
}

/** Endpoints in one order, whatever finished first: by target, the one with the most serious endpoint first. */
function groupedText(waiting: readonly EndpointReport[], layout: Layout, options: FormatOptions): string {
  const sorted = [...waiting].sort(byVerdictAndPlace);
  const owners = ownersOfFixes(sorted);
  const alike = options.verbose ? sorted.map((report): Alike => [report]) : inconclusiveTogether(sorted);
  /** `undefined`: groups of several targets. */
  const targets = new Map<string | undefined, Alike[]>();
  for (const group of alike) {
    const names = new Set(group.map(({ target }) => target));
    const target = names.size === 1 ? group[0].target : undefined;
    targets.set(target, [...(targets.get(target) ?? []), group]);
  }
  const textOf = (group: Alike): string => {
    if (group.length > 1) return alikeText(group, layout);
    const [report] = group;
    const owner = report.fix === undefined ? undefined : owners.get(report.fix);
    return endpointText(report, layout, options, owner === report.id ? undefined : owner);
  };
  return [...targets]
    .map(([target, groups]) => {
      const count = groups.reduce((sum, group) => sum + group.length, 0);
      return targetHeading(target ?? 'several targets', count, layout) + groups.map(textOf).join('');
    })
    .join('');
}

/** The last lines, where the eye is when the command ends. */
function closingText(tail: ReportTail, layout: Layout, problem: EndpointReport | undefined): string {
  let text = `\n${paragraph(layout, `${verdictMark(layout, tail)}  `, countsPhrase(tail.counts), 8)}`;
  if (problem?.cause !== undefined)
    text += paragraph(
      layout,
      '',
      `More: --verbose, --format html --output report.html, inbound-check explain ${problem.cause}`,
      8,
      layout.dim,
    );
  return text;
}

/** Without what this format shows only when asked to. */
const withoutEvidence = (report: EndpointReport): EndpointReport => ({
  ...report,
  observations: report.observations.map((observation) => ({ ...observation, evidence: {} })),
});

/** The endpoint whose step fixes this one too: that of a redirect's target, which is a fault of both. */
function sameFix({ id, fix }: EndpointReport, fixes: Map<string, string>): string | undefined {
  if (fix === undefined) return undefined;
  const known = fixes.get(fix);
  if (known === undefined && fixes.size < MAX_GROUPED) fixes.set(fix, id);
  return known;
}

/** A summary that reads at a glance. Escape sequences in it are its own: peers' text is shown by `visible`. */
export const terminal: ReportFormat = {
  id: 'terminal',
  extension: 'txt',
  mediaType: 'text/plain; charset=utf-8',
  streams: true,
  open(options) {
    const layout = createLayout(options);
    let waiting: EndpointReport[] | undefined = [];
    let notice = '';
    let lastTarget: string | undefined;
    let mostSerious: EndpointReport | undefined;
    /** Steps written in full so far, `MAX_GROUPED` at most, with the endpoint where they are. */
    const fixes = new Map<string, string>();

    const streamed = (target: string, text: string): string => {
      const heading = target === lastTarget ? '' : targetHeading(target, undefined, layout);
      lastTarget = target;
      return heading + text;
    };
    return {
      begin(head) {
        notice = noticeText(head, layout);
        return '';
      },
      endpoint(report) {
        if (report.cause && (mostSerious === undefined || byVerdictAndPlace(report, mostSerious) < 0))
          mostSerious = report;
        if (waiting === undefined)
          return streamed(report.target, endpointText(report, layout, options, sameFix(report, fixes)));
        waiting.push(options.verbose ? report : withoutEvidence(report));
        if (waiting.length <= MAX_GROUPED) return '';
        const opening = notice + groupedText(waiting, layout, options);
        for (const [fix, id] of ownersOfFixes(waiting)) fixes.set(fix, id);
        waiting = undefined;
        return opening;
      },
      end(tail) {
        const verdict = verdictText(tail, layout);
        if (waiting === undefined)
          return `\n${verdict}${joinedText(tail, layout)}${closingText(tail, layout, mostSerious)}`;
        const body = groupedText(waiting, layout, options);
        return `${notice}${verdict}${body}${joinedText(tail, layout)}${closingText(tail, layout, mostSerious)}`;
      },
    };
  },
};
