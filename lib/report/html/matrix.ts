/** What each vantage saw of each endpoint, as cells of a table: judged by the expectation, and distinguished not only by colour. */
import type { EndpointReport, ReportObservation } from '../../engine/report-schema.ts';
import { lastAttempts } from '../../engine/verdict/last-attempts.ts';
import { duration } from '../../model/units.ts';
import type { State, Verdict } from '../../model/vocabulary.ts';
import type { PageWords } from '../language/english.ts';
import { VERDICT_SYMBOL } from '../words/terms.ts';
import { visible } from '../words/visible.ts';

/** `none`: this vantage gave nothing. */
export type Tone = Verdict | 'none';

export interface CellView {
  readonly vantage: string;
  readonly tone: Tone;
  readonly symbol: string;
  /** `open`, `open, faulty`, `filtered/open`. */
  readonly word: string;
  /** Milliseconds in words; empty where silence was waited for. */
  readonly time: string;
}

export const toneSymbol = (tone: Tone): string => (tone === 'none' ? '–' : VERDICT_SYMBOL[tone]);

const WORST_FIRST = [
  'filtered',
  'closed',
  'broken',
  'inconclusive',
  'open',
] as const satisfies readonly State[];
const TONES = ['fail', 'warn', 'inconclusive', 'pass'] as const satisfies readonly Verdict[];

/**
 * How one observation compares with what is expected. The endpoint's verdict decides where the observation alone can't: a
 * service that answers with a fault, and a port that an allow-list closes for this vantage.
 */
export function observationTone(report: EndpointReport, { state, cause }: ReportObservation): Verdict {
  if (state === 'inconclusive') return 'inconclusive';
  if (report.verdict === 'pass') return 'pass';
  const worstTone = report.level === 'recommended' ? 'warn' : 'fail';
  if (report.expect === 'closed') return state === 'open' ? worstTone : 'pass';
  if (state !== 'open') return worstTone;
  if (cause === undefined) return 'pass';
  return report.verdict === 'fail' && cause === report.cause ? worstTone : 'warn';
}

/** One cell for each vantage of the run, in the run's order. */
export function cellsOf(report: EndpointReport, vantages: readonly string[], words: PageWords): CellView[] {
  const last = lastAttempts(report.observations);
  return vantages.map((vantage) =>
    cellOf(
      report,
      vantage,
      last.filter((one) => one.vantage === vantage),
      words,
    ),
  );
}

function cellOf(
  report: EndpointReport,
  vantage: string,
  observations: readonly ReportObservation[],
  words: PageWords,
): CellView {
  if (observations.length === 0)
    return {
      vantage: visible(vantage),
      tone: 'none',
      symbol: toneSymbol('none'),
      word: words.noResult,
      time: '',
    };
  const tones = new Set(observations.map((one) => observationTone(report, one)));
  const tone = TONES.find((each) => tones.has(each)) ?? 'inconclusive';
  const states = new Set(observations.map(({ state }) => state));
  // It answers, but not as it should: a certificate, a status, a missing STARTTLS.
  const isFaulty = report.expect === 'open' && tone !== 'pass' && states.size === 1 && states.has('open');
  const waited = states.has('filtered') || states.has('inconclusive');
  const slowest = Math.max(...observations.map(({ timings }) => timings.total));
  return {
    vantage: visible(vantage),
    tone,
    symbol: toneSymbol(tone),
    word: `${WORST_FIRST.filter((state) => states.has(state))
      .map((state) => words.state[state])
      .join('/')}${isFaulty ? `, ${words.faulty}` : ''}`,
    time: waited || slowest <= 0 ? '' : duration(slowest),
  };
}
