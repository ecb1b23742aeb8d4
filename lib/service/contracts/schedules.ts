import * as z from 'zod';
import { Maintenance } from '../../model/maintenance.ts';
import { Verdict } from '../../model/vocabulary.ts';
import { MAX_WINDOW_DAYS, MaintenanceWindow } from '../state/maintenance.ts';
import { Trouble } from '../state/schedule-trace.ts';
import type { Contract } from './contract.ts';

const TargetName = z.string().min(1).max(200);
const Target = z.strictObject({ target: TargetName });
const WindowId = MaintenanceWindow.shape.id;

export const ScheduleOrder = z.strictObject({
  every: z
    .string()
    .max(20)
    .optional()
    .describe('As 15m, 2h or 1d: from 5 minutes to 31 days. Instead of `cron`.'),
  cron: z
    .string()
    .max(200)
    .optional()
    .describe('Minute, hour, day of month, month, day of week, as in crontab(5). Instead of `every`.'),
  timezone: z
    .string()
    .max(50)
    .optional()
    .describe('Of `cron`: a name of the IANA database, as Europe/Zurich.'),
});
export type ScheduleOrder = z.infer<typeof ScheduleOrder>;

const LastRun = z.object({
  scheduledAt: z.iso.datetime().describe('When it was due.'),
  status: z.enum(['running', 'finished', 'failed', 'refused']),
  runId: z.string().optional(),
  verdict: Verdict.optional(),
  detail: z.string().optional().describe('Why it was refused.'),
});

export const ScheduleView = z.object({
  target: TargetName,
  every: z.string().optional(),
  cron: z.string().optional(),
  timezone: z.string().optional(),
  state: z.enum(['active', 'paused']),
  next: z.iso.datetime().optional().describe('When the next run is due; absent while it is paused.'),
  upcoming: z
    .array(z.iso.datetime())
    .optional()
    .describe('The next five times at which a run is due, `next` first; absent while it is paused.'),
  flexibleMinutes: z.number().int().describe('The run starts within so many minutes after it is due.'),
  last: LastRun.optional(),
  trouble: Trouble.optional().describe(
    'Runs that did not come, failed or were refused, since the last good one.',
  ),
  drift: z
    .string()
    .optional()
    .describe('In what EventBridge Scheduler differs from this; setting the schedule again fixes it.'),
  maintenance: Maintenance.optional().describe('The window that is open now.'),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  updatedBy: z.string(),
  updatedAt: z.iso.datetime(),
});
export type ScheduleView = z.infer<typeof ScheduleView>;

export const WindowOrder = z.strictObject({
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }).describe(`At most ${MAX_WINDOW_DAYS} days later.`),
  reason: z.string().min(1).max(300).describe('Shown in the reports of runs within.'),
});

const tag = 'schedules';

export const schedulesContracts = {
  setSchedule: {
    id: 'setSchedule',
    method: 'PUT',
    path: '/schedules/{target}',
    tag,
    summary: 'Check a registered target again and again; a paused schedule becomes active',
    params: Target,
    body: ScheduleOrder,
    status: 200,
    result: ScheduleView,
  },
  listSchedules: {
    id: 'listSchedules',
    method: 'GET',
    path: '/schedules',
    tag,
    summary: 'List the schedules by target, with their next and last runs',
    query: z.strictObject({ after: z.string().max(2_000).optional() }),
    status: 200,
    result: z.object({
      schedules: z.array(ScheduleView),
      next: z.string().optional(),
      stopped: z.string().optional().describe('Who stopped the fleet: nothing runs.'),
    }),
  },
  getSchedule: {
    id: 'getSchedule',
    method: 'GET',
    path: '/schedules/{target}',
    tag,
    summary: 'Show the schedule of a target',
    params: Target,
    status: 200,
    result: ScheduleView,
  },
  removeSchedule: {
    id: 'removeSchedule',
    method: 'DELETE',
    path: '/schedules/{target}',
    tag,
    summary: 'Remove the schedule of a target',
    params: Target,
    status: 204,
  },
  pauseSchedule: {
    id: 'pauseSchedule',
    method: 'POST',
    path: '/schedules/{target}/pause',
    tag,
    summary: 'Start no scheduled run of a target until it is resumed',
    params: Target,
    status: 200,
    result: ScheduleView,
  },
  resumeSchedule: {
    id: 'resumeSchedule',
    method: 'POST',
    path: '/schedules/{target}/resume',
    tag,
    summary: 'Go on with a paused schedule',
    params: Target,
    status: 200,
    result: ScheduleView,
  },
  setMaintenance: {
    id: 'setMaintenance',
    method: 'PUT',
    path: '/targets/{target}/maintenance/{id}',
    tag,
    summary:
      'Tell nobody of what scheduled runs show within a window of time; the runs take place and are marked',
    params: z.strictObject({ target: TargetName, id: WindowId }),
    body: WindowOrder,
    status: 200,
    result: MaintenanceWindow,
  },
  listMaintenance: {
    id: 'listMaintenance',
    method: 'GET',
    path: '/targets/{target}/maintenance',
    tag,
    summary: 'List the maintenance windows of a target by their start; those that ended for 30 days more',
    params: Target,
    status: 200,
    result: z.object({ windows: z.array(MaintenanceWindow) }),
  },
  removeMaintenance: {
    id: 'removeMaintenance',
    method: 'DELETE',
    path: '/targets/{target}/maintenance/{id}',
    tag,
    summary: 'Remove a maintenance window: from now on changes are reported again',
    params: z.strictObject({ target: TargetName, id: WindowId }),
    status: 204,
  },
} as const satisfies Record<string, Contract>;
