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
      return together(
        words(handles, 'is removed, with sessions and tokens'),
        ports.links.forget(name) && 'the invitation of this name counts no more',
      );
    case 'forget': {
      const isInvited = ports.links.forget(name);
      for (const handle of handles) forgetPerson(ports, handle);
      const taken = ports.takeOut(name);
      return together(
        words(handles, 'stands for nobody any more'),
        isInvited && 'the invitation of this name counts no more',
        ports.tokens.revoke(name) && 'the token of this name counts no more',
        taken && `in records its name is ${taken} now`,
      );
    }
    default:
      return what satisfies never;
  }
}

function together(...done: readonly (string | false | undefined)[]): string | undefined {
  const said = done.filter((one) => typeof one === 'string');
  return said.length === 0 ? undefined : said.join('; ');
}

const words = (handles: readonly string[], what: string): string | undefined =>
  handles.length === 0 ? undefined : `${handles.join(', ')} ${what}`;
