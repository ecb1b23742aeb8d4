/** What the templates show, made from the report: all texts visible, all choices made. */

import type { ReportTail } from '../../engine/report-schema.ts';
import { lastAttempts } from '../../engine/verdict/last-attempts.ts';
import { VERDICTS } from '../../model/severity-order.ts';
import { duration } from '../../model/units.ts';
import type { Verdict } from '../../model/vocabulary.ts';
import { sourceBySocket } from '../../net/source.ts';
import type { PageWords } from '../language/english.ts';
import type { Wording } from '../language/wording.ts';
import { authorisationFacts } from '../words/authorisation-facts.ts';
import { type JoinedWords, joinedWords } from '../words/joined.ts';
import { measuredWithLine } from '../words/measured-with.ts';
import { positionWords, seenPhrase } from '../words/sources.ts';
import { sideWords, verdictWord } from '../words/terms.ts';
import { visible } from '../words/visible.ts';
import { type Detail, type FactView, isShown, type RowView, rowView, verdictLabel } from './endpoint-view.ts';
import type { KeptEndpoints } from './kept-endpoints.ts';
import { type TimeView, timeView } from './observation-view.ts';
import { type StripView, strip, toneCounts } from './strip.ts';
import { PHASES, type Phase, phasesIn } from './waterfall.ts';

export interface VantageView {
  readonly id: string;
  readonly about: string;
  /** Why it returned nothing; empty when it returned something. */
  readonly unavailable: string;
  readonly toneCounts: string;
  readonly strip: StripView;
  readonly controlsTitle: string;
  readonly controlsBad: boolean;
  readonly controls: readonly { readonly ok: boolean; readonly text: string }[];
}

export interface PageView {
  readonly title: string;
  readonly verdict: Verdict;
  readonly badge: string;
  readonly summary: string;
  readonly notice?: string;
  /** Where to ask; a link only when it is a plain https or mailto URL. */
  readonly contact?: FactView;
  /** What changes the meaning of a pass. */
  readonly measured?: string;
  /** On the run itself. */
  readonly remarks: readonly string[];
  readonly partial: boolean;
  /** Who has to act, and on how many endpoints. */
  readonly sides: readonly string[];
  readonly cards: readonly { verdict: Verdict; title: string; count: number }[];
  readonly facts: readonly { readonly label: string; readonly value: string; readonly time?: TimeView }[];
  /** Lines of the table of all endpoints. */
  readonly rows: readonly RowView[];
  /** Those that pass, of a run with so many that only a folded table shows them; they have no section of their own. */
  readonly folded: readonly RowView[];
  /** Of the bars in all timings; empty when there are none. */
  readonly legend: readonly { readonly key: string; readonly name: string }[];
  readonly vantages: readonly VantageView[];
  /** What listeners at the other end decided. */
  readonly joined: readonly JoinedWords[];
  /** Some evidence is left out of the text. */
  readonly shortened: boolean;
  readonly id: string;
  readonly schema: string;
}

type Vantage = ReportTail['vantages'][number];

function controlLines(
  { controls, negativeControl, unavailable }: Vantage,
  { words, phrase }: Wording,
): VantageView['controls'] {
  if (unavailable !== undefined) return [{ ok: false, text: visible(phrase(unavailable)) }];
  const lines = controls.map(({ port, ok, family, target, detail }) => ({
    ok,
    text: visible(
      `${words.controlPort(port)}${family === undefined ? '' : words.controlFamily(family)}${target === undefined ? '' : `, ${target}`}: ${ok ? words.controlAnswered : words.controlSilent}${detail ? ` (${phrase(detail)})` : ''}`,
    ),
  }));
  if (negativeControl)
    lines.push({
      ok: negativeControl.clean,
      text: visible(
        words.negativeControl(negativeControl.address, negativeControl.clean, phrase(negativeControl.detail)),
      ),
    });
  return lines;
}

/** The fixed address, and what a reflector saw; where neither is known, what the sockets show. */
function sourcesOf(vantage: Vantage, seenBySockets: ReadonlySet<string>, words: PageWords): string {
  const { sourceAddress } = vantage;
  const seen = seenPhrase(vantage, words);
  const place = positionWords(vantage, words);
  const parts = [
    ...(sourceAddress === undefined ? [] : [words.source(sourceAddress)]),
    ...(seen === undefined ? [] : [seen]),
  ];
  return [...place, ...(parts.length === 0 ? [sourcesSeen(seenBySockets, words)] : parts)].join(', ');
}

/** At most four. */
function sourcesSeen(seen: ReadonlySet<string>, words: PageWords): string {
  const all = [...seen];
  return all.length === 0
    ? words.sourceUnknown
    : words.source(`${all.slice(0, 4).join(', ')}${all.length > 4 ? ', …' : ''}`);
}

function vantageView(
  vantage: Vantage,
  column: number,
  rows: readonly RowView[],
  seenBySockets: ReadonlySet<string>,
  wording: Wording,
): VantageView {
  const { words } = wording;
  const { id, kind } = vantage;
  const controls = controlLines(vantage, wording);
  const bad = controls.filter(({ ok }) => !ok).length;
  const tones = rows.map(({ cells }) => cells[column]?.tone ?? 'none');
  return {
    id: visible(id),
    about: visible(`${kind}, ${sourcesOf(vantage, seenBySockets, words)}`),
    unavailable: visible(wording.phrase(vantage.unavailable ?? '')),
    toneCounts: toneCounts(tones, words),
    strip: strip(tones, words.endpointsSeenFrom(visible(id)), words),
    controlsTitle:
      vantage.unavailable !== undefined
        ? words.gaveNoResult
        : controls.length === 0
          ? words.noControls
          : bad > 0
            ? words.controlsFailed(bad, controls.length)
            : words.controlsClean(controls.length),
    controlsBad: bad > 0,
    controls,
  };
}

