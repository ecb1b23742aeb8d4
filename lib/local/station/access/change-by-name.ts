/** What `serve person` does to whoever has a name. */
import { changePerson, forgetPerson, type ManagePorts, removePerson } from './manage-people.ts';

export interface ByNamePorts extends ManagePorts {
  /** Puts another name in the place of a token's in all records; gives that name, or undefined where it is in none. */
  readonly takeOut: (name: string) => string | undefined;
}

/** Gives what was done, in a sentence; undefined: nobody has the name. */
export function changeByName(
  ports: ByNamePorts,
  what: 'disable' | 'enable' | 'remove' | 'forget',
  name: string,
): string | undefined {
  const found = ports.people
    .named(name)
    .filter(({ kind }) => kind !== 'owner' && (what === 'forget' || kind !== 'removed'));
  const handles = found.map(({ handle }) => handle);
  switch (what) {
    case 'disable':
    case 'enable':
      for (const handle of handles) changePerson(ports, handle, { disabled: what === 'disable' });
      return words(handles, what === 'disable' ? 'can’t sign in any more' : 'may sign in again');
    case 'remove':
      for (const handle of handles) removePerson(ports, handle);
      return words(handles, 'is removed, with sessions and tokens');
    case 'forget': {
      for (const handle of handles) forgetPerson(ports, handle);
      const taken = ports.takeOut(name);
      const done = [
        words(handles, 'stands for nobody any more'),
        ports.tokens.revoke(name) ? 'the token of this name counts no more' : undefined,
        taken && `in records its name is ${taken} now`,
      ].filter((one) => one !== undefined);
      return done.length === 0 ? undefined : done.join('; ');
    }
    default:
      return what satisfies never;
  }
}

const words = (handles: readonly string[], what: string): string | undefined =>
  handles.length === 0 ? undefined : `${handles.join(', ')} ${what}`;
