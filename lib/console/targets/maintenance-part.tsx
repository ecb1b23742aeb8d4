import { useId, useState } from 'preact/hooks';
import { useApi } from '../api/api-context.ts';
import type { AnswerOf } from '../api/operations.ts';
import { useRights } from '../home/rights.ts';
import { useCall } from '../live/use-call.ts';
import { Time } from '../parts/time.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { useSpeech } from '../words/words.ts';

type Windows = AnswerOf<'listMaintenance'>['windows'];

/** Times in which nobody is told of what scheduled runs show. */
export function MaintenancePart(props: {
  readonly target: string;
  readonly windows: Windows;
  readonly changed: () => void;
}) {
  const { say } = useSpeech();
  const api = useApi();
  const { may } = useRights();
  const call = useCall();
  const { target, windows, changed } = props;
  const now = Date.now();
  return (
    <section class="card" aria-labelledby="maintenance">
      <h2 id="maintenance">{say('maintenance.title')}</h2>
      {windows.length === 0 && <p class="dim">{say('maintenance.none')}</p>}
      <ul class="rows">
        {windows.map(({ id, from, to, reason, by }) => {
          const state = now < Date.parse(from) ? 'planned' : now < Date.parse(to) ? 'open' : 'over';
          return (
            <li key={id}>
              <b>{say(`maintenance.${state}`)}</b> <Time iso={from} /> – <Time iso={to} />
              <span class="why">
                {reason} <span class="dim">{by}</span>
              </span>
              {state !== 'over' && may('removeMaintenance') && (
                <button
                  type="button"
                  aria-disabled={call.isBusy}
                  onClick={() =>
                    void call.run(() => api('removeMaintenance', { params: { target, id } }), changed)
                  }
                >
                  {say(state === 'open' ? 'maintenance.end' : 'maintenance.cancel')}
                  <span class="unseen"> {reason}</span>
                </button>
              )}
            </li>
          );
        })}
      </ul>
      <Trouble of={call.trouble} />
      {may('setMaintenance') && <WindowForm target={target} added={changed} />}
    </section>
  );
}

const HOUR_MS = 3_600_000;

/** As a field for a local time has it: without zone, to the minute. */
const fieldOf = (at: number): string =>
  new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

function WindowForm({ target, added }: { readonly target: string; readonly added: () => void }) {
  const { say } = useSpeech();
  const api = useApi();
  const call = useCall();
  const id = useId();
  const [from, setFrom] = useState(() => fieldOf(Date.now()));
  const [to, setTo] = useState(() => fieldOf(Date.now() + 2 * HOUR_MS));
  const [reason, setReason] = useState('');
  const isWhole = from !== '' && to !== '' && reason.trim() !== '';
  const add = (): void => {
    const params = { target, id: crypto.randomUUID().replaceAll('-', '') };
    const [begins, ends] = [new Date(from).toISOString(), new Date(to).toISOString()];
    const body = { from: begins, to: ends, reason: reason.trim() };
    void call.run(
      () => api('setMaintenance', { params, body }),
      () => {
        setReason('');
        added();
      },
    );
  };
  return (
    <form
      class="tools"
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole) add();
      }}
    >
      <span class="field">
        <label for={`${id}-from`}>{say('maintenance.from')}</label>
        <input
          id={`${id}-from`}
          type="datetime-local"
          value={from}
          onInput={({ currentTarget }) => setFrom(currentTarget.value)}
        />
      </span>
      <span class="field">
        <label for={`${id}-to`}>{say('maintenance.to')}</label>
        <input
          id={`${id}-to`}
          type="datetime-local"
          value={to}
          onInput={({ currentTarget }) => setTo(currentTarget.value)}
        />
      </span>
      <span class="field">
        <label for={`${id}-reason`}>{say('maintenance.reason')}</label>
        <input
          id={`${id}-reason`}
          value={reason}
          maxLength={300}
          onInput={({ currentTarget }) => setReason(currentTarget.value)}
        />
      </span>
      <button type="submit" aria-disabled={call.isBusy || !isWhole}>
        {say('maintenance.add')}
      </button>
      <Trouble of={call.trouble} />
    </form>
  );
}
