/** When a target is checked: what a person writes, and what is kept of it. */

import { quote } from '../../input/request/quote.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { isoTime } from '../../net/clock.ts';
import { MAX_MINUTES, MIN_MINUTES, type ScheduleSpec } from '../state/schedules.ts';
import { parseCron } from './cron.ts';
import { zoneName } from './zone.ts';

export interface WrittenSchedule {
  readonly every?: string | undefined;
  readonly cron?: string | undefined;
  readonly timezone?: string | undefined;
}

const MINUTE_MS = 60_000;
const UNITS = { m: 1, h: 60, d: 1_440 } as const;

/** @param now epoch ms; a rate starts at the next full minute */
export function parseSchedule(
  { every, cron, timezone }: WrittenSchedule,
  now: number,
): ParseResult<ScheduleSpec> {
  if ((every === undefined) === (cron === undefined))
    return inputError('say either every how many minutes, hours or days, or a cron expression');
  if (every !== undefined) {
    if (timezone !== undefined) return inputError('a time zone goes with a cron expression alone');
    const minutes = readEvery(every);
    if (!minutes.ok) return minutes;
    const startDate = isoTime(Math.ceil((now + 1) / MINUTE_MS) * MINUTE_MS);
    return parsed({ kind: 'every', minutes: minutes.value, startDate });
  }
  const read = parseCron(cron ?? '');
  if (!read.ok) return read;
  if (read.value.gapMinutes < MIN_MINUTES)
    return inputError(
      `${quote(cron ?? '')} comes again after ${read.value.gapMinutes} min, and ${TOO_OFTEN}`,
    );
  if (timezone === undefined)
    return inputError('a cron expression needs a time zone, as Europe/Zurich or UTC');
  const zone = zoneName(timezone);
  if (zone === undefined)
    return inputError(
      `${quote(timezone)} is no time zone of the IANA database, such as Europe/Zurich, America/New_York or UTC`,
    );
  return parsed({ kind: 'cron', cron: read.value.text, timezone: zone });
}

const TOO_OFTEN = `a target is checked every ${MIN_MINUTES} min at most: mail servers shut out who comes more often`;

/** Minutes from `15m`, `2h` or `1d`. */
function readEvery(text: string): ParseResult<number> {
  const match = /^([0-9]{1,6})([mhd])$/.exec(text);
  const minutes = Number(match?.[1]) * UNITS[(match?.[2] ?? 'm') as keyof typeof UNITS];
  if (match === null || minutes > MAX_MINUTES)
    return inputError(`expected minutes, hours or days up to 31d, as 15m, 2h or 1d, not ${quote(text)}`);
  return minutes < MIN_MINUTES ? inputError(`${quote(text)} is too often: ${TOO_OFTEN}`) : parsed(minutes);
}

/** As `every 15m`, or `cron 0 6 * * 1-5 (Europe/Zurich)`. */
export function specWords(spec: ScheduleSpec): string {
  return spec.kind === 'every' ? `every ${everyWords(spec.minutes)}` : `cron ${spec.cron} (${spec.timezone})`;
}

/** The largest unit that holds it without a rest. */
export const everyWords = (minutes: number): string =>
  minutes % UNITS.d === 0
    ? `${minutes / UNITS.d}d`
    : minutes % UNITS.h === 0
      ? `${minutes / UNITS.h}h`
      : `${minutes}m`;
