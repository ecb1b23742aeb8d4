import { useCallback, useId, useState } from 'preact/hooks';
import type { VantagePosition } from '../../model/position.ts';
import { useApi } from '../api/api-context.ts';
import type { AnswerOf } from '../api/operations.ts';
import { useRights } from '../home/rights.ts';
import { useAnswer } from '../live/use-answer.ts';
import { useCall } from '../live/use-call.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Time } from '../parts/time.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { useSpeech } from '../words/words.ts';

const EVERY_MS = 10_000;
const POSITIONS = ['internet', 'allow-listed', 'inside'] as const satisfies readonly VantagePosition[];

/** Machines elsewhere that measure, too: who they are, and how one joins. */
export function SiteVantages() {
  const { say } = useSpeech();
  const api = useApi();
  const { may } = useRights();
  const call = useCall();
  const { value, trouble, reload } = useAnswer(
    useCallback(() => api('listVantages', {}), [api]),
    EVERY_MS,
  );
  return (
    <section class="card" aria-labelledby="sites">
      <h2 id="sites">{say('sites.title')}</h2>
      <p class="dim">{say('sites.text')}</p>
      <Trouble of={trouble} again={reload} />
      <Trouble of={call.trouble} />
      <ul class="rows">
        {value?.vantages.map(({ name, position, status, heardAt, from }) => (
          <li key={name}>
            <b>{name}</b> {say(`sites.${position}`)}, {say(`sites.status.${status}`)}{' '}
            <span class="dim">
              {from} {heardAt !== undefined && <Time iso={heardAt} />}
            </span>{' '}
            {status !== 'own' && may('removeVantage') && (
              <button
                type="button"
                aria-disabled={call.isBusy}
                onClick={() => void call.run(() => api('removeVantage', { params: { name } }), reload)}
              >
                {say('sites.remove')}
                <span class="unseen"> {name}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      {may('putVantage') && <Invite changed={reload} />}
    </section>
  );
}

function Invite({ changed }: { readonly changed: () => void }) {
  const { say } = useSpeech();
  const api = useApi();
  const id = useId();
  const call = useCall();
  const [name, setName] = useState('');
  const [position, setPosition] = useState<VantagePosition>('internet');
  const [made, setMade] = useState<AnswerOf<'putVantage'>>();
  const invite = (event: Event): void => {
    event.preventDefault();
    if (name.trim() === '') return;
    void call.run(
      () => api('putVantage', { params: { name: name.trim() }, body: { position } }),
      (value) => {
        setMade(value);
        setName('');
        changed();
      },
    );
  };
  return (
    <>
      <form class="tools" onSubmit={invite}>
        <span class="field">
          <label for={`${id}-name`}>{say('sites.name')}</label>
          <input
            id={`${id}-name`}
            value={name}
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
        </span>
        <span class="field">
          <label for={`${id}-position`}>{say('sites.position')}</label>
          <select
            id={`${id}-position`}
            value={position}
            onChange={({ currentTarget }) =>
              setPosition(POSITIONS.find((one) => one === currentTarget.value) ?? 'internet')
            }
          >
            {POSITIONS.map((one) => (
              <option key={one} value={one}>
                {say(`sites.${one}`)}
              </option>
            ))}
          </select>
        </span>
        <button type="submit" aria-disabled={call.isBusy || name.trim() === ''}>
          {say('sites.invite')}
        </button>
      </form>
      <Trouble of={call.trouble} />
      {made?.code !== undefined && (
        <div class="code" role="status">
          <p>{say('sites.code', { name: made.name })}</p>
          <p>
            <code>{made.code}</code> <CopyButton text={made.code} about={made.name} />
          </p>
          <pre>{`inbound-check vantage join ${location.origin}`}</pre>
        </div>
      )}
    </>
  );
}
