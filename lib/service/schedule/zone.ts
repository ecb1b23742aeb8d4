/** The clock on the wall of a time zone, and the moment that it shows. A wall time is written as the epoch ms that UTC would have. */

const PARTS = new Map<string, Intl.DateTimeFormat>();

/** A name of the IANA time zone database in the way this machine knows it; undefined: there is none. */
export function zoneName(text: string): string | undefined {
  // Offsets, which Intl takes too, know no summer time; EventBridge Scheduler takes names alone, of 50 characters.
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{1,49}$/.test(text)) return undefined;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions();
    return timeZone.toLowerCase() === text.toLowerCase() ? timeZone : text;
  } catch {
    return undefined;
  }
}

/** What the wall shows at a moment (epoch ms), to the second. */
export function localTimeAt(instant: number, zone: string): number {
  let format = PARTS.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    PARTS.set(zone, format);
  }
  const found = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => found.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

/** Longer than any shift of a clock, so that both offsets around one are found. */
const DAY_MS = 86_400_000;

/**
 * The first moment at which the wall shows that time; undefined when it is skipped, as in the hour that is lost in
 * spring. Of the hour that comes twice in autumn it is the first one.
 */
export function instantOf(wall: number, zone: string): number | undefined {
  const offsets = [wall - DAY_MS, wall + DAY_MS].map((near) => localTimeAt(near, zone) - near);
  const moments = offsets
    .map((offset) => wall - offset)
    .filter((moment) => localTimeAt(moment, zone) === wall);
  return moments.length === 0 ? undefined : Math.min(...moments);
}
