import { useCallback, useId, useState } from 'preact/hooks';
import { useApi } from '../api/api-context.ts';
import type { AnswerOf } from '../api/operations.ts';
import { useAnswer } from '../live/use-answer.ts';
import { formatFor } from '../parts/reader-clock.ts';
import { Scroll } from '../parts/scroll.tsx';
import { Time } from '../parts/time.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { VerdictBadge } from '../parts/verdict-badge.tsx';
import { addressOf } from '../places/place.ts';
import { useSpeech } from '../words/words.ts';
import { differenceWords } from './difference-words.ts';

type Runs = AnswerOf<'listTargetRuns'>['runs'];

/** Two runs side by side: at first the last one and the one before it. */
export function ComparisonPart({ name, runs }: { readonly name: string; readonly runs: Runs }) {
  const { say } = useSpeech();
  const id = useId();
  const [before, setBefore] = useState(runs[1]?.runId ?? '');
  const [after, setAfter] = useState(runs[0]?.runId ?? '');
  if (runs.length < 2) return null;
  return (
    <section class="card" aria-labelledby="comparison">
      <h2 id="comparison">{say('comparison.title')}</h2>
      <div class="tools">
        <RunChoice
          id={`${id}-before`}
          label={say('comparison.before')}
          runs={runs}
          chosen={before}
          choose={setBefore}
        />
        <RunChoice
          id={`${id}-after`}
          label={say('comparison.after')}
          runs={runs}
          chosen={after}
          choose={setAfter}
        />
      </div>
      <Compared key={`${before} ${after}`} name={name} before={before} after={after} />
    </section>
  );
}

function RunChoice(props: {
  readonly id: string;
  readonly label: string;
  readonly runs: Runs;
  readonly chosen: string;
  readonly choose: (runId: string) => void;
}) {
  const { say, language } = useSpeech();
  const format = formatFor(language, { dateStyle: 'medium', timeStyle: 'medium' });
  return (
    <span class="field">
      <label for={props.id}>{props.label}</label>
      <select
        id={props.id}
        value={props.chosen}
        onChange={({ currentTarget }) => props.choose(currentTarget.value)}
      >
        {props.runs.map(({ runId, startedAt, verdict }) => (
          <option key={runId} value={runId}>
            {format.format(new Date(startedAt))}, {say(`verdict.${verdict}`)}
          </option>
        ))}
      </select>
    </span>
  );
}

function Compared({
  name,
  before,
  after,
}: {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}) {
  const { say } = useSpeech();
  const api = useApi();
  const { value, trouble, reload } = useAnswer(
    useCallback(
      () => api('compareRuns', { params: { name }, query: { before, after } }),
      [api, name, before, after],
    ),
  );
  return (
    <div class="compared">
      <Trouble of={trouble} again={reload} />
      {value === undefined && trouble === undefined && <p class="dim">{say('loading')}</p>}
      {value && (
        <Scroll label={say('comparison.table')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{say('board.endpoint')}</th>
                {[value.before, value.after].map(({ runId, startedAt, verdict }, index) => (
                  <th key={index === 0 ? 'before' : 'after'} scope="col">
                    {say(index === 0 ? 'comparison.before' : 'comparison.after')}{' '}
                    <VerdictBadge verdict={verdict} />
                    <br />
                    <a href={addressOf({ view: 'run', runId })}>
                      <Time iso={startedAt} />
                    </a>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {value.differences.map((one) => (
                <tr key={`${one.endpoint} ${one.what} ${one.vantage ?? ''}`}>
                  <th scope="row">
                    {one.endpoint} <span class="dim">{one.vantage ?? say(`comparison.${one.what}`)}</span>
                  </th>
                  <td>{differenceWords(one, one.before, say)}</td>
                  <td>{differenceWords(one, one.after, say)}</td>
                </tr>
              ))}
              {value.differences.length === 0 && (
                <tr>
                  <td colSpan={3}>{say('comparison.same')}</td>
                </tr>
              )}
            </tbody>
          </table>
        </Scroll>
      )}
    </div>
  );
}
