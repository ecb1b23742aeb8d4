/** The latest states for Prometheus. */

import { withNext } from '../../report/prometheus/pages.ts';
import type { metricsContracts } from '../contracts/metrics.ts';
import type { ItemStore } from '../ports/item-store.ts';
import { readLatest } from '../state/latest.ts';
import { listTargetNames } from '../state/targets.ts';
import { createFleetMetrics } from './fleet-metrics.ts';
import { answered, type HandlersOf } from './handler.ts';

export interface MetricsPorts {
  readonly items: Pick<ItemStore, 'get' | 'list'>;
  /** Epoch ms. */
  readonly now: () => number;
  /** Endpoints after which a page ends; absent: as many as Lambda can answer with. */
  readonly pageEndpoints?: number;
}

/** Targets that are read side by side. */
const AT_ONCE = 25;
/** Endpoints after which a page ends: some 2 KB of text each, and Lambda answers with 6 MB at most. */
const PAGE_ENDPOINTS = 2_000;

export function metricsHandlers({
  items,
  now,
  pageEndpoints = PAGE_ENDPOINTS,
}: MetricsPorts): HandlersOf<typeof metricsContracts> {
  return {
    async getMetrics({ query: { prefix = '', limit, after } }) {
      const metrics = createFleetMetrics(now());
      let cursor = after;
      let endpoints = 0;
      let targets = 0;
      do {
        const page = await listTargetNames(items, {
          limit: Math.min(AT_ONCE, limit - targets),
          ...(cursor !== undefined && { after: cursor }),
        });
        targets += page.names.length;
        const names = page.names.filter((name) => name.startsWith(prefix));
        const states = await Promise.all(
          names.map(async (name) => [name, await readLatest(items, name)] as const),
        );
        for (const [name, latest] of states) endpoints += metrics.add(name, latest);
        cursor = page.next;
      } while (cursor !== undefined && endpoints < pageEndpoints && targets < limit);
      return answered(withNext(metrics.text(), cursor));
    },
  };
}
