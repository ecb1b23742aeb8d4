/**
 * Maintenance windows of a target. Scheduled runs take place within them all the same, so that the history has no gap
 * and the first run after the work is no surprise; they are marked in the report, and nobody is told of what they show.
 */
import * as z from 'zod';

/** Days. A longer one is a target that nobody is told of. */
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

/** Without those that ended long ago. @param now epoch ms */
export const keptWindows = (windows: readonly MaintenanceWindow[], now: number): MaintenanceWindow[] =>
  windows.filter(({ to }) => Date.parse(to) > now - KEPT_DAYS * DAY_MS);
