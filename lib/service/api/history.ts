/** What the fleet keeps of a target's endpoints from run to run. */

import type { historyContracts } from '../contracts/history.ts';
import type { ItemStore } from '../ports/item-store.ts';
import { historyOf, historyPage } from '../state/history.ts';
import { answered, type HandlersOf, refused } from './handler.ts';

export interface HistoryPorts {
  readonly items: Pick<ItemStore, 'get' | 'query'>;
}

export function historyHandlers({ items }: HistoryPorts): HandlersOf<typeof historyContracts> {
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
        : answered({ ...page, records: [...page.records] });
    },
  };
}
