/** What the templates show, made from the report: all texts visible, all choices made. */
import { causes } from '../../diagnose/causes/index.ts';
import type { EndpointReport, ReportTail } from '../../model/report.ts';
import type { Verdict } from '../../model/vocabulary.ts';
import { visible, visibleLines } from '../visible.ts';
import {
  count,
  duration,
  gravity,
  SIDE_WORDS,
  utc,
  VERDICT_SYMBOL,
  VERDICT_TITLE,
  VERDICTS,
} from '../words.ts';
import { type ObservationView, observationView } from './observation-view.ts';
import { PHASES, type Waterfall, waterfall } from './waterfall.ts';

interface FactView {
  readonly label: string;
  readonly value: string;
  readonly href?: string;
}

export interface EndpointView {
  readonly anchor: string;
  readonly verdict: Verdict;
  readonly badge: string;
  readonly id: string;
  readonly must: string;
  readonly cause: string;
  readonly sideWord: string;
  readonly side?: string;
  readonly summary: string;
  readonly open: boolean;
  readonly act: boolean;
  readonly fix: readonly string[];
  readonly rules: readonly { readonly title: string; readonly text: string }[];
  readonly facts: readonly FactView[];
  readonly waterfall?: Waterfall & { readonly legend: readonly { key: string; name: string }[] };
  readonly observations: readonly ObservationView[];
}

export interface PageView {
  readonly title: string;
  readonly verdict: Verdict;
  readonly badge: string;
  readonly summary: string;
  readonly notice?: string;
  readonly partial: boolean;
  readonly cards: readonly { verdict: Verdict; title: string; count: number }[];
  readonly facts: readonly FactView[];
  readonly endpoints: readonly EndpointView[];
  readonly vantages: readonly { id: string; about: string; controls: { ok: boolean; text: string }[] }[];
  readonly id: string;
  readonly schema: string;
}

const badge = (verdict: Verdict): string => `${VERDICT_SYMBOL[verdict]} ${VERDICT_TITLE[verdict]}`;

/** Only a web page may become a link; `javascript:` and the like stay text. */
const link = (url: string): { href?: string } => (/^https?:\/\/[^\s"'<>]+$/i.test(url) ? { href: url } : {});

function endpointFacts(report: EndpointReport): FactView[] {
  const facts: FactView[] = [];
  const add = (label: string, value: string | undefined, more: { href?: string } = {}): void => {
    if (value) facts.push({ label, value: visible(value), ...more });
  };
  add(
    'Expected',
    report.expect === 'open' ? 'reachable from the internet' : 'not reachable from the internet',
  );
  add('Level', report.level);
  add('Checked because', report.reason);
  if (report.source) add('Source', report.source, link(report.source));
  if (report.cause) add('Cause', `${report.cause}: ${causes[report.cause].summary}`);
  if (report.cause && report.verdict !== 'pass') add('What proves it', causes[report.cause].proof);
  for (const code of report.alsoFound ?? []) add('Also found', `${code}: ${causes[code].summary}`);
  if (report.flapped) add('Note', 'The attempts disagreed: the failure did not repeat.');
  return facts;
}

function endpointView(report: EndpointReport, index: number): EndpointView {
  const problem = report.verdict !== 'pass';
  const chart = waterfall(report.observations, report.port);
  const shown = new Set(chart?.rows.flatMap(({ bars }) => bars.map(({ phase }) => phase)));
  const legend = Object.entries(PHASES)
    .map(([key, name]) => ({ key, name }))
    .filter(({ key }) => shown.has(key as keyof typeof PHASES));
  const fix = report.fix === undefined ? [] : visibleLines(report.fix).filter((line) => line !== '');
  return {
    anchor: `endpoint-${index + 1}`,
    verdict: report.verdict,
    badge: badge(report.verdict),
    id: visible(report.id),
    must: report.expect === 'open' ? 'reachable' : 'not reachable',
    cause: report.cause ?? '',
    sideWord: report.side ?? '',
    ...(report.side !== undefined && { side: SIDE_WORDS[report.side] }),
    summary: visible(report.summary),
    open: problem,
    act: problem && (fix.length > 0 || report.side !== undefined),
    fix,
    rules: (report.rules ?? []).map(({ product, rule }) => ({
      title: visible(`Rule for ${product}`),
      text: visibleLines(rule).join('\n'),
    })),
    facts: endpointFacts(report),
    ...(chart && { waterfall: { ...chart, legend } }),
    observations: report.observations.map((observation) =>
      observationView(observation, report.port, problem),
    ),
  };
}

function vantageView({ id, kind, sourceAddress, controls, negativeControl }: ReportTail['vantages'][number]) {
  const about = sourceAddress === undefined ? kind : `${kind}, source address ${sourceAddress}`;
  const lines = controls.map(({ port, ok, family, target, detail }) => ({
    ok,
    text: visible(
      `Control for port ${port}${family === undefined ? '' : ` over IPv${family}`}${target === undefined ? '' : `, ${target}`}: ${ok ? 'answered' : 'did not answer'}${detail ? ` (${detail})` : ''}`,
    ),
  }));
  if (negativeControl)
    lines.push({
      ok: negativeControl.clean,
      text: visible(
        `Negative control ${negativeControl.address}: ${negativeControl.clean ? 'did not connect, as it must be' : 'connected, so this network answers for everyone'} (${negativeControl.detail})`,
      ),
    });
  return { id: visible(id), about: visible(about), controls: lines };
}

/** The whole page: gravest endpoints first, in the order in which they finished where equally grave. */
export function pageView(tail: ReportTail, endpoints: readonly EndpointReport[]): PageView {
  const sorted = [...endpoints].sort((a, b) => gravity(a.verdict) - gravity(b.verdict));
  const took = duration(Date.parse(tail.finishedAt) - Date.parse(tail.startedAt));
  const targets = new Set(endpoints.map(({ target }) => target));
  const [first] = targets;
  const facts: FactView[] = [
    ...(tail.profile === undefined ? [] : [{ label: 'Profile', value: visible(tail.profile) }]),
    {
      label: 'Target',
      value: targets.size === 1 && first !== undefined ? visible(first) : count(targets.size, 'target'),
    },
    { label: 'Checked', value: utc(tail.startedAt) },
    { label: 'Took', value: took },
    {
      label: 'Seen from',
      value:
        tail.vantages.length === 1
          ? visible(tail.vantages[0]?.id ?? '')
          : count(tail.vantages.length, 'vantage'),
    },
  ];
  return {
    title: visible(`${VERDICT_TITLE[tail.verdict]}: ${tail.summary}`),
    verdict: tail.verdict,
    badge: badge(tail.verdict),
    summary: visible(tail.summary),
    ...(tail.notice !== undefined && { notice: visible(tail.notice) }),
    partial: tail.partial === true,
    cards: VERDICTS.map((verdict) => ({
      verdict,
      title: VERDICT_TITLE[verdict],
      count: tail.counts[verdict],
    })),
    facts,
    endpoints: sorted.map(endpointView),
    vantages: tail.vantages.map(vantageView),
    id: visible(tail.id),
    schema: tail.schema,
  };
}
