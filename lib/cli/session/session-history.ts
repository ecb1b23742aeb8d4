import type { RunStamp } from '../../engine/compare/advance.ts';
import { updateHistory } from '../../engine/compare/update-history.ts';
import type { RunEvents } from '../../engine/run/run-events.ts';
import { historyDirectory, openHistory, pruneHistory } from '../../local/history.ts';

export interface SessionHistory {
  /** Adds the history to each report before passing it to `events`, and stores it for the next run. */
  before(events: RunEvents): RunEvents;
  close(): Promise<void>;
}

/** @param warn called once when history can't be kept: the check still runs */
export function createSessionHistory(env: NodeJS.ProcessEnv, warn: (text: string) => void): SessionHistory {
  const directory = historyDirectory(env);
  const store = openHistory(directory);
  let run: RunStamp | undefined;
  let broken = false;
  return {
    before: (events) => ({
      ...events,
      begin(head) {
        run = head;
        events.begin?.(head);
      },
      async endpoint(report) {
        if (run === undefined || broken) return events.endpoint?.(report);
        const { report: told, fault } = await updateHistory(store, report, run);
        if (fault !== undefined && !broken) {
          broken = true;
          warn(`history is not kept: ${fault}`);
        }
        return events.endpoint?.(told);
      },
    }),
    close: () => pruneHistory(directory),
  };
}
