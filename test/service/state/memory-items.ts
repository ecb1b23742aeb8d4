/** The store as a map: for unit tests of what keeps its items there. It passes the same contract as the others. */
import type {
  Item,
  ItemCondition,
  ItemFields,
  ItemKey,
  ItemStore,
} from '../../../lib/service/ports/item-store.ts';

export interface MemoryItems extends ItemStore {
  readonly all: () => readonly Item[];
}

const PAGE = 100;

export function memoryItems(initial: readonly Item[] = []): MemoryItems {
  const items = new Map<string, Item>();
  const sets = new Map<string, Set<string>>();
  const idOf = ({ pk, sk }: ItemKey): string => JSON.stringify([pk, sk]);
  const copy = (item: Item): Item => JSON.parse(JSON.stringify(item)) as Item;
  for (const item of initial) items.set(idOf(item), copy(item));
  const has = (there: Item, fields: ItemFields): boolean =>
    Object.entries(fields).every(([name, value]) => there[name] === value);
  const holds = (there: Item | undefined, condition: ItemCondition | undefined): boolean => {
    if (condition === undefined) return true;
    if ('absent' in condition) return there === undefined;
    if ('absentOrEquals' in condition) return there === undefined || has(there, condition.absentOrEquals);
    return there !== undefined && ('present' in condition || has(there, condition.equals));
  };
  const sorted = (by: (item: Item) => string): Item[] =>
    [...items.values()].sort((a, b) => Buffer.compare(Buffer.from(by(a)), Buffer.from(by(b)))).map(copy);
  return {
    all: () => sorted((item) => idOf(item)),
    get: async (key) => {
      const found = items.get(idOf(key));
      return found && copy(found);
    },
    getAll: async (keys) => {
      const wanted = new Set(keys.map(idOf));
      return sorted(idOf).filter((item) => wanted.has(idOf(item)));
    },
    put: async (item, condition) => {
      if (!holds(items.get(idOf(item)), condition)) return false;
      items.set(idOf(item), copy(item));
      return true;
    },
    update: async (key, fields) => {
      items.set(idOf(key), copy({ ...items.get(idOf(key)), ...fields, pk: key.pk, sk: key.sk }));
    },
    remove: async (key, condition) => {
      if (!holds(items.get(idOf(key)), condition)) return false;
      items.delete(idOf(key));
      return true;
    },
    list: async (kind, { after, limit = PAGE } = {}) => {
      const found = sorted((item) => String(item.name)).filter((item) => item.kind === kind && item.name);
      const from = after === undefined ? 0 : found.findIndex((item) => cursorOf(kind, item) === after) + 1;
      if (after !== undefined && from === 0) return { items: [] };
      const page = found.slice(from, from + limit);
      const last = page.at(-1);
      return last !== undefined && from + limit < found.length
        ? { items: page, next: cursorOf(kind, last) }
        : { items: page };
    },
    query: async (pk, { prefix = '', newestFirst = false, limit, after } = {}) => {
      const found = sorted((item) => item.sk).filter((item) => item.pk === pk && item.sk.startsWith(prefix));
      const order = (sk: string) =>
        after === undefined ? 1 : Buffer.compare(Buffer.from(sk), Buffer.from(after));
      return (newestFirst ? found.reverse() : found)
        .filter(({ sk }) => after === undefined || (newestFirst ? order(sk) < 0 : order(sk) > 0))
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
    admitted: async (key) => new Set(sets.get(idOf(key))),
  };
}

const cursorOf = (kind: string, { pk, sk }: ItemKey): string =>
  Buffer.from(JSON.stringify([kind, pk, sk])).toString('base64url');
