import { useId } from 'preact/hooks';
import { TextField } from '../parts/text-field.tsx';
import { Tick } from '../parts/tick.tsx';
import { useSpeech } from '../words/words.ts';
import {
  EXPECTATION_NAMES,
  EXPECTATIONS,
  type ExpectationFields,
  type ExpectationName,
  TLS_VERSIONS,
} from './expectations.ts';

interface Props {
  readonly fields: ExpectationFields;
  readonly set: (name: ExpectationName, text: string) => void;
  readonly faultAt: (field: `expect-${string}`) => string | undefined;
  readonly isOpen: boolean;
}

/** What must hold beyond an answer: of every address of the target that it fits. */
export function ExpectationsPart({ fields, set, faultAt, isOpen }: Props) {
  const { say } = useSpeech();
  return (
    <details class="options" open={isOpen}>
      <summary>{say('register.expected')}</summary>
      {EXPECTATION_NAMES.map((name) => {
        const text = fields[name] ?? '';
        const form = EXPECTATIONS[name];
        const label = say(`expect.${name}`);
        if (form === 'tick')
          return <Tick key={name} label={label} is={text !== ''} set={(is) => set(name, is ? 'yes' : '')} />;
        if (form === 'tls')
          return <TlsChoice key={name} label={label} value={text} set={(value) => set(name, value)} />;
        return (
          <TextField
            key={name}
            name={`expect-${name}`}
            label={label}
            value={text}
            set={(value) => set(name, value)}
            fault={faultAt(`expect-${name}`)}
            maxLength={form === 'text' ? 500 : 2_000}
          />
        );
      })}
    </details>
  );
}

function TlsChoice(props: {
  readonly label: string;
  readonly value: string;
  readonly set: (value: string) => void;
}) {
  const { say } = useSpeech();
  const id = useId();
  return (
    <>
      <label for={id}>{props.label}</label>
      <select id={id} value={props.value} onChange={({ currentTarget }) => props.set(currentTarget.value)}>
        <option value="">{say('expect.none')}</option>
        {TLS_VERSIONS.map((version) => (
          <option key={version} value={version}>
            {version === 'TLSv1' ? 'TLS 1.0' : version.replace('v', ' ')}
          </option>
        ))}
      </select>
    </>
  );
}
