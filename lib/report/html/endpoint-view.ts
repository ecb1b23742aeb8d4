/** What the page shows of one endpoint: a problem in full, the others in short. */

import type { EndpointReport, ReportTail } from '../../engine/report-schema.ts';
import type { ManualCommand } from '../../kinds/connection/manual-commands.ts';
import { manualCommands } from '../../kinds/manual-commands.ts';
import type { Verdict } from '../../model/vocabulary.ts';
import type { PageWords } from '../language/english.ts';
import type { Wording } from '../language/wording.ts';
import { sideCode, sideWords, VERDICT_SYMBOL, verdictWord } from '../words/terms.ts';
import { visible, visibleLines } from '../words/visible.ts';
import type { ChainView } from './chain.ts';
import { type ClientTableView, clientTableViews } from './client-rows.ts';
import { type HistoryView, historyView } from './history-view.ts';
import { type CellView, cellsOf } from './matrix.ts';
import {
  chainViews,
  type EvidenceView,
  evidenceView,
  groups,
  type ObservedTableView,
  observedTable,
} from './observation-view.ts';

export interface FactView {
  readonly label: string;
  readonly value: string;
  readonly href?: string;
}

/** A line of the table of all endpoints. */
export interface RowView {
  readonly anchor: string;
  readonly verdict: Verdict;
  readonly badge: string;
  /** The id with marks where a line may break: before a port, not within it. */
  readonly pieces: readonly string[];
  readonly must: string;
  readonly sideWord: string;
  readonly cells: readonly CellView[];
}

/** The section of an endpoint. */
export interface EndpointView {
  readonly anchor: string;
  readonly verdict: Verdict;
  readonly badge: string;
  readonly id: string;
  readonly must: string;
  readonly side: string;
  readonly summary: string;
  readonly open: boolean;
  readonly diagnosis?: {
    readonly cause: string;
    readonly text: string;
    readonly proof: string;
    readonly also: readonly { readonly cause: string; readonly text: string }[];
  };
  readonly fix: readonly string[];
  /** Products whose rules are left out of the text. */
  readonly furtherRules: string;
  readonly rules: readonly { readonly product: string; readonly text: string; readonly find: string }[];
  readonly facts: readonly FactView[];
  readonly history?: HistoryView;
  /** Absent where the table of all endpoints is enough. */
  readonly observed?: ObservedTableView;
  readonly chains: readonly ChainView[];
  readonly evidence: readonly EvidenceView[];
  /** Who can connect; folded. */
  readonly clients: readonly ClientTableView[];
  readonly repeat: readonly { readonly title: string; readonly commands: readonly ManualCommand[] }[];
}

export const verdictLabel = (judged: Pick<EndpointReport, 'verdict' | 'unread'>, words: PageWords): string =>
  `${VERDICT_SYMBOL[judged.verdict]} ${verdictWord(judged, words.verdict)}`;

/**
 * How much of the evidence is shown; the data inside the page always hold all of it. `full`: all; `short`: what passes
 * is shown without its exchange; `terse`: of a problem that several vantages see differently, only the first observation,
 * and its exchange without the facts read from it.
 */
export const DETAILS = ['full', 'short', 'terse'] as const;
export type Detail = (typeof DETAILS)[number];

/**
 * Firewalls whose rules are shown on the shortest page, without the lines that find the packet: these and the other
 * firewalls' are in its data.
 */
const TERSE_RULES = 6;

/** Addresses of one endpoint whose commands are shown; the others differ only in the address. */
const MOST_REPEATED = 4;

