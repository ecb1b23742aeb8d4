import { useState } from 'preact/hooks';
import { Time } from '../parts/time.tsx';
import { VerdictBadge } from '../parts/verdict-badge.tsx';
import { addressOf } from '../places/place.ts';
import { useSpeech } from '../words/words.ts';
import type { EndpointChanges, TimelineEntry } from './timeline.ts';
import type { CauseWords } from './use-cause-words.ts';

/** Entries that are shown until somebody asks for more. */
const SHOWN = 5;

/** Each change of the target: what it was before, what it is after, and the run that showed it. */
export function TimelinePart({
  entries,
  wordsOf,
}: {
  readonly entries: readonly TimelineEntry[];
  readonly wordsOf: CauseWords;
}) {
  const { say } = useSpeech();
  const [isWhole, setWhole] = useState(false);
  return (
    <section class="card" aria-labelledby="timeline">
      <h2 id="timeline">{say('timeline.title')}</h2>
      {entries.length === 0 && <p class="dim">{say('timeline.none')}</p>}
      <ol class="rows timeline">
        {entries.slice(0, isWhole ? undefined : SHOWN).map(({ run, at, changes }) => (
          <li key={run}>
            <a href={addressOf({ view: 'run', runId: run })}>
              <Time iso={at} />
            </a>
            <ul>
              {changes.map((change) => (
                <ChangeLine key={change.endpoint} change={change} wordsOf={wordsOf} />
              ))}
            </ul>
          </li>
        ))}
      </ol>
      {!isWhole && entries.length > SHOWN && (
        <button type="button" onClick={() => setWhole(true)}>
          {say('timeline.more', { count: entries.length - SHOWN })}
        </button>
      )}
    </section>
  );
}

function ChangeLine({ change, wordsOf }: { readonly change: EndpointChanges; readonly wordsOf: CauseWords }) {
  const { say } = useSpeech();
  const { endpoint, verdict, cause, before, others } = change;
  const [code = ''] = cause.split(', ');
  const words = wordsOf(code);
  return (
    <li>
      {before === undefined ? (
        <>
          {say('timeline.first')} <VerdictBadge verdict={verdict} />
        </>
      ) : (
        before.verdict !== verdict && (
          <>
            <VerdictBadge verdict={before.verdict} /> <span aria-hidden="true">→</span>
            <span class="unseen">{say('timeline.to')}</span> <VerdictBadge verdict={verdict} />
          </>
        )
      )}{' '}
      {endpoint}
      {(before?.cause ?? '') !== cause && (
        <span class="why">
          <code>{before?.cause || say('timeline.no-cause')}</code> →{' '}
          <code>{cause || say('timeline.no-cause')}</code> {words}
        </span>
      )}
      {others.map(({ text }) => (
        <span key={text} class="why dim">
          {text}
        </span>
      ))}
    </li>
  );
}
