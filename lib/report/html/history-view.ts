/** The history, as the page shows it. */
import type { EndpointReport } from '../../engine/report-schema.ts';
import { pastVerdict, VERDICT_TITLE, verdictWord } from '../words/terms.ts';
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

export function historyView({ history, verdict }: EndpointReport): HistoryView | undefined {
  if (history === undefined) return undefined;
  const runs = [...history.runs.map((run) => pastVerdict(run.verdict).verdict), verdict];
  return {
    strip: strip(runs, `Last ${runs.length} runs, the newest last`),
    since: `${VERDICT_TITLE[verdict]}${history.atLeast ? ', at least since' : ' since'}`,
    at: timeView(history.since),
    changes: history.changes.map(({ since, at, verdict: was, differences }) => ({
      title: since === 'last-run' ? 'Since the run before' : 'Since the last run that passed',
      at: timeView(at),
      verdict: verdictWord(pastVerdict(was)).toLowerCase(),
      lines: differences.map(({ text }) => visible(text)),
    })),
  };
}
