import type { Verdict } from '../../model/vocabulary.ts';
import { useSpeech } from '../words/words.ts';

const WIDTH = 6;
const GAP = 1.5;
const HEIGHT = 18;
/** As many runs as it has room for. */
export const STRIP_RUNS = 30;
const SHOWN = ['pass', 'warn', 'fail', 'inconclusive'] as const satisfies readonly Verdict[];

/** The last runs, oldest first: what failed is also lower, so that it shows without colour. One shape for each verdict. */
export function RunStrip({ verdicts }: { readonly verdicts: readonly Verdict[] }) {
  const { say } = useSpeech();
  const runs = verdicts.slice(-STRIP_RUNS);
  const counted = SHOWN.flatMap((verdict) => {
    const count = runs.filter((one) => one === verdict).length;
    return count === 0 ? [] : [{ verdict, count }];
  });
  const absent = <path class="absent" d={absentTicks(STRIP_RUNS - runs.length)} />;
  // Nothing to tell.
  if (runs.length === 0)
    return (
      <svg class="strip" aria-hidden="true" width={STRIP_RUNS * WIDTH} height={HEIGHT}>
        {absent}
      </svg>
    );
  const label = counted.map(({ verdict, count }) => `${say(`verdict.${verdict}`)} ${count}`).join(', ');
  return (
    <svg class="strip" role="img" aria-label={label} width={STRIP_RUNS * WIDTH} height={HEIGHT}>
      {absent}
      {counted.map(({ verdict }) => (
        <path key={verdict} class={verdict} d={barsOf(runs, verdict)} />
      ))}
    </svg>
  );
}

/** A pale tick where a run could be, so that few runs stand in their place. */
const absentTicks = (count: number): string =>
  Array.from(
    { length: count },
    (_, index) => `M${index * WIDTH} ${HEIGHT / 2 - 1}h${WIDTH - GAP}v2h${GAP - WIDTH}z`,
  ).join('');

/** At the right end, where the last run always is. */
function barsOf(runs: readonly Verdict[], wanted: Verdict): string {
  const isBad = wanted === 'fail' || wanted === 'inconclusive';
  const [top, bottom] = isBad ? [HEIGHT / 3, HEIGHT] : [0, (HEIGHT * 2) / 3];
  const bars = runs.map((verdict, index) => {
    const left = (STRIP_RUNS - runs.length + index) * WIDTH;
    return verdict === wanted ? `M${left} ${top}h${WIDTH - GAP}V${bottom}h${GAP - WIDTH}z` : '';
  });
  return bars.join('');
}
