import { formatFor } from '../parts/reader-clock.ts';

/** A moment as the clock on the wall of a zone shows it, with the day of the week; undefined: the zone is not known here. */
export function inZone(iso: string, timeZone: string, language: string): string | undefined {
  try {
    const options = { weekday: 'short', hour: '2-digit', minute: '2-digit', timeZone } as const;
    return formatFor(language, options).format(new Date(iso));
  } catch {
    return undefined;
  }
}
