/** The maintenance windows of a target, in one item. */
import * as z from 'zod';
import type { ItemStore } from '../ports/item-store.ts';
import { changeItem } from './change-item.ts';
import { maintenanceKey } from './keys.ts';

/** Days. A longer one would mean a target without any alerts. */
export const MAX_WINDOW_DAYS = 31;
/** Of one target at a time, those that are over for a while not counted. */
export const MAX_WINDOWS = 50;
/** Days that a window is listed after its end. */
const KEPT_DAYS = 30;
const DAY_MS = 86_400_000;

export const MaintenanceWindow = z.object({
  id: z.string().regex(/^[a-z0-9]{1,32}$/),
  from: z.iso.datetime().describe('UTC.'),
  to: z.iso.datetime().describe('UTC; what starts then is no longer within.'),
  reason: z.string().min(1).max(300),
  by: z.string().min(1).max(200).describe('ARN of who made it.'),
});
export type MaintenanceWindow = z.infer<typeof MaintenanceWindow>;

const WindowsItem = z.object({ windows: z.array(MaintenanceWindow), version: z.number().int() });

/** Windows by their start; empty when there are none, or none that can be read. */
export const loadWindows = async (
  items: Pick<ItemStore, 'get'>,
  target: string,
): Promise<readonly MaintenanceWindow[]> =>
  WindowsItem.safeParse(await items.get(maintenanceKey(target))).data?.windows ?? [];

/** `full`: there are `MAX_WINDOWS` already. `busy`: others wrote all the time. The same id again replaces it. */
export const addWindow = (
  items: Pick<ItemStore, 'get' | 'put'>,
  target: string,
  window: MaintenanceWindow,
  now: number,
): Promise<'added' | 'full' | 'busy'> =>
  change(items, target, (windows) => {
    const others = keptWindows(windows, now).filter(({ id }) => id !== window.id);
    if (others.length >= MAX_WINDOWS) return { outcome: 'full' };
    const sorted = [...others, window].sort((a, b) => Date.parse(a.from) - Date.parse(b.from));
    return { outcome: 'added', windows: sorted };
  });

export const removeWindow = (
  items: Pick<ItemStore, 'get' | 'put'>,
  target: string,
  id: string,
): Promise<'removed' | 'absent' | 'busy'> =>
  change(items, target, (windows) => {
    const left = windows.filter((one) => one.id !== id);
    return left.length === windows.length ? { outcome: 'absent' } : { outcome: 'removed', windows: left };
  });

const change = <T extends string>(
  items: Pick<ItemStore, 'get' | 'put'>,
  target: string,
  decide: (windows: readonly MaintenanceWindow[]) => {
    readonly outcome: T;
    readonly windows?: readonly MaintenanceWindow[];
  },
): Promise<T | 'busy'> =>
  changeItem(items, maintenanceKey(target), { marks: ['version'] }, (there) => {
    const before = WindowsItem.safeParse(there).data;
    const { outcome, windows } = decide(before?.windows ?? []);
    return { outcome, ...(windows && { write: { windows, version: (before?.version ?? 0) + 1 } }) };
  });

/** Without those that ended long ago. @param now epoch ms */
const keptWindows = (windows: readonly MaintenanceWindow[], now: number): MaintenanceWindow[] =>
  windows.filter(({ to }) => Date.parse(to) > now - KEPT_DAYS * DAY_MS);
