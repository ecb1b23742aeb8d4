/** Geometry of a timing waterfall: a bar for each observation on one time axis, its phases one after the other. */

import type { ReportObservation } from '../../engine/report-schema.ts';
import { stepsOf } from '../../kinds/measurements.ts';
import type { Timings } from '../../model/observed.ts';

/** Phases in the order in which they follow one another: CSS classes. */
export const PHASES = ['dns', 'connect', 'tls', 'first', 'rest'] as const;
export type Phase = (typeof PHASES)[number];

export interface Bar {
  readonly phase: Phase;
  /** Percent of the axis, as in SVG: `12.5%`. */
  readonly x: string;
  readonly width: string;
}
export interface Waterfall {
  /** Length of the axis in ms: the slowest observation. */
  readonly end: number;
  /** In the order of the observations. */
  readonly rows: readonly (readonly Bar[])[];
}

/** A phase too short to be seen is drawn this wide, in percent. */
const LEAST_WIDTH = 0.8;

/** Milliseconds of each phase; `rest` is the total minus these. */
function phasesOf(timings: Timings): [Phase, number][] {
  const { dns = 0, connect = 0, tls = 0, firstByte = 0, total } = timings;
  const rest = Math.max(0, total - dns - connect - tls - firstByte);
  const phases: [Phase, number][] = [
    ['dns', dns],
    ['connect', connect],
    ['tls', tls],
    ['first', firstByte],
    ['rest', rest],
  ];
  return phases.filter(([, milliseconds]) => milliseconds > 0);
}

/** All phases of an observation; of several steps, as of a redirect chain, those of each. */
function allPhases({ timings, evidence }: ReportObservation): [Phase, number][] {
  const steps = stepsOf(evidence);
  if (steps.length < 2) return phasesOf(timings);
  return steps.flatMap((step, index) => {
    // The look-up of the first host belongs to the observation, not to its first step.
    const dns = step.dns ?? (index === 0 ? timings.dns : undefined);
    const total = step.total + (step.dns === undefined ? (dns ?? 0) : 0);
    return phasesOf({ ...step, ...(dns !== undefined && { dns }), total });
  });
}

/** The phases for which a waterfall of these observations has bars. */
export const phasesIn = (observations: readonly ReportObservation[]): Phase[] =>
  observations.flatMap(allPhases).map(([phase]) => phase);

const percent = (part: number, whole: number): number => Number(((part / whole) * 100).toFixed(1));

/** Nothing when no time was measured (the guard refused, the deadline came first). */
export function waterfall(observations: readonly ReportObservation[]): Waterfall | undefined {
  const rows = observations.map(allPhases);
  const lengths = rows.map((phases) => phases.reduce((sum, [, milliseconds]) => sum + milliseconds, 0));
  const end = Math.max(0, ...lengths);
  if (end <= 0) return undefined;
  return {
    end,
    rows: rows.map((phases) => {
      let at = 0;
      return phases.map(([phase, milliseconds]) => {
        const bar: Bar = {
          phase,
          x: `${percent(at, end)}%`,
          width: `${Math.max(LEAST_WIDTH, percent(milliseconds, end))}%`,
        };
        at += milliseconds;
        return bar;
      });
    }),
  };
}
