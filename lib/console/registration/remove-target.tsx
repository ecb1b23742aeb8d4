import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useApi } from '../api/api-context.ts';
import { useCall } from '../live/use-call.ts';
import { Trouble } from '../parts/trouble.tsx';
import { addressOf } from '../places/place.ts';
import { useSpeech } from '../words/words.ts';

/** Takes a target away, after a question that says what goes and what stays. */
export function RemoveTarget({
  name,
  hasSchedule,
}: {
  readonly name: string;
  readonly hasSchedule: boolean;
}) {
  const { say } = useSpeech();
  const api = useApi();
  const call = useCall();
  const [isAsked, setAsked] = useState(false);
  const first = useRef<HTMLButtonElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (isAsked) first.current?.focus();
  }, [isAsked]);
  const cancel = (): void => {
    setAsked(false);
    requestAnimationFrame(() => opener.current?.focus());
  };
  const remove = (): void => {
    void call.run(
      async () => {
        // The API keeps a target whose schedule goes on.
        if (hasSchedule) {
          const ended = await api('removeSchedule', { params: { target: name } });
          const isOver =
            ended.status === 'answered' || (ended.status === 'refused' && ended.refusal.httpStatus === 404);
          if (!isOver) return ended;
        }
        return api('removeTarget', { params: { name } });
      },
      () => {
        location.hash = addressOf({ view: 'targets' });
      },
    );
  };
  if (!isAsked)
    return (
      <button ref={opener} type="button" onClick={() => setAsked(true)}>
        {say('register.remove')}
      </button>
    );
  return (
    <div class="trouble" role="alertdialog" aria-labelledby="remove-sure">
      <p id="remove-sure">{say('register.remove.sure', { name })}</p>
      <Trouble of={call.trouble} />
      <p class="tools">
        <button ref={first} type="button" onClick={cancel}>
          {say('register.cancel')}
        </button>
        <button type="button" aria-disabled={call.isBusy} onClick={remove}>
          {say('register.remove.yes')}
        </button>
      </p>
    </div>
  );
}
