import { useCallback } from 'preact/hooks';
import { useApi } from '../api/api-context.ts';
import { useAnswer } from '../live/use-answer.ts';
import { Trouble } from '../parts/trouble.tsx';
import { useSpeech } from '../words/words.ts';

const EVERY_MS = 30_000;

export function OurSide() {
  const { say } = useSpeech();
  const api = useApi();
  const { value, trouble } = useAnswer(
    useCallback(() => api('getFleet', {}), [api]),
    EVERY_MS,
  );
  const running = value?.runs.filter(({ status }) => status === 'running').length ?? 0;
  return (
    <section class="card" aria-labelledby="ours">
      <h2 id="ours">{say('ours.title')}</h2>
      <Trouble of={trouble} />
      {value && (
        <p class={value.stopped === undefined ? '' : 'bad'}>
          {value.stopped === undefined
            ? say('ours.fine', { list: value.vantages.map(({ id }) => id).join(', ') })
            : say('ours.stopped', { by: value.stopped.by, reason: value.stopped.reason })}
        </p>
      )}
      {running > 0 && <p class="dim">{say('ours.running', { count: running })}</p>}
    </section>
  );
}