/** What the head of the page says of all endpoints, collected in one pass over them. */
interface Collected {
  readonly rows: RowView[];
  readonly targets: Set<string>;
  /** Who has to act, and on how many endpoints. */
  readonly sides: Map<string, number>;
  readonly phases: Set<Phase>;
  /** For each vantage the addresses that its own connections had, where they are the ones that the far end saw. */
  readonly sources: Map<string, Set<string>>;
}

function collect(
  tail: ReportTail,
  kept: KeptEndpoints,
  { detail, folds, words }: { detail: Detail; folds: boolean; words: PageWords },
): Collected {
  const found: Collected = {
    rows: [],
    targets: new Set(),
    sides: new Map(),
    phases: new Set(),
    sources: new Map(tail.vantages.map(({ id }) => [id, new Set()])),
  };
  for (const report of kept.inOrder()) {
    found.rows.push(rowView(report, found.rows.length, tail.vantages, words));
    found.targets.add(report.target);
    const who = report.verdict === 'pass' ? undefined : sideWords(report, words.side);
    if (who !== undefined) found.sides.set(who, (found.sides.get(who) ?? 0) + 1);
    for (const { vantage, localAddress, address } of report.observations) {
      const source = sourceBySocket(localAddress, address);
      if (source !== undefined) found.sources.get(vantage)?.add(source);
    }
    const hasBars = detail !== 'terse' && isShown(report, detail) && !(folds && report.verdict === 'pass');
    if (hasBars) for (const phase of phasesIn(lastAttempts(report.observations))) found.phases.add(phase);
  }
  return found;
}

/** `network team …: 2 endpoints`, those with most to do first. */
const sidesToAct = (sides: ReadonlyMap<string, number>, words: PageWords): string[] =>
  [...sides].sort(([, a], [, b]) => b - a).map(([who, number]) => `${who}: ${words.endpoints(number)}`);

const legendOf = (phases: ReadonlySet<Phase>, words: PageWords): PageView['legend'] =>
  PHASES.filter((key) => phases.has(key)).map((key) => ({ key, name: words.phases[key] }));

const contactView = (url: string, words: PageWords): FactView => ({
  label: words.contact,
  value: visible(url),
  ...(/^(https:\/\/|mailto:)[^\s"'<>()]+$/i.test(url) && visible(url) === url && { href: url }),
});

/** Of a run with more endpoints, those that pass are lines of a folded table and nothing more. */
const MOST_SECTIONS = 500;

export const foldsPasses = (kept: KeptEndpoints): boolean => kept.size > MOST_SECTIONS;

/** The page without the endpoints' sections: most serious endpoints first, then by target and name, whatever finished first. */
export function pageView(
  tail: ReportTail,
  kept: KeptEndpoints,
  wording: Wording,
  detail: Detail = 'full',
): PageView {
  const { words } = wording;
  const folds = foldsPasses(kept);
  const { rows, targets, sides, phases, sources } = collect(tail, kept, { detail, folds, words });
  const took = duration(Date.parse(tail.finishedAt) - Date.parse(tail.startedAt));
  const [first] = targets;
  const facts: PageView['facts'] = [
    {
      label: targets.size > 1 ? words.targets : words.target,
      value: visible(
        targets.size === 1 && first !== undefined
          ? first
          : [...targets].slice(0, 4).join(', ') + (targets.size > 4 ? words.andMore(targets.size - 4) : ''),
      ),
    },
    ...(tail.profile === undefined ? [] : [{ label: words.profile, value: visible(tail.profile) }]),
    { label: words.checked, value: '', time: timeView(tail.startedAt) },
    { label: words.took, value: took },
    { label: words.run, value: visible(tail.id) },
    ...authorisationFacts(tail).map(({ label, value }) => ({
      label: words.authorisation[label] ?? label,
      value: visible(wording.phrase(value)),
    })),
  ];
  const summary = wording.said(tail);
  const measured = measuredWithLine(tail, wording);
  return {
    title: visible(`${verdictWord(tail, words.verdict)}: ${summary}`),
    verdict: tail.verdict,
    badge: verdictLabel(tail, words),
    summary: visible(summary),
    ...(tail.notice !== undefined && { notice: visible(wording.phrase(tail.notice)) }),
    ...(tail.contact !== undefined && { contact: contactView(tail.contact, words) }),
    ...(measured !== undefined && { measured }),
    remarks: (tail.remarks ?? []).map((remark) => visible(wording.phrase(remark))),
    partial: tail.partial === true,
    sides: sidesToAct(sides, words),
    cards: VERDICTS.map((verdict) => ({
      verdict,
      title: words.verdict[verdict],
      count: tail.counts[verdict],
    })),
    facts,
    rows: folds ? rows.filter(({ verdict }) => verdict !== 'pass') : rows,
    folded: folds ? rows.filter(({ verdict }) => verdict === 'pass') : [],
    legend: legendOf(phases, words),
    vantages: tail.vantages.map((vantage, column) =>
      vantageView(vantage, column, rows, sources.get(vantage.id) ?? new Set(), wording),
    ),
    joined: joinedWords(tail, wording),
    shortened: detail !== 'full',
    id: visible(tail.id),
    schema: tail.schema,
  };
}
