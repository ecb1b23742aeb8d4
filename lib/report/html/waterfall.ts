/** Geometry of a timing waterfall: bars on one time axis, a row for each address and each redirect hop. */
import type { Timings } from '../../model/observation.ts';
import type { ReportObservation } from '../../model/report.ts';
import { readEvidence } from '../evidence.ts';
import { visible } from '../visible.ts';
import { duration, socketAddress } from '../words.ts';

/** Phases in the order in which they follow one another; the keys are CSS classes. */
export const PHASES = {
  dns: 'DNS look-up',
  connect: 'TCP connect',
  tls: 'TLS handshake',
  first: 'wait for the first byte',
  rest: 'waiting in vain, or further steps',
} as const;
type Phase = keyof typeof PHASES;

export interface Bar {
  readonly phase: Phase;
  /** Percent of the axis, as SVG takes it: `12.5%`. */
  readonly x: string;
  readonly width: string;
  readonly title: string;
}
export interface Waterfall {
  readonly label: string;
  readonly height: number;
  readonly rows: readonly { readonly y: number; readonly label: string; readonly bars: readonly Bar[] }[];
  readonly ticks: readonly { readonly x: string; readonly label: string }[];
}

const ROW_HEIGHT = 38;
const AXIS_HEIGHT = 20;
/** Characters of a row's label; a phone shows about 45. */
const LABEL_LIMIT = 72;
/** A phase too short to be seen is drawn this wide, in percent. */
const LEAST_WIDTH = 0.35;

interface Row {
  readonly label: string;
  readonly start: number;
  readonly phases: readonly (readonly [Phase, number])[];
}

/** Milliseconds of each phase; `rest` is what the total holds beyond them. */
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

const lengthOf = (row: Row): number => row.phases.reduce((sum, [, milliseconds]) => sum + milliseconds, 0);

/** Rows of one observation: one, or one for each hop of a redirect chain (they run one after the other). */
function rowsOf(observation: ReportObservation, port: number): Row[] {
  const { vantage, address, attempt, timings } = observation;
  const to = address === '' ? '' : ` → ${socketAddress(address, port)}`;
  const name = `${vantage}${to}${attempt > 1 ? `, attempt ${attempt}` : ''}`;
  const hops = readEvidence(observation.evidence).http?.hops ?? [];
  if (hops.length < 2) return [{ label: name, start: 0, phases: phasesOf(timings) }];
  const rows: Row[] = [];
  let start = 0;
  for (const [index, hop] of hops.entries()) {
    // The look-up of the first host belongs to the observation, not to its first hop.
    const dns = hop.timings.dns ?? (index === 0 ? timings.dns : undefined);
    const total = hop.timings.total + (hop.timings.dns === undefined ? (dns ?? 0) : 0);
    const row: Row = {
      label: index === 0 ? `${name} ${hop.url}` : `↳ ${hop.url}`,
      start,
      phases: phasesOf({ ...hop.timings, ...(dns !== undefined && { dns }), total }),
    };
    start += lengthOf(row);
    rows.push(row);
  }
  return rows;
}

/** A round step (1, 2 or 5 times a power of ten) that gives at most five ticks. */
export function tickStep(milliseconds: number): number {
  const raw = Math.max(milliseconds, 0.001) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = [1, 2, 5, 10].find((each) => each * power >= raw * 0.999) ?? 10;
  return factor * power;
}

const tickLabel = (milliseconds: number): string =>
  milliseconds >= 1000
    ? `${Number((milliseconds / 1000).toFixed(3))} s`
    : `${Number(milliseconds.toFixed(3))} ms`;

const percent = (part: number, whole: number): string => `${((part / whole) * 100).toFixed(2)}%`;

/** Nothing when no time was measured (the guard refused, the deadline came first). */
export function waterfall(observations: readonly ReportObservation[], port: number): Waterfall | undefined {
  const rows = observations.flatMap((observation) => rowsOf(observation, port));
  const end = Math.max(0, ...rows.map((row) => row.start + lengthOf(row)));
  if (end <= 0) return undefined;
  const step = tickStep(end);
  // The last tick stays clear of the edge, where its label would be cut off.
  const ticks = Array.from({ length: Math.floor((end * 0.94) / step) + 1 }, (_, index) => ({
    x: percent(index * step, end),
    label: tickLabel(index * step),
  }));
  return {
    label: `Timing of ${rows.length} ${rows.length === 1 ? 'exchange' : 'exchanges'}, ${duration(end)} in all`,
    height: AXIS_HEIGHT + rows.length * ROW_HEIGHT,
    ticks,
    rows: rows.map((row, index) => {
      let at = row.start;
      const bars = row.phases.map(([phase, milliseconds]) => {
        const bar: Bar = {
          phase,
          x: percent(at, end),
          width: `${Math.max(LEAST_WIDTH, (milliseconds / end) * 100).toFixed(2)}%`,
          title: `${PHASES[phase]}: ${duration(milliseconds)}`,
        };
        at += milliseconds;
        return bar;
      });
      const label = visible(`${duration(lengthOf(row))}  ${row.label}`);
      return {
        y: AXIS_HEIGHT + index * ROW_HEIGHT,
        label: label.length > LABEL_LIMIT ? `${label.slice(0, LABEL_LIMIT - 1)}…` : label,
        bars,
      };
    }),
  };
}
