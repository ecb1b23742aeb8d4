/**
 * The only function that changes an item after reading it: it is written only if no other writer has written it
 * since, and read and decided again if one has.
 */
import type { Item, ItemCondition, ItemFields, ItemKey, ItemStore } from '../ports/item-store.ts';

/** Tries to get between two writes; each lost try means that somebody else has written. */
export const MAX_TRIES = 8;

/** What becomes of an item. Without `write` it stays as it is. */
export interface ItemChange<T> {
  readonly outcome: T;
  /** All of its fields. */
  readonly write?: Readonly<Record<string, unknown>>;
}

export interface ChangeOptions {
  /** Fields of which at least one has another value after each write. */
  readonly marks: readonly string[];
  readonly tries?: number;
}

/**
 * Gives the outcome of the decision that was written, or that wrote nothing. `busy`: others wrote all the time. What is
 * there and can't be read by the schema of `decide` is still there, and is replaced like any other.
 *
 * @param decide called once for each try, with what is there then
 */
export async function changeItem<T>(
  items: Pick<ItemStore, 'get' | 'put'>,
  key: ItemKey,
  { marks, tries = MAX_TRIES }: ChangeOptions,
  decide: (there: Item | undefined) => ItemChange<T> | Promise<ItemChange<T>>,
): Promise<T | 'busy'> {
  for (let tried = 0; tried < tries; tried += 1) {
    const there = await items.get(key);
    const { outcome, write } = await decide(there);
    if (write === undefined) return outcome;
    if (await items.put({ ...write, ...key }, unchanged(there, marks))) return outcome;
  }
  return 'busy';
}

/** Holds if the item that was read is still there as it was, or is still missing. */
export function unchanged(there: object | undefined, marks: readonly string[]): ItemCondition {
  if (there === undefined) return { absent: true };
  const known = new Map<string, unknown>(Object.entries(there));
  return { equals: Object.fromEntries(marks.map((mark) => [mark, plain(known.get(mark))])) };
}

/** A mark that is a list or a record was not written by us: an item that has it is never replaced. */
const plain = (value: unknown): ItemFields[string] =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
