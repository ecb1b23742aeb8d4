import type { EndpointRecord } from '../history.ts';

/** Where records of endpoints are kept. A store that fails loses history, never a check: faults are returned as values. */
export interface HistoryStore {
  /** The record of an endpoint by its id; undefined when there is none, or none that can be read. */
  load(endpoint: string): Promise<EndpointRecord | undefined>;
  /** Gives the fault in words when the record could not be kept. */
  save(record: EndpointRecord): Promise<string | undefined>;
  /** All records, in any order. */
  all(): AsyncIterable<EndpointRecord>;
}
