/** The first screen: a field to check something, what needs somebody, and our own side. */
import { useId, useRef, useState } from 'preact/hooks';
import { OpenAlerts } from '../alerts/open-alerts.tsx';
import { useApi } from '../api/api-context.ts';
import type { ApiReply } from '../api/reply.ts';
import { useRights } from '../home/rights.ts';
import { NotYours } from '../parts/not-yours.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { addressOf } from '../places/place.ts';
import { type ProfileCard, profileCards, rowWords } from '../reference/profile-cards.ts';
import { useSpeech } from '../words/words.ts';
import { NeedsSomebody } from './needs-somebody.tsx';
import { type CheckFields, orderOf } from './order.ts';
import { OurSide } from './our-side.tsx';

export function CheckView({ given }: { readonly given: Partial<CheckFields> }) {
  const { say } = useSpeech();
  const { may } = useRights();
  return (
    <div class="columns">
      {may('validate') ? (
        <CheckForm given={given} />
      ) : (
        <section class="card">
          <h1 tabIndex={-1}>{say('check.title')}</h1>
          <NotYours what="check" />
        </section>
      )}
      <div>
        <OpenAlerts />
        <NeedsSomebody />
        <OurSide />
      </div>
    </div>
  );
}

function CheckForm({ given }: { readonly given: Partial<CheckFields> }) {
  const { say } = useSpeech();
  const api = useApi();
  const id = useId();
  const host = useRef<HTMLInputElement>(null);
  const ticket = useRef<HTMLInputElement>(null);
  const [fields, setFields] = useState<CheckFields>({ host: '', profile: '', ticket: '', ...given });
  const [missing, setMissing] = useState<{ field: 'host' | 'ticket'; text: string }>();
  const [trouble, setTrouble] = useState<Exclude<ApiReply<unknown>, { status: 'answered' }>>();
  const [isBusy, setBusy] = useState(false);
  const set = (change: Partial<CheckFields>): void => setFields((before) => ({ ...before, ...change }));
  const isUri = fields.host.includes('://');

  const submit = async (event?: Event): Promise<void> => {
    event?.preventDefault();
    const order = orderOf(fields);
    setTrouble(undefined);
    if (!order.ok) {
      setMissing({ field: order.field, text: say(order.label) });
      (order.field === 'host' ? host : ticket).current?.focus();
      return;
    }
    setMissing(undefined);
    setBusy(true);
    const answer = await api('validate', order.asked);
    setBusy(false);
    if (answer.status !== 'answered') return setTrouble(answer);
    location.hash = addressOf({ view: 'run', runId: answer.value.runId });
  };
  const fault = (field: 'host' | 'ticket') => (missing?.field === field ? missing.text : undefined);

  return (
    <form class="card check" onSubmit={(event) => void submit(event)} noValidate>
      <h1 tabIndex={-1}>{say('check.title')}</h1>
      <label for={`${id}-host`}>{say('check.host')}</label>
      <input
        id={`${id}-host`}
        ref={host}
        name="host"
        value={fields.host}
        onInput={({ currentTarget }) => set({ host: currentTarget.value })}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        aria-invalid={fault('host') !== undefined}
        aria-describedby={`${id}-host-hint`}
      />
      <p id={`${id}-host-hint`} class={fault('host') === undefined ? 'hint' : 'hint bad'}>
        {fault('host') ?? say('check.host.hint')}
      </p>
      {!isUri && (
        <fieldset class="cards">
          <legend>{say('check.profile')}</legend>
          <Card
            chosen={fields.profile}
            id=""
            title={say('check.profile.unsure')}
            text={say('check.profile.unsure.text')}
            choose={(profile) => set({ profile })}
          />
          {profileCards.map((card) => (
            <Card
              key={card.id}
              chosen={fields.profile}
              id={card.id}
              title={card.title}
              text={card.description}
              rows={card}
              choose={(profile) => set({ profile })}
            />
          ))}
        </fieldset>
      )}
      <label for={`${id}-ticket`}>{say('check.ticket')}</label>
      <input
        id={`${id}-ticket`}
        ref={ticket}
        name="ticket"
        value={fields.ticket}
        maxLength={100}
        onInput={({ currentTarget }) => set({ ticket: currentTarget.value })}
        autocomplete="off"
        aria-invalid={fault('ticket') !== undefined}
        aria-describedby={`${id}-ticket-hint`}
      />
      <p id={`${id}-ticket-hint`} class={fault('ticket') === undefined ? 'hint' : 'hint bad'}>
        {fault('ticket') ?? say('check.ticket.hint')}
      </p>
      <Trouble of={trouble} again={() => void submit()} />
      <button class="main" type="submit" disabled={isBusy}>
        {say(isBusy ? 'check.submitting' : 'check.submit')}
      </button>
    </form>
  );
}

function Card(props: {
  readonly chosen: string;
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly rows?: ProfileCard;
  readonly choose: (id: string) => void;
}) {
  const { chosen, id, title, text, rows, choose } = props;
  const shown = rows?.rows.filter(({ group }) => group === undefined || group === 'always') ?? [];
  return (
    <label class="choice">
      <input type="radio" name="profile" value={id} checked={chosen === id} onChange={() => choose(id)} />
      <span>
        <b>{title}</b>
        <span class="hint">{text}</span>
        {shown.length > 0 && <span class="ports">{[...new Set(shown.map(rowWords))].join(' · ')}</span>}
      </span>
    </label>
  );
}
