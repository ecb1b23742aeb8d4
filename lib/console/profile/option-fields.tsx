import { useId } from 'preact/hooks';
import { TextField } from '../parts/text-field.tsx';
import { Tick } from '../parts/tick.tsx';
import { useSpeech } from '../words/words.ts';
import { profileCards } from './profile-cards.ts';
import { type OptionFields, offeredBy, UI_CHOICES } from './profile-options.ts';

/** What the chosen profile lets its user choose, in plain words; nothing where it has no choice. */
export function ProfileOptionFields(props: {
  readonly profile: string;
  readonly fields: OptionFields;
  readonly set: (change: Partial<OptionFields>) => void;
  readonly faultAt: (field: 'domain' | 'recipient' | 'letIn') => string | undefined;
  /** Shown from the beginning: something is chosen, or wrong. */
  readonly isOpen: boolean;
}) {
  const { say } = useSpeech();
  const id = useId();
  const { profile, fields, set, faultAt, isOpen } = props;
  const offered = offeredBy(profileCards.find((card) => card.id === profile));
  if (!Object.values(offered).includes(true)) return null;
  return (
    <details class="options" open={isOpen}>
      <summary>{say('option.title')}</summary>
      {offered.quic && <Tick label={say('option.quic')} is={fields.quic} set={(quic) => set({ quic })} />}
      {offered.replies && (
        <Tick label={say('option.replies')} is={fields.replies} set={(replies) => set({ replies })} />
      )}
      {offered.mail && (!offered.replies || fields.replies) && (
        <>
          <TextField
            name="domain"
            label={say('option.domain')}
            value={fields.domain}
            set={(domain) => set({ domain })}
            fault={faultAt('domain')}
          />
          <TextField
            name="recipient"
            label={say('option.recipient')}
            value={fields.recipient}
            set={(recipient) => set({ recipient })}
            fault={faultAt('recipient')}
          />
        </>
      )}
      {offered.restricted && (
        <>
          <label for={`${id}-ui`}>{say('option.ui')}</label>
          <select
            id={`${id}-ui`}
            value={fields.ui}
            onChange={({ currentTarget }) =>
              set({ ui: UI_CHOICES.find((one) => one === currentTarget.value) ?? 'allow-listed' })
            }
          >
            {UI_CHOICES.map((one) => (
              <option key={one} value={one}>
                {say(`option.ui.${one}`)}
              </option>
            ))}
          </select>
          <TextField
            name="letIn"
            label={say('option.letIn')}
            hint={say('option.letIn.hint')}
            value={fields.letIn}
            set={(letIn) => set({ letIn })}
            fault={faultAt('letIn')}
          />
        </>
      )}
      {offered.dependencies && (
        <Tick
          label={say('option.dependencies')}
          is={fields.dependencies}
          set={(dependencies) => set({ dependencies })}
        />
      )}
    </details>
  );
}
