import { useCallback } from 'preact/hooks';
import type { Role } from '../../service/contracts/role-names.ts';
import { useApi } from '../api/api-context.ts';
import { useHome } from '../home/home-context.ts';
import { useAnswer } from '../live/use-answer.ts';
import { useSpeech } from '../words/words.ts';

/** Who is signed in, with which role; nothing where nobody tells. */
export function Who() {
  const { say } = useSpeech();
  const { person, signOut } = useHome();
  if (person === undefined) return <WhoByApi />;
  return (
    <span class="who">
      {person.name}
      <RoleName of={person.role} />{' '}
      <button type="button" onClick={signOut}>
        {say('sign-out')}
      </button>
    </span>
  );
}

function WhoByApi() {
  const api = useApi();
  const { value } = useAnswer(useCallback(() => api('getMe', {}), [api]));
  // Its place is kept: nothing moves when the name comes.
  if (value === undefined) return <span class="who" />;
  return (
    <a href="/account" class="who">
      {value.name ?? value.handle}
      <RoleName of={value.role} />
    </a>
  );
}

function RoleName({ of }: { readonly of: Role | undefined }) {
  const { say } = useSpeech();
  return of === undefined ? null : <span class="dim">, {say(`role.${of}`)}</span>;
}
