/** What EventBridge Scheduler gets of a schedule's times, and how late a run may be before it counts as missed. */

import { isoTime } from '../../net/clock.ts';
import type { ScheduleSpec } from '../state/schedules.ts';
import { parseCron } from './cron.ts';
import { nextDue } from './due.ts';

export interface SchedulerTiming {
  readonly expression: string;
  readonly timezone: string;
  /** Of a rate alone: the next run. Another one earlier than five minutes ago would be refused. */
  readonly startDate?: string;
  /** Within so many minutes after the due time the Scheduler picks a moment: a thousand targets do not start at the same time. */
  readonly flexibleMinutes: number;
  /** Seconds for which the Scheduler tries again to hand a run over. */
  readonly maxAgeSeconds: number;
}

/** A tenth of the pause between two runs, from one minute to fifteen. */
const MAX_FLEXIBLE_MINUTES = 15;
/** From the Scheduler's least to a quarter of an hour; a run that comes with the next one is not worth it. */
const MIN_AGE_S = 60;
const MAX_AGE_S = 900;
/** Seconds that the starter may take, with Lambda's own two retries of it (after one minute and after two more). */
const STARTER_S = 300;

/** @param now epoch ms */
export function timingOf(spec: ScheduleSpec, now: number): SchedulerTiming {
  const gap = gapMinutes(spec);
  const common = {
    flexibleMinutes: flexibleMinutes(gap),
    maxAgeSeconds: Math.min(MAX_AGE_S, Math.max(MIN_AGE_S, gap * 30)),
  };
  if (spec.kind === 'cron') return { expression: expressionOf(spec), timezone: spec.timezone, ...common };
  const start = nextDue(spec, now - 1) ?? now;
  return {
    expression: expressionOf(spec),
    timezone: 'UTC',
    startDate: isoTime(start),
    ...common,
  };
}

/** Milliseconds after the due time until which its run may have started and all is well. */
export function startToleranceMs(spec: ScheduleSpec): number {
  const { flexibleMinutes: flexible, maxAgeSeconds } = timingOf(spec, 0);
  return (flexible * 60 + maxAgeSeconds + STARTER_S) * 1_000;
}

/** In minutes even for days: they are 24 hours there, too, and one unit can't be singular. */
function expressionOf(spec: ScheduleSpec): string {
  if (spec.kind === 'every') return `rate(${spec.minutes} minutes)`;
  const read = parseCron(spec.cron);
  if (!read.ok) throw new Error(`a schedule was kept that can't be read: ${read.message}`);
  return read.value.scheduler;
}

function gapMinutes(spec: ScheduleSpec): number {
  if (spec.kind === 'every') return spec.minutes;
  const read = parseCron(spec.cron);
  return read.ok ? read.value.gapMinutes : 0;
}

const flexibleMinutes = (gap: number): number =>
  Math.min(MAX_FLEXIBLE_MINUTES, Math.max(1, Math.floor(gap / 10)));
