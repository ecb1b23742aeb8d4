import { TargetRecord } from '../model/fleet.ts';
import type { Item, ItemStore } from '../ports/item-store.ts';

/** Registered targets. All reject as the store does. */
export interface TargetStore {
  get(name: string): Promise<TargetRecord | undefined>;
  /** By name; eventually consistent. */
  list(page?: { readonly after?: string; readonly limit?: number }): Promise<{
    readonly targets: readonly TargetRecord[];
    readonly next?: string;
  }>;
  /** Writes it if what is there is still `previous`; false when it is not. Gives it the next version. */
  put(record: TargetRecord, previous: TargetRecord | undefined): Promise<boolean>;
  /** Removes it if what is there is still this. The history of its runs stays. */
  remove(record: TargetRecord): Promise<boolean>;
}

const keyOf = (name: string) => ({ pk: `TARGET#${name}`, sk: 'TARGET' });

export function createTargetStore(items: Pick<ItemStore, 'get' | 'put' | 'remove' | 'list'>): TargetStore {
  return {
    async get(name) {
      const item = await items.get(keyOf(name));
      return item && read(item);
    },
    async list(page = {}) {
      const { items: found, next } = await items.list('target', page);
      return { targets: found.flatMap((item) => read(item) ?? []), ...(next !== undefined && { next }) };
    },
    put: (record, previous) =>
      items.put(
        { ...keyOf(record.name), kind: 'target', ...record, version: (previous?.version ?? 0) + 1 },
        previous === undefined ? { absent: true } : { equals: { version: previous.version } },
      ),
    remove: ({ name, version }) => items.remove(keyOf(name), { equals: { version } }),
  };
}

/** What can't be read is not there: it proves nothing. */
function read(item: Item): TargetRecord | undefined {
  const record = TargetRecord.safeParse(item);
  return record.success ? record.data : undefined;
}
