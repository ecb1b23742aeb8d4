import type { EndpointReport } from '../report-schema.ts';
import { advance, type RunStamp } from './advance.ts';
import type { HistoryStore } from './history-store.ts';

/** The history is put into the report, and the report into the record. `fault`: it could not be kept, and why. */
export interface ReportWithHistory {
  readonly report: EndpointReport;
  readonly fault?: string;
}

/** Reads and writes one record; a run calls it for each endpoint as it is judged, and keeps none in memory. */
export async function updateHistory(
  store: HistoryStore,
  report: EndpointReport,
  run: RunStamp,
): Promise<ReportWithHistory> {
  const known = await store.load(report.id);
  const { report: told, record } = advance(known, report, run);
  if (record === known) return { report };
  const fault = await store.save(record);
  return { report: told, ...(fault !== undefined && { fault }) };
}
