/** What was before, as the page shows it. */
import type { EndpointReport } from '../../model/report.ts';
import { visible } from '../visible.ts';
import { VERDICT_TITLE } from '../words.ts';
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
  const runs = [...history.runs.map((run) => run.verdict), verdict];
  return {
    strip: strip(runs, `Last ${runs.length} runs, the newest last`),
    since: `${VERDICT_TITLE[verdict]}${history.atLeast ? ', at least since' : ' since'}`,
    at: timeView(history.since),
    changes: history.changes.map(({ since, at, verdict: was, differences }) => ({
      title: since === 'last-run' ? 'Since the run before' : 'Since the last run that passed',
      at: timeView(at),
      verdict: VERDICT_TITLE[was].toLowerCase(),
      lines: differences.map(({ text }) => visible(text)),
    })),
  };
}
