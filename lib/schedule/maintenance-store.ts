/** Maintenance windows as an item of the table: TARGET#name with MAINTENANCE. */
import * as z from 'zod';
import type { ItemKey, ItemStore } from '../ports/item-store.ts';
import { keptWindows, MAX_WINDOWS, MaintenanceWindow, overlapping } from './maintenance.ts';

const Stored = z.object({ windows: z.array(MaintenanceWindow), version: z.number().int() });

const keyOf = (target: string): ItemKey => ({ pk: `TARGET#${target}`, sk: 'MAINTENANCE' });

/** Tries to get between two writes; each lost try means that somebody else has written. */
const MAX_TRIES = 8;

/** Windows by their start; empty when there are none, or none that can be read. */
export const loadWindows = async (
  items: Pick<ItemStore, 'get'>,
  target: string,
): Promise<readonly MaintenanceWindow[]> => (await load(items, target))?.windows ?? [];

/** Whether a run of the target from `from` to `to` (ISO 8601 UTC) has a moment in common with a window. */
export const createMaintenanceCheck =
  (items: Pick<ItemStore, 'get'>) =>
  async (target: string, from: string, to: string): Promise<boolean> =>
    overlapping(await loadWindows(items, target), from, to) !== undefined;

/** `full`: there are `MAX_WINDOWS` already. `busy`: others wrote all the time. The same id again replaces it. */
export const addWindow = (
  items: Pick<ItemStore, 'get' | 'put'>,
  target: string,
  window: MaintenanceWindow,
  now: number,
): Promise<'added' | 'full' | 'busy'> =>
  change(items, target, (windows) => {
    const others = keptWindows(windows, now).filter(({ id }) => id !== window.id);
    if (others.length >= MAX_WINDOWS) return 'full';
    const sorted = [...others, window].sort((a, b) => Date.parse(a.from) - Date.parse(b.from));
    return { windows: sorted, outcome: 'added' };
  });

export const removeWindow = (
  items: Pick<ItemStore, 'get' | 'put'>,
  target: string,
  id: string,
): Promise<'removed' | 'absent' | 'busy'> =>
  change(items, target, (windows) => {
    const left = windows.filter((one) => one.id !== id);
    return left.length === windows.length ? 'absent' : { windows: left, outcome: 'removed' };
  });

async function change<T extends string>(
  items: Pick<ItemStore, 'get' | 'put'>,
  target: string,
  decide: (windows: readonly MaintenanceWindow[]) => T | { windows: MaintenanceWindow[]; outcome: T },
): Promise<T | 'busy'> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const stored = await load(items, target);
    const decided = decide(stored?.windows ?? []);
    if (typeof decided === 'string') return decided;
    const version = (stored?.version ?? 0) + 1;
    const written = await items.put(
      { ...keyOf(target), windows: decided.windows, version },
      stored === undefined ? { absent: true } : { equals: { version: stored.version } },
    );
    if (written) return decided.outcome;
  }
  return 'busy';
}

async function load(
  items: Pick<ItemStore, 'get'>,
  target: string,
): Promise<z.infer<typeof Stored> | undefined> {
  const read = Stored.safeParse(await items.get(keyOf(target)));
  return read.success ? read.data : undefined;
}
