/**
 * Cron as people know it (crontab(5): minute, hour, day of month, month, day of week), and the same in the words of
 * EventBridge Scheduler, which differ: a sixth field for the year, days of the week from 1 (Sunday), and of the two
 * fields for days one is `?` ("Schedule types", cron-based schedules).
 */
import { Cron } from 'croner';
import { quote } from '../../input/request/quote.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';

export interface CronExpression {
  /** The five fields as they were written, with one space between them. */
  readonly text: string;
  /** `cron(…)` for EventBridge Scheduler. */
  readonly scheduler: string;
  /** The shortest time between two runs, in minutes; at most that of a day. */
  readonly gapMinutes: number;
}

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names for `min`, `min + 1`… */
  readonly names?: readonly string[];
}

interface ReadField {
  /** In the words of the Scheduler. */
  readonly scheduler: string;
  /** Rising. */
  readonly values: readonly number[];
  readonly isAll: boolean;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** Sunday is 0 and 7. */
const DAY_OF_WEEK: Field = { name: 'day of week', min: 0, max: 7, names: DAYS };
const FIELDS: readonly Field[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  DAY_OF_WEEK,
];

const MAX_LENGTH = 200;
/** Characters of an expression (API_CreateSchedule, ScheduleExpression). */
const MAX_EXPRESSION = 256;
const DAY_MINUTES = 1_440;

/** Reads and translates the expression; the error is one line. */
export function parseCron(given: string): ParseResult<CronExpression> {
  const text = given.trim().replace(/\s+/g, ' ').toUpperCase();
  const parts = text.split(' ');
  if (text.length > MAX_LENGTH || parts.length !== 5)
    return inputError(
      `expected the five fields of cron (minute hour day-of-month month day-of-week), as "0 6 * * 1-5", not ${quote(given)}`,
    );
  const fields: ReadField[] = [];
  for (const [index, field] of FIELDS.entries()) {
    const read = readField(field, parts[index] ?? '');
    if (!read.ok) return read;
    fields.push(read.value);
  }
  const [minute, hour, dayOfMonth, month, dayOfWeek] = fields as [
    ReadField,
    ReadField,
    ReadField,
    ReadField,
    ReadField,
  ];
  if (!dayOfMonth.isAll && !dayOfWeek.isAll)
    return inputError(
      `${quote(given)} names days of the month and days of the week, of which EventBridge Scheduler takes one: put * for the other`,
    );
  const day = dayOfWeek.isAll ? dayOfMonth.scheduler : '?';
  const weekday = dayOfWeek.isAll ? '?' : dayOfWeek.values.map((value) => DAYS[value]).join(',');
  const scheduler = `cron(${minute.scheduler} ${hour.scheduler} ${day} ${month.scheduler} ${weekday} *)`;
  if (scheduler.length > MAX_EXPRESSION)
    return inputError(
      `${quote(given)} is too long for EventBridge Scheduler: write it with ranges and steps`,
    );
  if (new Cron(text, { mode: '5-part', timezone: 'UTC' }).nextRun() === null)
    return inputError(`${quote(given)} never comes`);
  return parsed({ text, scheduler, gapMinutes: gapOf(minute.values, hour.values) });
}

function readField(field: Field, text: string): ParseResult<ReadField> {
  const values = new Set<number>();
  const words: string[] = [];
  for (const item of text.split(',')) {
    const read = readItem(field, item);
    if (!read.ok) return read;
    for (const value of read.value.values) values.add(value);
    words.push(read.value.scheduler);
  }
  const isAll = values.size === lastOf(field) - field.min + 1;
  return parsed({
    scheduler: isAll ? '*' : words.join(','),
    values: [...values].sort((a, b) => a - b),
    isAll,
  });
}

interface CronItem {
  readonly scheduler: string;
  readonly values: readonly number[];
}

function readItem(field: Field, item: string): ParseResult<CronItem> {
  const match = /^(?:(\*)|([0-9A-Z]+)(?:-([0-9A-Z]+))?)(?:\/([0-9]{1,4}))?$/.exec(item);
  const [, star, first = '', last, stepText] = match ?? [];
  const from = star === undefined ? numberOf(field, first) : field.min;
  const to = star !== undefined ? lastOf(field) : last === undefined ? from : numberOf(field, last, from);
  const step = stepText === undefined ? 1 : Number(stepText);
  const isStepOfOne = star === undefined && last === undefined && stepText !== undefined;
  if (match === null || from === undefined || to === undefined || to < from || step < 1 || isStepOfOne)
    return inputError(
      `${quote(item)} is no ${field.name} of cron: expected *, ${field.min}-${field.max}${field.names ? ` or ${field.names[0]}-${field.names.at(-1)}` : ''}, lists, ranges that rise, and steps as */15 or 8-18/2`,
    );
  const values: number[] = [];
  for (let value = from; value <= to; value += step) values.push(field === DAY_OF_WEEK ? value % 7 : value);
  const isRange = star === undefined && from < to && step === 1;
  // A step becomes the list that it means, which both sides read alike.
  return parsed({ values, scheduler: isRange ? `${from}-${to}` : values.join(',') });
}

/** Every day of the week once: 7 is Sunday again. */
const lastOf = (field: Field): number => (field === DAY_OF_WEEK ? 6 : field.max);

/** `from`: of a range of which this is the end; FRI-SUN ends on the Sunday that follows. */
function numberOf(field: Field, text: string, from?: number): number | undefined {
  const named = field.names?.indexOf(text) ?? -1;
  if (named >= 0) {
    const value = named + field.min;
    return field === DAY_OF_WEEK && value === 0 && (from ?? 0) > 0 ? 7 : value;
  }
  const value = /^[0-9]{1,2}$/.test(text) ? Number(text) : -1;
  return value >= field.min && value <= field.max ? value : undefined;
}

/** By the clock on the wall: summer time moves it by an hour twice a year. */
function gapOf(minutes: readonly number[], hours: readonly number[]): number {
  const times = hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute));
  const again = (times[0] ?? 0) + DAY_MINUTES;
  return Math.min(...times.map((time, index) => (times[index + 1] ?? again) - time));
}
