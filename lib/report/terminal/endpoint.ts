/** One endpoint on the terminal: a line when all is well, a short block when someone has to act. */
import type { ExchangeLine } from '../../model/observation.ts';
import type { EndpointReport, ReportObservation } from '../../model/report.ts';
import { readEvidence } from '../evidence.ts';
import { observationFacts } from '../facts.ts';
import { visible, visibleLines } from '../visible.ts';
import { count, lastAttempts, route, SIDE_WORDS, timingsLine, utc } from '../words.ts';
import { badge, clip, columns, type Layout, paragraph } from './layout.ts';

/** Summaries shorter than this say nothing; the line ends with the endpoint then. */
const LEAST_SUMMARY = 16;
/** Columns of `Fix   `, `Rules `. */
const LABEL = 7;

const labelled = (layout: Layout, label: string, text: string, indent = layout.indent): string =>
  paragraph(layout, `${' '.repeat(indent)}${layout.dim(label)}`, text, indent + LABEL);

/** A passing endpoint, on one line whatever its summary holds. */
function passLine(report: EndpointReport, layout: Layout): string {
  const lead = `  ${badge(layout, report.verdict)}  ${clip(visible(report.id), layout.width - 10)}`;
  const room = layout.width - columns(lead) - 2;
  const summary = room < LEAST_SUMMARY ? '' : `  ${layout.dim(clip(visible(report.summary), room))}`;
  return `${lead}${summary}\n`;
}

/** `192.0.2.1 open, 2001:db8::1 filtered`: shown when the addresses or vantages of an endpoint differ. */
function differing(report: EndpointReport): string | undefined {
  const last = lastAttempts(report.observations);
  const vantages = new Set(last.map(({ vantage }) => vantage)).size;
  if (new Set(last.map(({ state, cause }) => `${state} ${cause}`)).size < 2) return undefined;
  return last
    .map(({ vantage, address, state }) => `${vantages > 1 ? `${vantage} → ` : ''}${address} ${state}`)
    .map(visible)
    .join(', ');
}

function problemBlock(report: EndpointReport, layout: Layout, verbose: boolean): string {
  const lead = `  ${badge(layout, report.verdict)}  `;
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
  if (report.side) text += labelled(layout, 'Who', SIDE_WORDS[report.side]);
  for (const [index, line] of visibleLines(report.fix ?? '').entries())
    if (line !== '') text += labelled(layout, index === 0 ? 'Fix' : '', line);
  if (report.rules?.length && !verbose) {
    const products = report.rules.map(({ product }) => visible(product)).join(', ');
    text += labelled(layout, 'Rules', `ready to paste with --verbose or --format html: ${products}`);
  }
  return text;
}

const ARROW = { sent: '→', received: '←', event: '·' } as const satisfies Record<ExchangeLine['dir'], string>;

function evidenceBlock(observation: ReportObservation, port: number, layout: Layout): string {
  const evidence = readEvidence(observation.evidence);
  const { state, startedAt, timings } = observation;
  const what = `${route(observation, port)}, ${utc(startedAt, true)}: ${state}; ${timingsLine(timings)}`;
  const indent = layout.indent;
  let text = labelled(layout, 'Proof', visible(what));
  for (const { label, value } of observationFacts(observation, evidence))
    text += paragraph(layout, `${' '.repeat(indent + 2)}`, visible(`${label}: ${value}`), indent + 2);
  for (const { at, dir, text: said } of evidence.exchange ?? []) {
    const lead = `${' '.repeat(indent + 2)}${layout.dim(visible(at).slice(11, 23))} ${ARROW[dir]} `;
    text += paragraph(layout, lead, visible(said), indent + 17);
  }
  return text;
}

function rulesBlock(report: EndpointReport, layout: Layout): string {
  const margin = ' '.repeat(layout.indent);
  return (report.rules ?? [])
    .map(({ product, rule }) => {
      // Not wrapped: a rule is to be copied as it is.
      const lines = visibleLines(rule).map((line) => `${margin}  ${line}\n`);
      return `${margin}${layout.dim(`Rule for ${visible(product)}`)}\n${lines.join('')}`;
    })
    .join('');
}

/** The text of an endpoint, ending with a line break. `verbose` adds evidence and rules. */
export function endpointText(report: EndpointReport, layout: Layout, verbose: boolean): string {
  const healthy = report.verdict === 'pass';
  const text = healthy ? passLine(report, layout) : problemBlock(report, layout, verbose);
  if (!verbose) return text;
  const evidence = report.observations.map((observation) => evidenceBlock(observation, report.port, layout));
  return text + rulesBlock(report, layout) + evidence.join('');
}

/** Heading of a target. */
export const targetHeading = (target: string, endpoints: number | undefined, layout: Layout): string =>
  `\n${layout.bold(clip(visible(target), layout.width - 20))}${
    endpoints !== undefined && endpoints > 1 ? layout.dim(`  ${count(endpoints, 'endpoint')}`) : ''
  }\n`;
