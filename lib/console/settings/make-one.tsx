import { useId, useState } from 'preact/hooks';
import { ROLES } from '../../service/contracts/role-names.ts';
import type { AnswerOf } from '../api/operations.ts';
import type { ApiReply } from '../api/reply.ts';
import { useCall } from '../live/use-call.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { useSpeech } from '../words/words.ts';

type RoleName = AnswerOf<'getMe'>['role'];
/** From the least to the most. */
const LEAST_FIRST = ROLES.toReversed();

/** A name and a role; what comes of it (a link, a token) is shown once. */
export function MakeOne(props: {
  readonly label: string;
  readonly once: string;
  /** Nobody gives more than their own. */
  readonly most: RoleName;
  readonly make: (name: string, role: RoleName) => Promise<ApiReply<string>>;
  readonly made: () => void;
}) {
  const { say } = useSpeech();
  const id = useId();
  const call = useCall();
  const [name, setName] = useState('');
  const [role, setRole] = useState<RoleName>('reader');
  const [secret, setSecret] = useState<string>();
  const submit = (event: Event): void => {
    event.preventDefault();
    if (name.trim() === '') return;
    void call.run(
      () => props.make(name.trim(), role),
      (value) => {
        setSecret(value);
        setName('');
        props.made();
      },
    );
  };
  return (
    <>
      <form class="tools" onSubmit={submit}>
        <span class="field">
          <label for={`${id}-name`}>{say('people.name')}</label>
          <input
            id={`${id}-name`}
            value={name}
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
        </span>
        <span class="field">
          <label for={`${id}-role`}>{say('people.role')}</label>
          <select
            id={`${id}-role`}
            value={role}
            onChange={({ currentTarget }) =>
              setRole(ROLES.find((one) => one === currentTarget.value) ?? 'reader')
            }
          >
            {LEAST_FIRST.slice(0, LEAST_FIRST.indexOf(props.most) + 1).map((one) => (
              <option key={one} value={one}>
                {say(`role.${one}`)}
              </option>
            ))}
          </select>
        </span>
        <button type="submit" aria-disabled={call.isBusy || name.trim() === ''}>
          {props.label}
        </button>
      </form>
      <Trouble of={call.trouble} />
      {secret !== undefined && (
        <p class="code" role="status">
          {props.once} <code>{secret}</code> <CopyButton text={secret} about={props.label} />
        </p>
      )}
    </>
  );
}
