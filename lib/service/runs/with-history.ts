import pMap from 'p-map';
import { reportAfter } from '../../engine/compare/advance.ts';
import type { EndpointReport } from '../../engine/report-schema.ts';
import type { ItemStore } from '../ports/item-store.ts';
import { recordsBefore } from '../state/history.ts';
import type { RunStart } from '../state/run-order.ts';
import { CALLS_AT_A_TIME } from './limits.ts';

/** Puts into each report what the target's runs before this one had seen, as a check on one machine does. */
export function withHistory(
  items: Pick<ItemStore, 'get'>,
  target: string,
  endpoints: readonly EndpointReport[],
  { runId, startedAt }: RunStart,
): Promise<EndpointReport[]> {
  const records = recordsBefore(items, target, { runId, startedAt });
  const told = async (endpoint: EndpointReport): Promise<EndpointReport> => {
    const record = await records.load(endpoint.id);
    return reportAfter(record, endpoint, { id: runId, startedAt });
  };
  return pMap(endpoints, told, { concurrency: CALLS_AT_A_TIME });
}
