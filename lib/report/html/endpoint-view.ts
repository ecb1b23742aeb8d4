/** What the page shows of one endpoint: a problem in full, the others in short. */
import { causes } from '../../diagnose/causes/index.ts';
import type { EndpointReport, ReportTail } from '../../model/report.ts';
import type { Verdict } from '../../model/vocabulary.ts';
import { type RepeatCommand, repeatCommands } from '../repeat.ts';
import { visible, visibleLines } from '../visible.ts';
import { SIDE_WORDS, VERDICT_SYMBOL, VERDICT_TITLE } from '../words.ts';
import type { ChainView } from './chain.ts';
import { type HistoryView, historyView } from './history-view.ts';
import { type CellView, cellsOf } from './matrix.ts';
import {
  chainViews,
  type EvidenceView,
  evidenceView,
  groups,
  type SightsView,
  sights,
} from './observation-view.ts';

export interface FactView {
  readonly label: string;
  readonly value: string;
  readonly href?: string;
}

export interface EndpointView {
  readonly anchor: string;
  readonly verdict: Verdict;
  readonly badge: string;
  readonly id: string;
  /** The id with the places where a line may break: before a port, not within it. */
  readonly pieces: readonly string[];
  readonly must: string;
  readonly side: string;
  readonly sideWord: string;
  readonly summary: string;
  readonly open: boolean;
  readonly cells: readonly CellView[];
  readonly diagnosis?: {
    readonly cause: string;
    readonly text: string;
    readonly proof: string;
    readonly also: readonly { readonly cause: string; readonly text: string }[];
  };
  readonly fix: readonly string[];
  readonly rules: readonly { readonly product: string; readonly text: string }[];
  readonly facts: readonly FactView[];
  readonly history?: HistoryView;
  /** Absent where the table of all endpoints says enough. */
  readonly sights?: SightsView;
  readonly chains: readonly ChainView[];
  readonly evidence: readonly EvidenceView[];
  readonly repeat: readonly { readonly title: string; readonly commands: readonly RepeatCommand[] }[];
}

export const badge = (verdict: Verdict): string => `${VERDICT_SYMBOL[verdict]} ${VERDICT_TITLE[verdict]}`;

/**
 * How much of the evidence is shown; the data inside the page always hold all of it. `full`: all; `short`: what passes
 * is shown without its exchange; `terse`: of a problem that looks different from several vantages the first look alone,
 * and its exchange without the facts drawn from it.
 */
export const DETAILS = ['full', 'short', 'terse'] as const;
export type Detail = (typeof DETAILS)[number];

/** Addresses of one endpoint whose commands are shown; the others differ in the address alone. */
const MOST_REPEATED = 4;

/** Only a web page may become a link, and only one that shows as it is; `javascript:` and the like stay text. */
const link = (url: string): { href?: string } =>
  /^https?:\/\/[^\s"'<>]+$/i.test(url) && visible(url) === url ? { href: url } : {};

function endpointFacts(report: EndpointReport): FactView[] {
  const facts: FactView[] = [];
  const add = (label: string, value: string | undefined, more: { href?: string } = {}): void => {
    if (value) facts.push({ label, value: visible(value), ...more });
  };
  add(
    'Expected',
    `${report.expect === 'open' ? 'reachable from the internet' : 'not reachable from the internet'} (${report.level})`,
  );
  add('Checked because', report.reason);
  if (report.source) add('Source', report.source, link(report.source));
  if (report.flapped) add('Note', 'The attempts disagreed: the failure did not repeat.');
  return facts;
}

function diagnosisOf(report: EndpointReport): EndpointView['diagnosis'] {
  const { cause, alsoFound = [] } = report;
  if (cause === undefined) return undefined;
  return {
    cause,
    text: causes[cause].summary,
    proof: causes[cause].proof,
    also: alsoFound.map((code) => ({ cause: code, text: causes[code].summary })),
  };
}

/** Once for each address: from another vantage the same line is typed. */
function repeatView(report: EndpointReport, detail: Detail): EndpointView['repeat'] {
  const byAddress = new Map(report.observations.map((observation) => [observation.address, observation]));
  const addresses = [...byAddress.values()].slice(0, detail === 'full' ? MOST_REPEATED : 1);
  return addresses.flatMap((observation) => {
    const commands = repeatCommands(report, observation);
    const title = visible(observation.address === '' ? report.host : observation.address);
    return commands.length === 0 ? [] : [{ title, commands }];
  });
}

export function endpointView(
  report: EndpointReport,
  index: number,
  vantages: ReportTail['vantages'],
  detail: Detail,
): EndpointView {
  const problem = report.verdict !== 'pass';
  const seen = groups(report.observations);
  // An endpoint that is well is no case to prove: the first group's evidence shows how it answers.
  const most = detail === 'terse' || !problem ? 1 : seen.length;
  const isShown = problem || detail === 'full';
  const shown = isShown ? seen.slice(0, most) : [];
  const diagnosis = diagnosisOf(report);
  const history = historyView(report);
  return {
    anchor: `endpoint-${index + 1}`,
    verdict: report.verdict,
    badge: badge(report.verdict),
    id: visible(report.id),
    pieces: visible(report.id).split(/(?=:\d)/),
    must: report.expect === 'open' ? 'must be reachable' : 'must not be reachable',
    side: report.side === undefined ? '' : SIDE_WORDS[report.side],
    sideWord: report.side ?? '',
    summary: visible(report.summary),
    open: problem,
    cells: cellsOf(
      report,
      vantages.map(({ id }) => id),
    ),
    ...(diagnosis && { diagnosis }),
    fix: report.fix === undefined ? [] : visibleLines(report.fix).filter((line) => line !== ''),
    rules: (report.rules ?? []).map(({ product, rule }) => ({
      product: visible(product),
      text: visibleLines(rule).join('\n'),
    })),
    facts: endpointFacts(report),
    ...(history && { history }),
    ...(isShown && { sights: sights(report, vantages, detail !== 'terse') }),
    chains: isShown ? chainViews((detail === 'terse' ? shown : seen).flat()) : [],
    evidence: shown.flatMap((group) => evidenceView(group, report, detail !== 'terse') ?? []),
    repeat: repeatView(report, problem ? detail : 'short'),
  };
}
