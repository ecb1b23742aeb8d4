/** The latest states for Prometheus. */
import type { Item, ItemStore } from '../ports/item-store.ts';
import type { Registry } from '../ports/registry.ts';
import { createFleetMetrics } from '../report/prometheus/fleet.ts';
import { withNext } from '../report/prometheus/pages.ts';
import type { metricsContracts } from './contracts/metrics.ts';
import { answered, type HandlersOf } from './handler.ts';

export interface MetricsPorts {
  readonly items: Pick<ItemStore, 'list'>;
  readonly registry: Pick<Registry, 'latest'>;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Targets that are read side by side. */
const AT_ONCE = 25;
/** Endpoints after which a page ends: some 2 KB of text each, and Lambda answers with 6 MB at most. */
const PAGE_ENDPOINTS = 2_000;
/** `kind` of registered targets in the index. */
const TARGET = 'target';

export function metricsHandlers({ items, registry, now }: MetricsPorts): HandlersOf<typeof metricsContracts> {
  return {
    async getMetrics({ query: { prefix = '', limit, after } }) {
      const metrics = createFleetMetrics(now());
      let cursor = after;
      let endpoints = 0;
      let targets = 0;
      do {
        const page = await items.list(TARGET, {
          limit: Math.min(AT_ONCE, limit - targets),
          ...(cursor !== undefined && { after: cursor }),
        });
        targets += page.items.length;
        const names = page.items.flatMap(nameOf).filter((name) => name.startsWith(prefix));
        const states = await Promise.all(
          names.map(async (name) => [name, await registry.latest(name)] as const),
        );
        for (const [name, latest] of states) endpoints += metrics.add(name, latest);
        cursor = page.next;
      } while (cursor !== undefined && endpoints < PAGE_ENDPOINTS && targets < limit);
      return answered(withNext(metrics.text(), cursor));
    },
  };
}

const nameOf = ({ name }: Item): string[] => (typeof name === 'string' ? [name] : []);
