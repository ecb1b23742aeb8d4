import { historyDirectory, openHistory, pruneHistory } from '../adapters/local/history.ts';
import type { RunStamp } from '../history/advance.ts';
import { follow } from '../history/follow.ts';
import type { RunEvents } from '../run/run-events.ts';

export interface SessionHistory {
  /** Puts what was before into each report on its way to `events`, and keeps it for the next run. */
  before(events: RunEvents): RunEvents;
  close(): Promise<void>;
}

/** @param warn told once when history can't be kept: that costs no check */
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
        const { report: told, fault } = await follow(store, report, run);
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
