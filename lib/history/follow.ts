import type { EndpointReport } from '../model/report.ts';
import type { HistoryStore } from '../ports/history.ts';
import { advance, type RunStamp } from './advance.ts';

/** What was before, put into the report, and the report into the record. `fault`: it could not be kept, and why. */
export interface Followed {
  readonly report: EndpointReport;
  readonly fault?: string;
}

/** Reads and writes one record; a run calls it for each endpoint as it is judged, and holds none. */
export async function follow(store: HistoryStore, report: EndpointReport, run: RunStamp): Promise<Followed> {
  const known = await store.load(report.id);
  const { report: told, record } = advance(known, report, run);
  if (record === known) return { report };
  const fault = await store.save(record);
  return { report: told, ...(fault !== undefined && { fault }) };
}
