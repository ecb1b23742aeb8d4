/** The history, as the page shows it. */
import type { EndpointReport } from '../../engine/report-schema.ts';
import type { PageWords } from '../language/english.ts';
import { pastVerdict, verdictWord } from '../words/terms.ts';
import { visible } from '../words/visible.ts';
import { type TimeView, timeView } from './observation-view.ts';
import { type StripView, strip } from './strip.ts';

export interface HistoryView {
  readonly strip: StripView;
  /** `Failed since`, `Passed at least since`. */
  readonly since: string;
  readonly at: TimeView;
  readonly changes: readonly {
    readonly title: string;
    readonly at: TimeView;
    readonly verdict: string;
    readonly lines: readonly string[];
  }[];
}

export function historyView({ history, verdict }: EndpointReport, words: PageWords): HistoryView | undefined {
  if (history === undefined) return undefined;
  const runs = [...history.runs.map((run) => pastVerdict(run.verdict).verdict), verdict];
  return {
    strip: strip(runs, words.lastRuns(runs.length), words),
    since: words.since(words.verdict[verdict], history.atLeast === true),
    at: timeView(history.since),
    changes: history.changes.map(({ since, at, verdict: was, differences }) => ({
      title: since === 'last-run' ? words.sinceRunBefore : words.sinceRunPassed,
      at: timeView(at),
      verdict: verdictWord(pastVerdict(was), words.verdictBefore).toLowerCase(),
      lines: differences.map(({ text }) => visible(text)),
    })),
  };
}
