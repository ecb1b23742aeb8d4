import type { Verdict } from '../../model/vocabulary.ts';
import { useSpeech } from '../words/words.ts';

/** Readable without colour. */
const SYMBOLS = { pass: '✓', warn: '!', fail: '✗', inconclusive: '?' } as const satisfies Record<
  Verdict,
  string
>;

export function VerdictBadge({ verdict }: { readonly verdict: Verdict | undefined }) {
  const { say } = useSpeech();
  if (verdict === undefined) return <span class="badge none">{say('verdict.none')}</span>;
  return (
    <span class={`badge ${verdict}`}>
      <span aria-hidden="true">{SYMBOLS[verdict]} </span>
      {say(`verdict.${verdict}`)}
    </span>
  );
}
