/**
 * Maintenance windows of a target. Scheduled runs take place within them all the same, so that the history has no gap
 * and the first run after the work is no surprise; they are marked in the report, and no alerts are sent for what they show.
 */
import type { ItemStore } from '../ports/item-store.ts';
import { loadWindows, type MaintenanceWindow } from '../state/maintenance.ts';

/** The window that holds this moment; of several the one that ends last. `at`: ISO 8601 UTC. */
export const inMaintenance = (
  windows: readonly MaintenanceWindow[],
  at: string,
): MaintenanceWindow | undefined => overlapping(windows, at, at);

/** The window with which a run from `from` to `to` (ISO 8601 UTC) has a moment in common. */
export function overlapping(
  windows: readonly MaintenanceWindow[],
  from: string,
  to: string,
): MaintenanceWindow | undefined {
  const [begins, ends] = [Date.parse(from), Date.parse(to)];
  return windows
    .filter((one) => Date.parse(one.from) <= ends && begins < Date.parse(one.to))
    .reduce<MaintenanceWindow | undefined>(
      (last, one) => (last === undefined || Date.parse(one.to) > Date.parse(last.to) ? one : last),
      undefined,
    );
}

/** Whether a run of the target from `from` to `to` (ISO 8601 UTC) has a moment in common with a window. */
export const createMaintenanceCheck =
  (items: Pick<ItemStore, 'get'>) =>
  async (target: string, from: string, to: string): Promise<boolean> =>
    overlapping(await loadWindows(items, target), from, to) !== undefined;
