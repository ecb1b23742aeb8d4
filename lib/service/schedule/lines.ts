/** Schedules and maintenance windows as lines of plain text. */

import { utc } from '../../model/units.ts';
import { isoTime } from '../../net/clock.ts';
import { VERDICT_WORD } from '../../report/words/terms.ts';
import type { ScheduleView } from '../contracts/schedules.ts';
import type { MaintenanceWindow } from '../state/maintenance.ts';
import { localTimeAt } from './zone.ts';

/** What is to be known at a glance: when, what is next, what was last, and what is wrong. */
export function scheduleLines(view: ScheduleView): string[] {
  const { target, state, trouble, drift, maintenance } = view;
  return [
    `${target}  ${whenWords(view)}${state === 'paused' ? '  paused' : ''}`,
    ...(view.next === undefined ? [] : [`    next ${momentWords(view.next, view.timezone)}`]),
    `    last ${lastRunText(view)}`,
    ...(trouble === undefined ? [] : [`    ${troubleWords(trouble)}`]),
    ...(drift === undefined ? [] : [`    differs: ${drift}; set it again`]),
    ...(maintenance === undefined
      ? []
      : [`    maintenance until ${utc(maintenance.until)}: ${maintenance.reason}`]),
  ];
}

/** The same, and who did it. */
export function scheduleDetails(view: ScheduleView): string[] {
  const { createdAt, createdBy, updatedAt, updatedBy, flexibleMinutes } = view;
  return [
    ...scheduleLines(view),
    `    starts within ${flexibleMinutes} min after it is due`,
    `    made ${utc(createdAt)} by ${createdBy}`,
    ...(updatedAt === createdAt ? [] : [`    changed ${utc(updatedAt)} by ${updatedBy}`]),
  ];
}

export const windowLines = (windows: readonly MaintenanceWindow[], now: number): string[] =>
  windows.flatMap(({ id, from, to, reason, by }) => [
    `${id}  ${utc(from)} to ${utc(to)}  ${windowState(from, to, now)}`,
    `    ${reason} (${by})`,
  ]);

const windowState = (from: string, to: string, now: number): string =>
  now < Date.parse(from) ? 'to come' : now < Date.parse(to) ? 'open' : 'over';

const whenWords = ({ every, cron, timezone }: ScheduleView): string =>
  every === undefined ? `cron ${cron ?? ''} (${timezone ?? ''})` : `every ${every}`;

/** In UTC, and by the clock on the wall there. */
function momentWords(iso: string, zone: string | undefined): string {
  if (zone === undefined || zone === 'UTC') return utc(iso);
  const wall = isoTime(localTimeAt(Date.parse(iso), zone));
  return `${utc(iso)} (${wall.slice(0, 16).replace('T', ' ')} ${zone})`;
}

function lastRunText({ last }: ScheduleView): string {
  if (last === undefined) return 'none yet';
  const due = utc(last.scheduledAt);
  switch (last.status) {
    case 'finished':
      return `${due}: ${last.verdict === undefined ? 'finished' : VERDICT_WORD[last.verdict]} (run ${last.runId ?? ''})`;
    case 'running':
      return `${due}: under way (run ${last.runId ?? ''})`;
    case 'failed':
      return `${due}: failed (run ${last.runId ?? ''})`;
    case 'refused':
      return `${due}: not started: ${last.detail ?? ''}`;
    default:
      return last.status satisfies never;
  }
}

function troubleWords({ kind, since, count, detail }: NonNullable<ScheduleView['trouble']>): string {
  const times = count === 1 ? '' : `, ${count} in a row`;
  switch (kind) {
    case 'missed':
      return `MISSED since ${utc(since)}${times}: ${detail}`;
    case 'failed':
      return `FAILED since ${utc(since)}${times}: ${detail}`;
    case 'refused':
      return `NOT ALLOWED since ${utc(since)}${times}: ${detail}`;
    default:
      return kind satisfies never;
  }
}
