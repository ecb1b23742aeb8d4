/** What the fleet keeps of a target's endpoints from run to run. */

import type { historyContracts } from '../contracts/history.ts';
import type { ItemStore } from '../ports/item-store.ts';
import { loadAcknowledgements } from '../state/acknowledgements.ts';
import { historyOf, historyPage } from '../state/history.ts';
import { readTimes } from '../state/phase-times.ts';
import { listTargetRuns } from '../state/target-runs.ts';
import { type ComparePorts, compareRuns } from './compare-runs.ts';
import { answered, type HandlersOf, refused } from './handler.ts';

export interface HistoryPorts extends ComparePorts {
  readonly items: Pick<ItemStore, 'get' | 'query'>;
}

export function historyHandlers(ports: HistoryPorts): HandlersOf<typeof historyContracts> {
  const { items } = ports;
  const acknowledgedOf = async (name: string) => {
    const all = await loadAcknowledgements(items, name);
    return all.length === 0 ? {} : { acknowledged: all.map(({ by, at, reason }) => ({ by, at, reason })) };
  };
  return {
    async getHistory({ params: { name }, query: { endpoint, after } }) {
      if (endpoint !== undefined) {
        const record = await historyOf(items, name, endpoint);
        return record === undefined
          ? refused('not-found', 'no run of that endpoint is kept', 'query.endpoint')
          : answered({ records: [record] });
      }
      const page = await historyPage(items, name, after);
      return page.records.length === 0 && page.next === undefined && after === undefined
        ? refused('not-found', 'no run of a target of that name is kept', 'params.name')
        : answered({
            ...page,
            records: [...page.records],
            ...(after === undefined && (await acknowledgedOf(name))),
          });
    },
    compareRuns: ({ params: { name }, query }) => compareRuns(ports, name, query),
    async getTimes({ params: { name }, query: { limit } }) {
      const runs = await listTargetRuns(items, name, limit);
      return answered({
        runs: runs.map(({ runId, startedAt, times }) => ({
          runId,
          startedAt,
          endpoints: [...readTimes(times)],
        })),
      });
    },
  };
}
