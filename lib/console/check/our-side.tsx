import { useCallback } from 'preact/hooks';
import type { OwnCondition } from '../../model/own-condition.ts';
import { useApi } from '../api/api-context.ts';
import { useAnswer } from '../live/use-answer.ts';
import { Time } from '../parts/time.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { WhereToResume } from '../parts/where-to-resume.tsx';
import { useSpeech } from '../words/words.ts';
import { ourConditions } from './our-conditions.ts';

const EVERY_MS = 30_000;

/** What is wrong with the machine that checks, and with none of the targets: now, and in the days before. */
export function OurSide() {
  const { say } = useSpeech();
  const api = useApi();
  const { value, trouble } = useAnswer(
    useCallback(() => api('getFleet', {}), [api]),
    EVERY_MS,
  );
  const running = value?.runs.filter(({ status }) => status === 'running').length ?? 0;
  const { lasting, lately } = ourConditions(value?.conditions ?? [], Date.now());
  return (
    <section class="card" aria-labelledby="ours">
      <h2 id="ours">{say('ours.title')}</h2>
      <Trouble of={trouble} />
      <div role="status">
        {lasting.map((one) => (
          <Lasting key={one.kind} condition={one} />
        ))}
      </div>
      {value && (
        <p class={value.stopped === undefined ? '' : 'bad'}>
          {value.stopped === undefined ? (
            say('ours.fine', { list: value.vantages.map(({ id }) => id).join(', ') })
          ) : (
            <>
              {say('ours.stopped', { by: value.stopped.by, reason: value.stopped.reason })}{' '}
              <Time iso={value.stopped.at} /> <WhereToResume />
            </>
          )}
        </p>
      )}
      {lately.length > 0 && (
        <>
          <p class="dim">{say('ours.lately')}</p>
          <ul class="rows">
            {lately.map(({ kind, from, until }) => (
              <li key={`${kind} ${from}`}>
                {say(`ours.was.${kind}`)}{' '}
                <span class="why dim">
                  <Time iso={from} /> – <Time iso={until} />
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      {running > 0 && <p class="dim">{say('ours.running', { count: running })}</p>}
    </section>
  );
}

function Lasting({ condition: { kind, from, detail } }: { readonly condition: OwnCondition }) {
  const { say } = useSpeech();
  return (
    <>
      <p>
        <b class="bad">{say(`ours.${kind}`)}</b> {say('ours.since')} <Time iso={from} />
      </p>
      <p>{say(`ours.${kind}.todo`)}</p>
      <details>
        <summary>{say('ours.evidence')}</summary>
        <p class="dim">{detail}</p>
      </details>
    </>
  );
}
