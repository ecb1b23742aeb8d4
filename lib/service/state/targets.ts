/** Registered targets, listed by name. What can't be read is not there: it proves nothing. All reject as the store does. */
import type { Item, ItemStore } from '../ports/item-store.ts';
import { changeItem, unchanged } from './change-item.ts';
import { LISTED, targetKey } from './keys.ts';
import { TargetRecord } from './target-record.ts';

export interface TargetStore {
  get(name: string): Promise<TargetRecord | undefined>;
  /** By name; may miss what was registered in the last second. */
  list(page?: { readonly after?: string; readonly limit?: number }): Promise<{
    readonly targets: readonly TargetRecord[];
    readonly next?: string;
  }>;
  /** Writes it if what is there is still `previous`; false when it is not. Gives it the next version. */
  put(record: TargetRecord, previous: TargetRecord | undefined): Promise<boolean>;
  /** Writes what is decided on what is there. `busy`: others wrote all the time. */
  change<T>(
    name: string,
    decide: (
      record: TargetRecord | undefined,
    ) => Promise<{ readonly outcome: T; readonly write?: TargetRecord }>,
  ): Promise<T | 'busy'>;
  /** Removes it if what is there is still this. The history of its runs stays. */
  remove(record: TargetRecord): Promise<boolean>;
}

const MARKS = ['version'] as const;
/** Tries of a change: a decision may take seconds, as it asks name servers. */
const TRIES = 4;

export function createTargetStore(items: Pick<ItemStore, 'get' | 'put' | 'remove' | 'list'>): TargetStore {
  return {
    get: async (name) => recordOf(await items.get(targetKey(name))),
    async list(page = {}) {
      const { items: found, next } = await items.list(LISTED.target, page);
      return { targets: found.flatMap((item) => recordOf(item) ?? []), ...(next !== undefined && { next }) };
    },
    put: (record, previous) => items.put(itemOf(record, previous), unchanged(previous, MARKS)),
    change: (name, decide) =>
      changeItem(items, targetKey(name), { marks: MARKS, tries: TRIES }, async (there) => {
        const previous = recordOf(there);
        const { outcome, write } = await decide(previous);
        return write === undefined ? { outcome } : { outcome, write: itemOf(write, previous) };
      }),
    remove: (record) => items.remove(targetKey(record.name), unchanged(record, MARKS)),
  };
}

export const readTarget = async (
  items: Pick<ItemStore, 'get'>,
  name: string,
): Promise<TargetRecord | undefined> => recordOf(await items.get(targetKey(name)));

/** Those of the names that are registered. */
export async function targetsNamed(
  items: Pick<ItemStore, 'getAll'>,
  names: readonly string[],
): Promise<ReadonlyMap<string, TargetRecord>> {
  const found = await items.getAll([...new Set(names)].map(targetKey));
  return new Map(found.flatMap((item) => recordOf(item) ?? []).map((record) => [record.name, record]));
}

/** Names of registered targets in order, those that can't be read as well. */
export async function listTargetNames(
  items: Pick<ItemStore, 'list'>,
  page: { readonly after?: string; readonly limit?: number },
): Promise<{ readonly names: readonly string[]; readonly next?: string }> {
  const { items: found, next } = await items.list(LISTED.target, page);
  return { names: found.map(({ name }) => String(name)), ...(next !== undefined && { next }) };
}

/** Whether there is something under the name, readable or not. */
export const isRegistered = async (items: Pick<ItemStore, 'get'>, name: string): Promise<boolean> =>
  (await items.get(targetKey(name))) !== undefined;

const itemOf = (record: TargetRecord, previous: TargetRecord | undefined): Item => ({
  ...record,
  ...targetKey(record.name),
  kind: LISTED.target,
  version: (previous?.version ?? 0) + 1,
});

const recordOf = (item: Item | undefined): TargetRecord | undefined => TargetRecord.safeParse(item).data;