/** Only the URL of a web page may become a link, and only if all its characters are visible; `javascript:` and the like stay text. */
const link = (url: string): { href?: string } =>
  /^https?:\/\/[^\s"'<>]+$/i.test(url) && visible(url) === url ? { href: url } : {};

function endpointFacts(report: EndpointReport, { words, phrase }: Wording): FactView[] {
  const facts: FactView[] = [];
  const add = (label: string, value: string | undefined, more: { href?: string } = {}): void => {
    if (value) facts.push({ label, value: visible(value), ...more });
  };
  add(
    words.expected,
    `${report.expect === 'open' ? words.expectedOpen : words.expectedClosed} (${words.level[report.level]})`,
  );
  add(words.checkedBecause, report.reason && phrase(report.reason));
  if (report.source) add(words.sourceOfRule, report.source, link(report.source));
  if (report.flapped) add(words.note, words.flapped);
  return facts;
}

function diagnosisOf(report: EndpointReport, wording: Wording): EndpointView['diagnosis'] {
  const { cause, alsoFound = [] } = report;
  if (cause === undefined) return undefined;
  return {
    cause: visible(cause),
    text: wording.cause(cause)?.summary ?? wording.words.unknownCause,
    proof: wording.cause(cause)?.proof ?? '',
    also: alsoFound.map((code) => ({
      cause: visible(code),
      text: wording.cause(code)?.summary ?? wording.words.unknownCause,
    })),
  };
}

/** Once for each address: the line is the same from every vantage. */
function repeatView(report: EndpointReport, detail: Detail, { phrase }: Wording): EndpointView['repeat'] {
  const byAddress = new Map(report.observations.map((observation) => [observation.address, observation]));
  const addresses = [...byAddress.values()].slice(0, detail === 'full' ? MOST_REPEATED : 1);
  return addresses.flatMap((observation) => {
    const commands = manualCommands(report, observation).map((one) => ({
      ...one,
      shows: phrase(one.shows),
    }));
    const title = visible(observation.address === '' ? report.host : observation.address);
    return commands.length === 0 ? [] : [{ title, commands }];
  });
}

const anchorOf = (index: number): string => `endpoint-${index + 1}`;
const mustOf = ({ expect }: EndpointReport, words: PageWords): string =>
  expect === 'open' ? words.mustBeOpen : words.mustBeClosed;

/** Nothing needs to be proven for a healthy endpoint; the fullest page shows how it answers. */
export const isShown = ({ verdict }: EndpointReport, detail: Detail): boolean =>
  verdict !== 'pass' || detail === 'full';

/** @param index its place on the page, from 0 */
export const rowView = (
  report: EndpointReport,
  index: number,
  vantages: ReportTail['vantages'],
  words: PageWords,
): RowView => ({
  anchor: anchorOf(index),
  verdict: report.verdict,
  badge: verdictLabel(report, words),
  pieces: visible(report.id).split(/(?=:\d)/),
  must: mustOf(report, words),
  sideWord: report.side === undefined ? sideCode(report) : words.sideShort[report.side],
  cells: cellsOf(
    report,
    vantages.map(({ id }) => id),
    words,
  ),
});

/** @param index its place on the page, from 0 */
export function endpointView(
  report: EndpointReport,
  index: number,
  vantages: ReportTail['vantages'],
  detail: Detail,
  wording: Wording,
): EndpointView {
  const { words } = wording;
  const problem = report.verdict !== 'pass';
  const seen = groups(report.observations);
  // Nothing needs to be proven for a healthy endpoint: the first group's evidence shows how it answers.
  const most = detail === 'terse' || !problem ? 1 : seen.length;
  const isWhole = isShown(report, detail);
  const shown = isWhole ? seen.slice(0, most) : [];
  const diagnosis = diagnosisOf(report, wording);
  const rules = report.rules ?? [];
  const shownRules = detail === 'terse' ? rules.slice(0, TERSE_RULES) : rules;
  const history = historyView(report, words);
  return {
    anchor: anchorOf(index),
    verdict: report.verdict,
    badge: verdictLabel(report, words),
    id: visible(report.id),
    must: mustOf(report, words),
    side: sideWords(report, words.side) ?? '',
    summary: visible(wording.said(report)),
    open: problem,
    ...(diagnosis && { diagnosis }),
    fix: visibleLines(wording.fix(report) ?? '').filter((line) => line !== ''),
    furtherRules: rules
      .slice(shownRules.length)
      .map(({ product }) => visible(product))
      .join(', '),
    rules: shownRules.map(({ product, rule, find }) => ({
      product: visible(product),
      text: visibleLines(rule).join('\n'),
      find: detail === 'terse' ? '' : visibleLines(find ?? '').join('\n'),
    })),
    facts: endpointFacts(report, wording),
    ...(history && { history }),
    ...(isWhole && { observed: observedTable(report, vantages, detail !== 'terse', words) }),
    chains: isWhole ? chainViews((detail === 'terse' ? shown : seen).flat(), wording) : [],
    evidence: shown.flatMap((group) => evidenceView(group, report, detail !== 'terse', wording) ?? []),
    clients: isWhole && detail !== 'terse' ? clientTableViews(report, wording) : [],
    repeat: repeatView(report, problem ? detail : 'short', wording),
  };
}
