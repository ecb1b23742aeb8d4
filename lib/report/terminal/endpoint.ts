/** One endpoint on the terminal: a line when all is well, a short block when someone has to act. */

import type { EndpointReport, ReportObservation } from '../../engine/report-schema.ts';
import { lastAttempts } from '../../engine/verdict/last-attempts.ts';
import { causeOf } from '../../kinds/causes.ts';
import { factsOf } from '../../kinds/facts.ts';
import type { ExchangeLine } from '../../model/observed.ts';
import { utc } from '../../model/units.ts';
import { type Alike, namesOf } from '../words/alike.ts';
import { clientTables } from '../words/clients.ts';
import { changedLines } from '../words/since-last-run.ts';
import { count, route, sideWords, stateWord, timingsLine } from '../words/terms.ts';
import { visible, visibleLines } from '../words/visible.ts';
import { clip, columns, type Layout, paragraph, verdictMark } from './layout.ts';

/** Summaries shorter than this are useless; then the line ends after the endpoint. */
const LEAST_SUMMARY = 16;
/** Columns of `Fix   `, `Rules `. */
const LABEL = 7;

const labelled = (layout: Layout, label: string, text: string, indent = layout.indent): string =>
  paragraph(layout, `${' '.repeat(indent)}${layout.dim(label)}`, text, indent + LABEL);

/** What is shown beyond the diagnosis: evidence and rules, or only rules. */
export interface DetailShown {
  readonly verbose: boolean;
  readonly rules?: boolean;
}

/** A passing endpoint, always on one line. */
function passLine(report: EndpointReport, layout: Layout): string {
  const lead = `  ${verdictMark(layout, report)}  ${clip(visible(report.id), layout.width - 10)}`;
  const room = layout.width - columns(lead) - 2;
  const summary = room < LEAST_SUMMARY ? '' : `  ${layout.dim(clip(visible(report.summary), room))}`;
  return `${lead}${summary}\n${sinceText(report, layout)}`;
}

/** What changed since the runs before. */
const sinceText = (report: EndpointReport, layout: Layout): string =>
  changedLines(report)
    .map((line, index) => labelled(layout, index === 0 ? 'Before' : '', visible(line)))
    .join('');

/** Several endpoints that could not be judged for one reason: one line, and what to do once. */
export function alikeText(group: Alike, layout: Layout): string {
  const [first] = group;
  const { ids, more } = namesOf(group);
  const cause = first.cause ?? '';
  const margin = ' '.repeat(layout.indent);
  const names = `${count(group.length, 'endpoint')}: ${ids.join(', ')}${more}`;
  const title = `  ${verdictMark(layout, first)}  ${layout.of[first.verdict](visible(cause))}\n`;
  let text = title + paragraph(layout, margin, visible(names), layout.indent);
  const known = causeOf(cause);
  text += paragraph(layout, margin, known?.summary ?? visible(first.summary), layout.indent);
  const who = sideWords(first);
  if (who !== undefined) text += labelled(layout, 'Who', who);
  const fix = group.every((one) => one.fix === first.fix) ? first.fix : known?.next;
  for (const [index, line] of visibleLines(fix ?? '').entries())
    if (line !== '') text += labelled(layout, index === 0 ? 'Fix' : '', line);
  return text;
}

/** `192.0.2.1 open, 2001:db8::1 filtered`: shown when the addresses or vantages of an endpoint differ. */
function differing(report: EndpointReport): string | undefined {
  const last = lastAttempts(report.observations);
  const vantages = new Set(last.map(({ vantage }) => vantage)).size;
  if (new Set(last.map(({ state, cause }) => `${state} ${cause}`)).size < 2) return undefined;
  return last
    .map((one) => `${vantages > 1 ? `${one.vantage} → ` : ''}${one.address} ${stateWord(one)}`)
    .map(visible)
    .join(', ');
}

