/** Spans of time in words. */
import type { ChangeContext } from './change-context.ts';
import type { ChangeGroup } from './group.ts';

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** `2 d 4 h`, `1 h 10 min`, `less than a minute`: two units at most, rounded down. */
export function roughly(ms: number): string {
  const [large = -1] = UNITS.flatMap(([, size], index) => (ms >= size ? [index] : []));
  const unit = UNITS[large];
  if (unit === undefined) return 'less than a minute';
  const smaller = UNITS[large + 1];
  const rest = smaller === undefined ? 0 : Math.floor((ms % unit[1]) / smaller[1]);
  const first = `${Math.floor(ms / unit[1])} ${unit[0]}`;
  return rest === 0 || smaller === undefined ? first : `${first} ${rest} ${smaller[0]}`;
}

/** How long that of the group which failed longest had failed. */
export function longestSpan({ changes }: ChangeGroup, { startedAt }: ChangeContext): string {
  const begun = changes.flatMap(({ before }) => (before === undefined ? [] : [Date.parse(before.since)]));
  return roughly(Date.parse(startedAt) - Math.min(...begun));
}
