import type { EndpointReport, ReportHead, ReportTail } from '../model/report.ts';
import { mandateFacts } from './mandate.ts';
import type { ReportFormat } from './reporter.ts';
import { endpointText, targetHeading } from './terminal/endpoint.ts';
import { badge, createLayout, type Layout, paragraph } from './terminal/layout.ts';
import { visible, visibleLines } from './visible.ts';
import { count, countsPhrase, duration, gravity, utc } from './words.ts';

/**
 * Up to this many endpoints are held back, so that a run that a person reads begins with its verdict and is grouped
 * by target, gravest first. A longer run is written as it comes and ends with its verdict: memory stays flat.
 */
const HELD = 250;

interface Held {
  readonly target: string;
  readonly rank: number;
  readonly text: string;
}

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
  const lead = `${badge(layout, tail.verdict)}  `;
  const paint = (text: string): string => layout.bold(layout.of[tail.verdict](text));
  let text = paragraph(layout, lead, visible(tail.summary), 8, paint);
  const checked = Object.values(tail.counts).reduce((sum, each) => sum + each, 0);
  const vantages = tail.vantages
    .map(({ id, sourceAddress }) => (sourceAddress === undefined ? id : `${id} (${sourceAddress})`))
    .join(', ');
  const took = duration(Date.parse(tail.finishedAt) - Date.parse(tail.startedAt));
  const facts = [
    tail.profile && `profile ${tail.profile}`,
    `${count(checked, 'endpoint')} in ${took}`,
    vantages && `from ${vantages}`,
    utc(tail.startedAt),
  ];
  text += paragraph(layout, '', visible(facts.filter(Boolean).join(' · ')), 8, layout.dim);
  for (const { label, value } of mandateFacts(tail))
    text += paragraph(layout, '', visible(`${label}: ${value}`), 8, layout.dim);
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

/** Held endpoints grouped by target: the target with the gravest endpoint first, and so within each. */
function groupedText(held: readonly Held[], layout: Layout): string {
  const targets = new Map<string, Held[]>();
  for (const each of held) {
    const group = targets.get(each.target);
    if (group) group.push(each);
    else targets.set(each.target, [each]);
  }
  // Array sort is stable: what is equally grave stays in the order in which it finished.
  const groups = [...targets.entries()].map(([target, endpoints]) => ({
    target,
    endpoints: endpoints.sort((a, b) => a.rank - b.rank),
    rank: Math.min(...endpoints.map(({ rank }) => rank)),
  }));
  groups.sort((a, b) => a.rank - b.rank);
  return groups
    .map(
      ({ target, endpoints }) =>
        targetHeading(target, endpoints.length, layout) + endpoints.map(({ text }) => text).join(''),
    )
    .join('');
}

/** The last lines, where the eye is when the command ends. */
function closingText(tail: ReportTail, layout: Layout, problem: EndpointReport | undefined): string {
  let text = `\n${paragraph(layout, `${badge(layout, tail.verdict)}  `, countsPhrase(tail.counts), 8)}`;
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

/** A summary that reads at a glance. Escape sequences in it are its own: peers' text is shown by `visible`. */
export const terminal: ReportFormat = {
  id: 'terminal',
  extension: 'txt',
  mediaType: 'text/plain; charset=utf-8',
  streams: true,
  open(options) {
    const layout = createLayout(options);
    let held: Held[] | undefined = [];
    let notice = '';
    let lastTarget: string | undefined;
    let gravest: EndpointReport | undefined;

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
        if (report.cause && (gravest === undefined || gravity(report.verdict) < gravity(gravest.verdict)))
          gravest = report;
        const text = endpointText(report, layout, options.verbose);
        if (held === undefined) return streamed(report.target, text);
        held.push({ target: report.target, rank: gravity(report.verdict), text });
        if (held.length <= HELD) return '';
        const opening = notice + groupedText(held, layout);
        held = undefined;
        return opening;
      },
      end(tail) {
        const verdict = verdictText(tail, layout);
        if (held === undefined) return `\n${verdict}${closingText(tail, layout, gravest)}`;
        const body = groupedText(held, layout);
        return `${notice}${verdict}${body}${closingText(tail, layout, gravest)}`;
      },
    };
  },
};
