/**
 * When a schedule is due, as EventBridge Scheduler has it. A rate counts from its start date, in hours of 60 minutes and
 * days of 24 hours. Cron goes by the clock on the wall: what falls into the hour that is lost in spring is left out, and
 * what falls into the hour that comes twice in autumn comes once ("Schedule types", daylight savings time).
 */
import { Cron } from 'croner';
import type { ScheduleSpec } from '../state/schedules.ts';
import { instantOf, localTimeAt } from './zone.ts';

const MINUTE_MS = 60_000;
/** More than a clock is ever put back; those of a schedule within it are looked at one by one. */
const BACK_MS = 3 * 60 * MINUTE_MS;
/** Runs at every fifth minute within the above, and again as many. */
const MAX_LOOKS = 100;

/** The first due time after a moment (both epoch ms). Undefined: none in sight. */
export function nextDue(spec: ScheduleSpec, after: number): number | undefined {
  if (spec.kind === 'every') {
    const [start, every] = [Date.parse(spec.startDate), spec.minutes * MINUTE_MS];
    return after < start ? start : start + (Math.floor((after - start) / every) + 1) * every;
  }
  const cron = patternOf(spec.cron);
  let wall: Date | null = new Date(localTimeAt(after, spec.timezone));
  for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
    wall = cron.nextRun(wall);
    if (wall === null) return undefined;
    const due = instantOf(wall.getTime(), spec.timezone);
    if (due !== undefined && due > after) return due;
  }
  return undefined;
}

/** The next due times after a moment (epoch ms), soonest first; fewer when no more are in sight. */
export function upcomingDue(spec: ScheduleSpec, after: number, count: number): number[] {
  const found: number[] = [];
  for (let due = nextDue(spec, after); due !== undefined && found.length < count; due = nextDue(spec, due))
    found.push(due);
  return found;
}

/** The last due time at or before a moment (both epoch ms). Undefined: there was none yet. */
export function previousDue(spec: ScheduleSpec, at: number): number | undefined {
  if (spec.kind === 'every') {
    const [start, every] = [Date.parse(spec.startDate), spec.minutes * MINUTE_MS];
    return at < start ? undefined : start + Math.floor((at - start) / every) * every;
  }
  const cron = patternOf(spec.cron);
  // In the hour that comes twice the wall has shown later times already.
  let wall = new Date(localTimeAt(at, spec.timezone) + BACK_MS);
  for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
    const [before] = cron.previousRuns(1, wall);
    if (before === undefined) return undefined;
    const due = instantOf(before.getTime(), spec.timezone);
    if (due !== undefined && due <= at) return due;
    wall = before;
  }
  return undefined;
}

/** On a wall where no clock is ever put forward or back: the zone comes afterwards. */
const patternOf = (cron: string): Cron => new Cron(cron, { mode: '5-part', timezone: 'UTC' });
