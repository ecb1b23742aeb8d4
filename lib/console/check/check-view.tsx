/** The first screen: a field to check something, what needs somebody, and our own side. */
import { useRef, useState } from 'preact/hooks';
import { OpenAlerts } from '../alerts/open-alerts.tsx';
import { useApi } from '../api/api-context.ts';
import type { ApiReply } from '../api/reply.ts';
import { useRights } from '../home/rights.ts';
import { fieldNamed } from '../parts/field-named.ts';
import { NotYours } from '../parts/not-yours.tsx';
import { refusalWords } from '../parts/refusal-words.ts';
import { TextField } from '../parts/text-field.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { addressOf } from '../places/place.ts';
import { ProfileOptionFields } from '../profile/option-fields.tsx';
import { ProfileChoice } from '../profile/profile-choice.tsx';
import { NO_OPTIONS } from '../profile/profile-options.ts';
import { useSpeech } from '../words/words.ts';
import { NeedsSomebody } from './needs-somebody.tsx';
import { type CheckFields, orderOf, refusedFieldOf } from './order.ts';
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
  const form = useRef<HTMLFormElement>(null);
  const [fields, setFields] = useState<CheckFields>({
    host: '',
    profile: '',
    ticket: '',
    options: NO_OPTIONS,
    ...given,
  });
  const [shown, setFault] = useState<{ field: 'host' | 'ticket'; text: string }>();
  const [trouble, setTrouble] = useState<Exclude<ApiReply<unknown>, { status: 'answered' }>>();
  const [isBusy, setBusy] = useState(false);
  const set = (change: Partial<CheckFields>): void => setFields((before) => ({ ...before, ...change }));
  const isUri = fields.host.includes('://');

  const showAt = (field: 'host' | 'ticket', text: string): void => {
    setFault({ field, text });
    fieldNamed(form.current, field)?.focus();
  };
  const submit = async (event?: Event): Promise<void> => {
    event?.preventDefault();
    if (isBusy) return;
    const order = orderOf(fields);
    setTrouble(undefined);
    if (!order.ok) return showAt(order.field, say(order.label));
    setFault(undefined);
    setBusy(true);
    const answer = await api('validate', order.asked);
    setBusy(false);
    if (answer.status !== 'answered') {
      const field = answer.status === 'refused' ? refusedFieldOf(answer.refusal) : undefined;
      return field === undefined || answer.status !== 'refused'
        ? setTrouble(answer)
        : showAt(field, refusalWords(answer.refusal));
    }
    location.hash = addressOf({ view: 'run', runId: answer.value.runId });
  };
  const fault = (field: 'host' | 'ticket') => (shown?.field === field ? shown.text : undefined);

  return (
    <form ref={form} class="card check" onSubmit={(event) => void submit(event)} noValidate>
      <h1 tabIndex={-1}>{say('check.title')}</h1>
      <TextField
        name="host"
        label={say('check.host')}
        hint={say('check.host.hint')}
        fault={fault('host')}
        value={fields.host}
        set={(value) => set({ host: value })}
      />
      {!isUri && (
        <>
          <ProfileChoice
            legend={say('check.profile')}
            chosen={fields.profile}
            none={{ title: say('check.profile.unsure'), text: say('check.profile.unsure.text') }}
            choose={(profile) => set({ profile })}
          />
          <ProfileOptionFields
            profile={fields.profile}
            fields={fields.options}
            set={(change) => set({ options: { ...fields.options, ...change } })}
            faultAt={() => undefined}
            isOpen={fields.options !== NO_OPTIONS}
          />
        </>
      )}
      <TextField
        name="ticket"
        label={say('check.ticket')}
        hint={say('check.ticket.hint')}
        fault={fault('ticket')}
        value={fields.ticket}
        set={(value) => set({ ticket: value })}
        maxLength={100}
      />
      <Trouble of={trouble} again={() => void submit()} />
      <button class="main" type="submit" aria-disabled={isBusy}>
        {say(isBusy ? 'check.submitting' : 'check.submit')}
      </button>
    </form>
  );
}