function problemBlock(
  report: EndpointReport,
  layout: Layout,
  shows: DetailShown,
  sameFix: string | undefined,
): string {
  const lead = `  ${verdictMark(layout, report)}  `;
  const id = visible(report.id);
  const cause = report.cause === undefined ? '' : layout.of[report.verdict](report.cause);
  const title = `${layout.bold(id)}${cause && `  ${cause}`}`;
  const oneLine = columns(lead) + columns(title) <= layout.width;
  let text = oneLine ? `${lead}${title}\n` : paragraph(layout, lead, id, 10, layout.bold);
  const margin = ' '.repeat(layout.indent);
  if (!oneLine && cause !== '') text += paragraph(layout, margin, cause, layout.indent);
  text += paragraph(layout, margin, visible(report.summary), layout.indent);
  if (report.alsoFound?.length) text += labelled(layout, 'Also', report.alsoFound.join(', '));
  const differs = differing(report);
  if (differs !== undefined) text += labelled(layout, 'Seen', differs);
  if (report.flapped) text += labelled(layout, 'Note', 'the attempts disagreed: the failure did not repeat');
  if (report.level === 'recommended') text += labelled(layout, 'Note', 'recommended, not required');
  if (report.reason) text += labelled(layout, 'Why', visible(report.reason));
  text += sinceText(report, layout);
  const who = sideWords(report);
  if (who !== undefined) text += labelled(layout, 'Who', who);
  if (sameFix !== undefined) {
    return text + labelled(layout, 'Fix', `the same as for ${visible(sameFix)} (one step fixes both)`);
  }
  for (const [index, line] of visibleLines(report.fix ?? '').entries())
    if (line !== '') text += labelled(layout, index === 0 ? 'Fix' : '', line);
  if (report.rules?.length && !shows.verbose && !shows.rules) {
    const products = report.rules.map(({ product }) => visible(product)).join(', ');
    text += labelled(layout, 'Rules', `ready to paste with --verbose or --format html: ${products}`);
  }
  return text;
}

const ARROW = { sent: '→', received: '←', event: '·' } as const satisfies Record<ExchangeLine['dir'], string>;

function evidenceBlock(observation: ReportObservation, port: number, layout: Layout): string {
  const { startedAt, timings, evidence } = observation;
  const what = `${route(observation, port)}, ${utc(startedAt, true)}: ${stateWord(observation)}; ${timingsLine(timings)}`;
  const indent = layout.indent;
  let text = labelled(layout, 'Proof', visible(what));
  for (const { label, value } of factsOf(evidence))
    text += paragraph(layout, `${' '.repeat(indent + 2)}`, visible(`${label}: ${value}`), indent + 2);
  for (const { at, dir, text: said } of evidence.exchange ?? []) {
    const lead = `${' '.repeat(indent + 2)}${layout.dim(visible(at).slice(11, 23))} ${ARROW[dir]} `;
    text += paragraph(layout, lead, visible(said), indent + 17);
  }
  return text;
}

function clientsBlock(report: EndpointReport, layout: Layout): string {
  const indent = ' '.repeat(layout.indent + 2);
  return clientTables(report)
    .map(({ seenBy, rows }) => {
      const lines = rows.map(({ name, connects, why, known }) =>
        paragraph(layout, indent, `${name}: ${connects}, ${why} (${known})`, layout.indent + 4),
      );
      return labelled(layout, 'TLS', `Who can connect, as seen by ${seenBy}:`) + lines.join('');
    })
    .join('');
}

function rulesBlock(report: EndpointReport, layout: Layout): string {
  const margin = ' '.repeat(layout.indent);
  return (report.rules ?? [])
    .map(({ product, rule, find }) => {
      // Not wrapped: a rule is to be copied as it is.
      const lines = (text: string) =>
        visibleLines(text)
          .map((line) => `${margin}  ${line}\n`)
          .join('');
      const found =
        find === undefined ? '' : `${margin}${layout.dim('To find the packet there')}\n${lines(find)}`;
      return `${margin}${layout.dim(`Rule for ${visible(product)}`)}\n${lines(rule)}${found}`;
    })
    .join('');
}

/**
 * The text of an endpoint, ending with a line break. `verbose` adds evidence, rules and who can connect.
 *
 * @param sameFix id of an endpoint that the same step fixes, where the step is written in full
 */
export function endpointText(
  report: EndpointReport,
  layout: Layout,
  shows: DetailShown,
  sameFix?: string,
): string {
  const healthy = report.verdict === 'pass';
  const text = healthy ? passLine(report, layout) : problemBlock(report, layout, shows, sameFix);
  const rules = sameFix === undefined ? rulesBlock(report, layout) : '';
  if (!shows.verbose) return shows.rules ? text + rules : text;
  const evidence = report.observations.map((observation) => evidenceBlock(observation, report.port, layout));
  return text + rules + clientsBlock(report, layout) + evidence.join('');
}

/** Heading of a target. */
export const targetHeading = (target: string, endpoints: number | undefined, layout: Layout): string =>
  `\n${layout.bold(clip(visible(target), layout.width - 20))}${
    endpoints !== undefined && endpoints > 1 ? layout.dim(`  ${count(endpoints, 'endpoint')}`) : ''
  }\n`;
