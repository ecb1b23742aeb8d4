/** What the templates show, made from the report: all texts visible, all choices made. */
import type { EndpointReport, ReportTail } from '../../model/report.ts';
import type { Side, Verdict } from '../../model/vocabulary.ts';
import { mandateFacts } from '../mandate.ts';
import { visible } from '../visible.ts';
import { count, duration, gravity, SIDE_WORDS, VERDICT_TITLE, VERDICTS } from '../words.ts';
import { badge, type Detail, type EndpointView, endpointView } from './endpoint-view.ts';
import { type TimeView, timeView } from './observation-view.ts';
import { type StripView, strip, tally } from './strip.ts';
import { PHASES } from './waterfall.ts';

export interface VantageView {
  readonly id: string;
  readonly about: string;
  /** Why it gave nothing; empty when it gave something. */
  readonly unavailable: string;
  readonly tally: string;
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
  readonly partial: boolean;
  /** Who has to act, and on how many endpoints. */
  readonly sides: readonly string[];
  readonly cards: readonly { verdict: Verdict; title: string; count: number }[];
  readonly facts: readonly { readonly label: string; readonly value: string; readonly time?: TimeView }[];
  readonly endpoints: readonly EndpointView[];
  /** Of the bars in all timings; empty when there are none. */
  readonly legend: readonly { readonly key: string; readonly name: string }[];
  readonly vantages: readonly VantageView[];
  /** Some evidence is left out of the text. */
  readonly shortened: boolean;
  readonly id: string;
  readonly schema: string;
}

type Vantage = ReportTail['vantages'][number];

function controlLines({ controls, negativeControl, unavailable }: Vantage): VantageView['controls'] {
  if (unavailable !== undefined) return [{ ok: false, text: visible(unavailable) }];
  const lines = controls.map(({ port, ok, family, target, detail }) => ({
    ok,
    text: visible(
      `port ${port}${family === undefined ? '' : ` over IPv${family}`}${target === undefined ? '' : `, ${target}`}: ${ok ? 'answered' : 'did not answer'}${detail ? ` (${detail})` : ''}`,
    ),
  }));
  if (negativeControl)
    lines.push({
      ok: negativeControl.clean,
      text: visible(
        `negative control ${negativeControl.address}: ${negativeControl.clean ? 'did not connect, as it must be' : 'connected, so this network answers for everyone'} (${negativeControl.detail})`,
      ),
    });
  return lines;
}

function vantageView(vantage: Vantage, column: number, endpoints: readonly EndpointView[]): VantageView {
  const { id, kind, sourceAddress } = vantage;
  const controls = controlLines(vantage);
  const bad = controls.filter(({ ok }) => !ok).length;
  const tones = endpoints.map(({ cells }) => cells[column]?.tone ?? 'none');
  return {
    id: visible(id),
    about: visible(
      sourceAddress === undefined ? `${kind}, source address not known` : `${kind}, source ${sourceAddress}`,
    ),
    unavailable: visible(vantage.unavailable ?? ''),
    tally: tally(tones),
    strip: strip(tones, `Endpoints as seen from ${visible(id)}`),
    controlsTitle:
      vantage.unavailable !== undefined
        ? 'Gave no result'
        : controls.length === 0
          ? 'No controls'
          : bad > 0
            ? `${bad} of ${count(controls.length, 'control')} failed`
            : `${count(controls.length, 'control')}, all clean`,
    controlsBad: bad > 0,
    controls,
  };
}

/** `network team …: 2 endpoints`, those with most to do first. */
function sidesToAct(endpoints: readonly EndpointReport[]): string[] {
  const counts = new Map<Side, number>();
  for (const { verdict, side } of endpoints)
    if (verdict !== 'pass' && side !== undefined) counts.set(side, (counts.get(side) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([side, number]) => `${SIDE_WORDS[side]}: ${count(number, 'endpoint')}`);
}

function legendOf(endpoints: readonly EndpointView[]): PageView['legend'] {
  const bars = endpoints.flatMap(({ sights }) => sights?.rows.flatMap((row) => row.bars) ?? []);
  const phases = new Set(bars.map(({ phase }) => phase));
  return Object.entries(PHASES)
    .map(([key, name]) => ({ key, name }))
    .filter(({ key }) => phases.has(key as keyof typeof PHASES));
}

/** The whole page: gravest endpoints first, in the order in which they finished where equally grave. */
export function pageView(
  tail: ReportTail,
  reports: readonly EndpointReport[],
  detail: Detail = 'full',
): PageView {
  const sorted = [...reports].sort((a, b) => gravity(a.verdict) - gravity(b.verdict));
  const endpoints = sorted.map((report, index) => endpointView(report, index, tail.vantages, detail));
  const took = duration(Date.parse(tail.finishedAt) - Date.parse(tail.startedAt));
  const targets = new Set(reports.map(({ target }) => target));
  const [first] = targets;
  const facts: PageView['facts'] = [
    {
      label: targets.size > 1 ? 'Targets' : 'Target',
      value: visible(
        targets.size === 1 && first !== undefined
          ? first
          : [...targets].slice(0, 4).join(', ') + (targets.size > 4 ? ` and ${targets.size - 4} more` : ''),
      ),
    },
    ...(tail.profile === undefined ? [] : [{ label: 'Profile', value: visible(tail.profile) }]),
    { label: 'Checked', value: '', time: timeView(tail.startedAt) },
    { label: 'Took', value: took },
    { label: 'Run', value: visible(tail.id) },
    ...mandateFacts(tail).map(({ label, value }) => ({ label, value: visible(value) })),
  ];
  return {
    title: visible(`${VERDICT_TITLE[tail.verdict]}: ${tail.summary}`),
    verdict: tail.verdict,
    badge: badge(tail.verdict),
    summary: visible(tail.summary),
    ...(tail.notice !== undefined && { notice: visible(tail.notice) }),
    partial: tail.partial === true,
    sides: sidesToAct(reports),
    cards: VERDICTS.map((verdict) => ({
      verdict,
      title: VERDICT_TITLE[verdict],
      count: tail.counts[verdict],
    })),
    facts,
    endpoints,
    legend: legendOf(endpoints),
    vantages: tail.vantages.map((vantage, column) => vantageView(vantage, column, endpoints)),
    shortened: detail !== 'full',
    id: visible(tail.id),
    schema: tail.schema,
  };
}
