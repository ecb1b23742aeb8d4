import { useId, useState } from 'preact/hooks';
import type { OpenAlert } from '../../service/contracts/open-alert.ts';
import { useApi } from '../api/api-context.ts';
import { useRights } from '../home/rights.ts';
import { useCall } from '../live/use-call.ts';
import { Time } from '../parts/time.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { addressOf } from '../places/place.ts';
import { useSpeech } from '../words/words.ts';

/** What somebody has to take up, or has: with a reason that everybody gets. */
export function AlertRow({ alert, changed }: { readonly alert: OpenAlert; readonly changed: () => void }) {
  const { say } = useSpeech();
  const { may } = useRights();
  const { target, title, since, acknowledged } = alert;
  return (
    <li>
      <a href={addressOf({ view: 'target', name: target })}>{target}</a>{' '}
      <span class="why">
        {title}{' '}
        <span class="dim">
          <Time iso={since} />
        </span>
      </span>
      {acknowledged ? (
        <p class="dim">
          {say('alert.acknowledged', { by: acknowledged.by })} {acknowledged.reason}
        </p>
      ) : (
        may('acknowledgeAlert') && <TakeUp target={target} changed={changed} />
      )}
    </li>
  );
}

function TakeUp({ target, changed }: { readonly target: string; readonly changed: () => void }) {
  const { say } = useSpeech();
  const api = useApi();
  const id = useId();
  const call = useCall();
  const [reason, setReason] = useState('');
  return (
    <form
      class="tools"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() === '') return;
        const body = { reason: reason.trim() };
        void call.run(() => api('acknowledgeAlert', { params: { target }, body }), changed);
      }}
    >
      <label for={id} class="unseen">
        {say('alert.reason')} {target}
      </label>
      <input
        id={id}
        value={reason}
        placeholder={say('alert.reason')}
        maxLength={200}
        onInput={({ currentTarget }) => setReason(currentTarget.value)}
      />
      <button type="submit" aria-disabled={call.isBusy || reason.trim() === ''}>
        {say('alert.acknowledge')}
        <span class="unseen"> {target}</span>
      </button>
      <Trouble of={call.trouble} />
    </form>
  );
}
