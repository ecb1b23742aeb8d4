import { useId, useState } from 'preact/hooks';
import { useApi } from '../api/api-context.ts';
import type { AnswerOf } from '../api/operations.ts';
import { useRights } from '../home/rights.ts';
import { useCall } from '../live/use-call.ts';
import { NotYours } from '../parts/not-yours.tsx';
import { Time } from '../parts/time.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { useSpeech } from '../words/words.ts';

/** Behind a second step with a reason: it ends what others have under way. */
export function StopEverything(props: {
  readonly stopped: AnswerOf<'getFleet'>['stopped'];
  readonly changed: () => void;
}) {
  const { stopped, changed } = props;
  const { say } = useSpeech();
  const api = useApi();
  const { may } = useRights();
  const id = useId();
  const call = useCall();
  const [isAsking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const over = (): void => {
    setAsking(false);
    setReason('');
    changed();
  };
  const stop = (event: Event): void => {
    event.preventDefault();
    if (reason.trim() === '') return;
    void call.run(() => api('stopFleet', { body: { reason: reason.trim() } }), over);
  };
  if (stopped !== undefined)
    return (
      <section class="card bad">
        <p>
          {say('ours.stopped', { by: stopped.by, reason: stopped.reason })} <Time iso={stopped.at} />
        </p>
        <Trouble of={call.trouble} />
        {may('resumeFleet') ? (
          <button
            type="button"
            aria-disabled={call.isBusy}
            onClick={() => void call.run(() => api('resumeFleet', {}), over)}
          >
            {say('stop.resume')}
          </button>
        ) : (
          <NotYours what="stop" />
        )}
      </section>
    );
  if (!may('stopFleet')) return null;
  return (
    <section class="card">
      <p>{say('stop.text')}</p>
      <Trouble of={call.trouble} />
      {isAsking ? (
        <form onSubmit={stop} class="tools">
          <span class="field">
            <label for={id}>{say('stop.reason')}</label>
            <input
              id={id}
              value={reason}
              required
              maxLength={500}
              onInput={({ currentTarget }) => setReason(currentTarget.value)}
            />
          </span>
          <button type="submit" class="main" aria-disabled={call.isBusy || reason.trim() === ''}>
            {say('stop.confirm')}
          </button>
          <button type="button" onClick={() => setAsking(false)}>
            {say('stop.cancel')}
          </button>
        </form>
      ) : (
        <button type="button" onClick={() => setAsking(true)}>
          {say('stop.everything')}
        </button>
      )}
    </section>
  );
}
