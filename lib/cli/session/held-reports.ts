import type { EndpointReport, ReportTail } from '../../engine/report-schema.ts';
import type { RunEvents } from '../../engine/run/run-events.ts';
import type { ReadAloud } from '../../engine/verdict/read-aloud.ts';

/** Asks a person what is read at the other end. */
export type AskWords = (reports: readonly EndpointReport[]) => Promise<ReadAloud>;

/** Keeps reports back until a person has said what is read at the other end. */
export function holdReports(events: RunEvents, ask: AskWords) {
  const reports: EndpointReport[] = [];
  let end: ReportTail | undefined;
  return {
    events: {
      ...events,
      endpoint: (report: EndpointReport) => void reports.push(report),
      end: (tail: ReportTail) => {
        end = tail;
      },
    },
    /** @returns the end of the run as it was written */
    async release({ aborted }: AbortSignal): Promise<ReportTail | undefined> {
      const { concludedAnew, withReadAloud } = await import('../../engine/verdict/read-aloud.ts');
      // Whoever stopped the run has no answers.
      const results: ReadAloud = aborted ? new Map() : await ask(reports);
      const told = reports.map((report) => withReadAloud(report, results));
      for (const report of told) await events.endpoint?.(report);
      const tail = end && (results.size === 0 ? end : concludedAnew(end, told));
      if (tail !== undefined) events.end?.(tail);
      return tail;
    },
  };
}
