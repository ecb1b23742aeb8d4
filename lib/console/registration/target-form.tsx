import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { useApi } from '../api/api-context.ts';
import type { ApiReply } from '../api/reply.ts';
import { useRights } from '../home/rights.ts';
import { fieldNamed } from '../parts/field-named.ts';
import { NotYours } from '../parts/not-yours.tsx';
import { TextField } from '../parts/text-field.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { addressOf } from '../places/place.ts';
import { ProfileOptionFields } from '../profile/option-fields.tsx';
import { ProfileChoice } from '../profile/profile-choice.tsx';
import { NO_OPTIONS } from '../profile/profile-options.ts';
import { useSpeech } from '../words/words.ts';
import { AddressRows } from './address-rows.tsx';
import { ExpectationsPart } from './expectation-fields.tsx';
import { type KnownSchedule, type Saved, saveTarget } from './save-target.ts';
import { ruleOf } from './schedule-rule.ts';
import type { FieldName, TargetFields } from './target-fields.ts';
import { WhoIsTold } from './who-is-told.tsx';

interface FormProps {
  readonly first: TargetFields;
  readonly schedule: KnownSchedule;
  /** What stands in its field at first; absent: what it has. */
  readonly rule?: string;
  /** It is registered: its name stays. */
  readonly isKnown: boolean;
  readonly children?: ComponentChildren;
}

/** One form to register a target and to change it. What was typed stays, whatever is refused. */
export function TargetForm({ first, schedule, rule: proposed, isKnown, children }: FormProps) {
  const { say } = useSpeech();
  const api = useApi();
  const { may } = useRights();
  const form = useRef<HTMLFormElement>(null);
  const [fields, setFields] = useState(first);
  const [rule, setRule] = useState(proposed ?? schedule.rule);
  const timezone = schedule.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const asked = ruleOf(rule, timezone);
  const [known, setKnown] = useState(isKnown);
  const [fault, setFault] = useState<{ readonly field: FieldName; readonly text: string }>();
  const [trouble, setTrouble] = useState<Exclude<ApiReply<unknown>, { status: 'answered' }>>();
  const [isBusy, setBusy] = useState(false);
  const set = (change: Partial<TargetFields>): void => setFields((before) => ({ ...before, ...change }));
  const faultAt = (field: FieldName): string | undefined => (fault?.field === field ? fault.text : undefined);
  const isFaultIn = (names: readonly string[]): boolean => fault !== undefined && names.includes(fault.field);

  const show = (saved: Saved): void => {
    setTrouble(saved.status === 'trouble' ? saved.trouble : undefined);
    setFault(undefined);
    if (saved.status === 'saved') location.hash = addressOf({ view: 'target', name: saved.name });
    if (saved.status !== 'fault') return;
    if (saved.isRegistered) setKnown(true);
    const text = 'label' in saved ? say(saved.label) : saved.text;
    setFault({
      field: saved.field,
      text: saved.isRegistered ? `${say('register.schedule.left')} ${text}` : text,
    });
    // Its group may be folded up until the fault is drawn.
    requestAnimationFrame(() => fieldNamed(form.current, saved.field)?.focus());
  };
  const submit = async (event?: Event): Promise<void> => {
    event?.preventDefault();
    if (isBusy) return;
    setBusy(true);
    const saved = await saveTarget(api, { fields, rule, before: schedule, timezone, isKnown: known });
    setBusy(false);
    show(saved);
  };

  if (!may('putTarget')) return <NotYours what="register" />;
  return (
    <form ref={form} class="card check registering" onSubmit={(event) => void submit(event)} noValidate>
      {children}
      <TextField
        name="name"
        label={say('register.name')}
        hint={say('register.name.hint')}
        fault={faultAt('name')}
        value={fields.name}
        set={(name) => set({ name })}
        maxLength={100}
        isDisabled={known}
      />
      <ProfileChoice
        legend={say('register.what')}
        chosen={fields.profile}
        none={{ title: say('register.single'), text: say('register.single.text') }}
        choose={(profile) => set({ profile })}
      />
      {faultAt('profile') !== undefined && <p class="hint bad">{faultAt('profile')}</p>}
      {fields.profile !== '' && (
        <>
          <TextField
            name="host"
            label={say('register.host')}
            hint={say('register.host.hint')}
            fault={faultAt('host')}
            value={fields.host}
            set={(host) => set({ host })}
          />
          <ProfileOptionFields
            profile={fields.profile}
            fields={fields.options}
            set={(change) => set({ options: { ...fields.options, ...change } })}
            faultAt={faultAt}
            isOpen={isFaultIn(['domain', 'recipient', 'letIn']) || !isUntouched(fields.options)}
          />
        </>
      )}
      <AddressRows
        legend={say(fields.profile === '' ? 'register.rows' : 'register.rows.more')}
        rows={fields.rows}
        set={(rows) => set({ rows })}
        faultAt={faultAt}
      />
      <ExpectationsPart
        fields={fields.expected}
        set={(name, text) => set({ expected: { ...fields.expected, [name]: text } })}
        faultAt={faultAt}
        isOpen={(fault?.field.startsWith('expect-') ?? false) || Object.values(fields.expected).some(Boolean)}
      />
      <TextField
        name="schedule"
        label={say('register.schedule')}
        hint={say('register.schedule.hint')}
        fault={faultAt('schedule')}
        value={rule}
        set={setRule}
      />
      {asked !== undefined && 'cron' in asked && (
        <p class="hint">
          {say('schedule.zone')}: {timezone}
        </p>
      )}
      <TextField
        name="owner"
        label={say('register.owner')}
        hint={say('register.owner.hint')}
        fault={faultAt('owner')}
        value={fields.owner}
        set={(owner) => set({ owner })}
        maxLength={200}
      />
      <p class="told">
        {say('register.told')}: <WhoIsTold name={fields.name.trim()} />
      </p>
      <Trouble of={trouble} again={() => void submit()} />
      {fault !== undefined && fieldNamed(form.current, fault.field) === undefined && (
        <p class="trouble" role="alert">
          {fault.text}
        </p>
      )}
      <p class="tools">
        <button class="main" type="submit" aria-disabled={isBusy}>
          {say(known ? 'register.save.change' : 'register.save')}
        </button>
        <a href={addressOf(known ? { view: 'target', name: fields.name } : { view: 'targets' })}>
          {say('register.cancel')}
        </a>
      </p>
    </form>
  );
}

const isUntouched = (options: TargetFields['options']): boolean =>
  JSON.stringify(options) === JSON.stringify(NO_OPTIONS);
