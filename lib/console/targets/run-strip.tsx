import type { AnswerOf } from '../api/operations.ts';
import { useSpeech } from '../words/words.ts';

type Run = AnswerOf<'listTargetRuns'>['runs'][number];

const WIDTH = 10;
const HEIGHT = 18;

/** The last runs, oldest first: what failed is also lower, so that it shows without colour. */
export function RunStrip({ runs }: { readonly runs: readonly Run[] }) {
  const { say } = useSpeech();
  const counts = (['pass', 'warn', 'fail', 'inconclusive'] as const).flatMap((verdict) => {
    const count = runs.filter((run) => run.verdict === verdict).length;
    return count === 0 ? [] : [`${say(`verdict.${verdict}`)} ${count}`];
  });
  return (
    <svg class="strip" role="img" aria-label={counts.join(', ')} width={runs.length * WIDTH} height={HEIGHT}>
      {[...runs].reverse().map((run, index) => {
        const isBad = run.verdict === 'fail' || run.verdict === 'inconclusive';
        return (
          <rect
            key={run.runId}
            class={run.verdict}
            x={index * WIDTH}
            y={isBad ? HEIGHT / 3 : 0}
            width={WIDTH - 2}
            height={(HEIGHT * 2) / 3}
            rx={2}
          />
        );
      })}
    </svg>
  );
}
