import { useCallback } from 'preact/hooks';
import { useApi } from '../api/api-context.ts';
import { useRights } from '../home/rights.ts';
import { useAnswer } from '../live/use-answer.ts';
import { Time } from '../parts/time.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { VerdictBadge } from '../parts/verdict-badge.tsx';
import { addressOf } from '../places/place.ts';
import { allTargets } from '../targets/all-targets.ts';
import { needy } from '../targets/worst-first.ts';
import { useSpeech } from '../words/words.ts';

const EVERY_MS = 15_000;
/** More are behind the link. */
const MOST = 8;

export function NeedsSomebody() {
  const { say } = useSpeech();
  const api = useApi();
  const { may } = useRights();
  const { value, trouble } = useAnswer(
    useCallback(() => allTargets(api), [api]),
    EVERY_MS,
  );
  const failing = value === undefined ? [] : needy(value);
  return (
    <section class="card" aria-labelledby="needs">
      <h2 id="needs">{say('needs.title')}</h2>
      <Trouble of={trouble} />
      {value === undefined ? (
        trouble === undefined && <p class="dim">{say('loading')}</p>
      ) : failing.length === 0 ? (
        <p class="dim">
          {say(value.length === 0 ? 'needs.no-targets' : 'needs.nothing')}{' '}
          {value.length === 0 && may('putTarget') && (
            <a href={addressOf({ view: 'register' })}>{say('register.open')}</a>
          )}
        </p>
      ) : (
        <ul class="rows">
          {failing.slice(0, MOST).map(({ name, latest }) => (
            <li key={name}>
              <VerdictBadge verdict={latest?.verdict} />{' '}
              <a href={addressOf({ view: 'target', name })}>{name}</a>
              {latest?.worst && (
                <span class="why">
                  {latest.worst.endpoint}
                  {latest.worst.cause !== undefined && (
                    <>
                      {' '}
                      <a href={addressOf({ view: 'causes', code: latest.worst.cause })}>
                        <code>{latest.worst.cause}</code>
                      </a>
                    </>
                  )}{' '}
                  <span class="dim">
                    <Time iso={latest.worst.since} />
                  </span>
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      <p>
        <a href={addressOf({ view: 'targets' })}>{say('needs.all')}</a>
      </p>
    </section>
  );
}
