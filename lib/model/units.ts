/** How durations and moments are written, in reports and messages alike. */

/** `850 µs` would be false precision: tenths of a millisecond below 100 ms, seconds from 1 s on. */
export function duration(milliseconds: number): string {
  if (milliseconds >= 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(2)} s`;
  return milliseconds < 100 ? `${milliseconds.toFixed(1)} ms` : `${milliseconds.toFixed(0)} ms`;
}

/** `2026-03-01 09:30:05 UTC`, with milliseconds where the evidence needs them. Text that is not a date is returned unchanged. */
export function utc(iso: string, milliseconds = false): string {
  const time = Date.parse(iso);
  if (Number.isNaN(time)) return iso;
  const text = new Date(time).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, milliseconds ? 23 : 19)} UTC`;
}

/** Seconds from milliseconds, without the rounding errors of binary fractions. */
export const seconds = (milliseconds: number): number => Number((milliseconds / 1000).toFixed(6));

/** `12.3 MB`, never less than it is. */
export const megabytes = (bytes: number): string => `${(Math.ceil(bytes / 100_000) / 10).toFixed(1)} MB`;
