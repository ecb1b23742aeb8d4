/** A time in which the station could start nothing, or a clock that was set. */
import { utc } from '../../../model/units.ts';
import { isoTime } from '../../../net/clock.ts';

export interface Gap {
  /** `stopped`: the station did not run. `slept`: nothing ran, or the clock was put forward. `back`: it was put back. */
  readonly kind: 'stopped' | 'slept' | 'back';
  /** Epoch ms by the clock at the time: the last look before, and the first one after. */
  readonly from: number;
  readonly to: number;
}

/** Less is what time servers correct, or a machine under load. */
const LEAST_MS = 60_000;

/**
 * Between two looks at the clock, ms since 1970. A sleep of the machine and a clock that was put forward look the same from
 * here: no timer runs, and the clock is far ahead.
 *
 * @param mostMs the longest that there is between two looks while all is well
 */
export function gapBetween(
  from: number,
  to: number,
  mostMs: number,
  otherwise: 'stopped' | 'slept',
): Gap | undefined {
  if (from - to > LEAST_MS) return { kind: 'back', from, to };
  return to - from > mostMs + LEAST_MS ? { kind: otherwise, from, to } : undefined;
}

/** One clause; times as the clock had them. */
export function gapWords({ kind, from, to }: Gap): string {
  const [begin, end] = [utc(isoTime(from)), utc(isoTime(to))];
  switch (kind) {
    case 'stopped':
      return `the station did not run from ${begin} to ${end}`;
    case 'slept':
      return `the machine slept, or its clock was put forward, from ${begin} to ${end}`;
    case 'back':
      return `the clock of the machine was put back from ${begin} to ${end}`;
    default:
      return kind satisfies never;
  }
}
