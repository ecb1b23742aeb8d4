import type { Role } from '../../service/contracts/role-names.ts';
import { useHome } from '../home/home-context.ts';
import type { Rights } from '../home/rights.ts';
import { useSpeech } from '../words/words.ts';

/** Who is signed in, with which role; nothing where nobody tells. */
export function Who({ rights }: { readonly rights: Rights | undefined }) {
  const { say } = useSpeech();
  const { person, signOut } = useHome();
  if (person !== undefined)
    return (
      <span class="who">
        <bdi>{person.name}</bdi>
        <RoleName of={person.role} />{' '}
        <button type="button" onClick={signOut}>
          {say('sign-out')}
        </button>
      </span>
    );
  const me = rights?.me;
  // Its place is kept: nothing moves when the name comes.
  if (me === undefined) return <span class="who" />;
  return (
    <a href="/account" class="who">
      <bdi>{me.name ?? me.handle}</bdi>
      <RoleName of={me.role} />
    </a>
  );
}

function RoleName({ of }: { readonly of: Role | undefined }) {
  const { say } = useSpeech();
  return of === undefined ? null : <span class="dim">, {say(`role.${of}`)}</span>;
}
