/** The chart itself. Loaded when there is something to draw; it writes styles by the object model, which the page's policy allows. */
import UPlot from 'uplot';
import { type Latency, timeRange } from './latency.ts';

/** Pixels. */
const HEIGHT = 260;
/** Different in lightness, too; dashes tell vantages apart. */
const COLOURS = { dns: '--inconclusive', connect: '--link', tls: '--warn', firstByte: '--pass' } as const;
const DASHES = [[], [6, 4], [2, 3], [10, 3, 2, 3]] as const;

/** Draws into the element, and again when its width or the colour scheme changes. Gives what takes it away. */
export function drawLatency(
  place: HTMLElement,
  { at, lines }: Latency,
  nameOf: (line: Latency['lines'][number]) => string,
  timeOf: (seconds: number, step: number) => string,
): () => void {
  let chart: UPlot | undefined;
  const draw = (): void => {
    chart?.destroy();
    const styles = getComputedStyle(place);
    const colour = (name: string): string => styles.getPropertyValue(name).trim();
    const axis = { stroke: colour('--dim'), grid: { stroke: colour('--line'), width: 1 } };
    const vantages = [...new Set(lines.map(({ vantage }) => vantage))];
    chart = new UPlot(
      {
        width: place.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: {
          x: { range: (_, first, last) => timeRange(first, last) },
          y: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] },
        },
        axes: [
          { ...axis, space: 110, values: (_, ticks, __, ___, step) => ticks.map((at) => timeOf(at, step)) },
          { ...axis, size: 64, values: (_, ticks) => ticks.map((ms) => `${ms} ms`) },
        ],
        series: [
          {},
          ...lines.map((line) => ({
            label: nameOf(line),
            stroke: colour(COLOURS[line.phase]),
            width: 2,
            dash: [...(DASHES[vantages.indexOf(line.vantage) % DASHES.length] ?? [])],
            spanGaps: false,
            points: { show: at.length < 40, size: 5 },
          })),
        ],
      },
      [at.map((iso) => Date.parse(iso) / 1_000), ...lines.map(({ values }) => [...values])],
      place,
    );
  };
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  const watch = new ResizeObserver(() => {
    if (chart?.width !== place.clientWidth) draw();
  });
  watch.observe(place);
  scheme.addEventListener('change', draw);
  return () => {
    watch.disconnect();
    scheme.removeEventListener('change', draw);
    chart?.destroy();
  };
}
