import { advance } from '../history/advance.ts';
import type { EndpointReport } from '../model/report.ts';
import type { ItemStore } from '../ports/item-store.ts';
import { eachBounded } from './bounded.ts';
import { recordsBefore } from './history-store.ts';
import type { RunStart } from './run-order.ts';

/** Puts into each report what the target's runs before this one had seen, as a check on one machine does. */
export function withHistory(
  items: Pick<ItemStore, 'get'>,
  target: string,
  endpoints: readonly EndpointReport[],
  { runId, startedAt }: RunStart,
): Promise<EndpointReport[]> {
  const records = recordsBefore(items, target, { runId, startedAt });
  return eachBounded(endpoints, async (endpoint) => {
    const record = await records.load(endpoint.id);
    return advance(record, endpoint, { id: runId, startedAt }).report;
  });
}
