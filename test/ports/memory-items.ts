/** The table as a map: for unit tests of what keeps its items there. The rig's tests run the same over DynamoDB's API. */
import type { Item, ItemCondition, ItemKey, ItemStore } from '../../lib/ports/item-store.ts';

export interface MemoryItems extends ItemStore {
  readonly all: () => readonly Item[];
}

export function memoryItems(initial: readonly Item[] = []): MemoryItems {
  const items = new Map<string, Item>();
  const sets = new Map<string, Set<string>>();
  const idOf = ({ pk, sk }: ItemKey): string => JSON.stringify([pk, sk]);
  const copy = (item: Item): Item => JSON.parse(JSON.stringify(item)) as Item;
  for (const item of initial) items.set(idOf(item), copy(item));
  const holds = (there: Item | undefined, condition: ItemCondition | undefined): boolean => {
    if (condition === undefined) return true;
    if ('absent' in condition) return there === undefined;
    if (there === undefined) return false;
    return 'present' in condition || Object.entries(condition.equals).every(([k, v]) => there[k] === v);
  };
  const sorted = (by: (item: Item) => string): Item[] =>
    [...items.values()].sort((a, b) => (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : 0)).map(copy);
  return {
    all: () => sorted((item) => idOf(item)),
    get: async (key) => {
      const found = items.get(idOf(key));
      if (found !== undefined) return copy(found);
      const members = sets.get(idOf(key));
      return members === undefined ? undefined : { ...key, members: new Set(members) };
    },
    put: async (item, condition) => {
      if (!holds(items.get(idOf(item)), condition)) return false;
      items.set(idOf(item), copy(item));
      return true;
    },
    remove: async (key, condition) => {
      if (!holds(items.get(idOf(key)), condition)) return false;
      items.delete(idOf(key));
      return true;
    },
    list: async (kind, { after, limit = 100 } = {}) => {
      const found = sorted((item) => String(item.name)).filter((item) => item.kind === kind);
      const from = after === undefined ? 0 : Number(after);
      const page = found.slice(from, from + limit);
      return from + limit < found.length ? { items: page, next: String(from + limit) } : { items: page };
    },
    query: async (pk, { prefix = '', newestFirst = false, limit, after } = {}) => {
      const found = sorted((item) => item.sk).filter((item) => item.pk === pk && item.sk.startsWith(prefix));
      return (newestFirst ? found.reverse() : found)
        .filter(({ sk }) => after === undefined || (newestFirst ? sk < after : sk > after))
        .slice(0, limit);
    },
    admit: async (key, { member, limit }) => {
      const set = sets.get(idOf(key)) ?? new Set<string>();
      sets.set(idOf(key), set);
      if (set.has(member)) return true;
      if (set.size >= limit) return false;
      set.add(member);
      return true;
    },
  };
}
