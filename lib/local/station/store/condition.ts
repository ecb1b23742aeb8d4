import type { Item, ItemCondition, ItemFields } from '../../../service/ports/item-store.ts';

/** Whether the condition of a write is true of what is stored. */
export function holds(there: Item | undefined, condition: ItemCondition | undefined): boolean {
  if (condition === undefined) return true;
  if ('absent' in condition) return there === undefined;
  if ('present' in condition) return there !== undefined;
  if ('absentOrEquals' in condition) return there === undefined || has(there, condition.absentOrEquals);
  return there !== undefined && has(there, condition.equals);
}

const has = (there: Item, fields: ItemFields): boolean =>
  Object.entries(fields).every(([name, value]) => there[name] === value);
