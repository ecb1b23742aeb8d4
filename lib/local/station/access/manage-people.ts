/** What an operator does with people, through the API and on the machine alike. */
import { isoTime } from '../../../net/clock.ts';
import type { Role } from '../../../service/api/roles.ts';
import type { PeopleStore, Person, PersonChange } from './people.ts';
import { OWNER } from './people.ts';
import type { SessionStore } from './sessions.ts';
import type { SignInLinks } from './sign-in-links.ts';
import type { TokenStore } from './tokens.ts';

export interface ManagePorts {
  readonly people: PeopleStore;
  readonly sessions: SessionStore;
  readonly tokens: TokenStore;
  readonly links: SignInLinks;
  /** Where the station is; undefined: not known yet. */
  readonly address: { readonly get: () => string | undefined };
  /** Epoch ms. */
  readonly now: () => number;
}

export interface Invited {
  readonly url: string;
  readonly expiresAt: string;
}

const DAY_MS = 86_400_000;

/** `taken`: somebody has the name. `nowhere`: the station never ran. */
export function invite(
  { people, links, address, now }: ManagePorts,
  {
    name,
    role,
    days,
    by,
  }: { readonly name: string; readonly role: Role; readonly days: number; readonly by: string },
): Invited | 'taken' | 'nowhere' {
  const url = address.get();
  if (url === undefined) return 'nowhere';
  if (name.toLowerCase() === OWNER || people.byName(name) !== undefined) return 'taken';
  const ms = days * DAY_MS;
  const secret = links.make({ kind: 'invitation', role, name, by, ms });
  return { url: `${url}/invitation/${secret}`, expiresAt: isoTime(now() + ms) };
}

/**
 * Undefined: there is nobody of that handle any more. Ends the sessions, so that the next sign-in has the new role, and the
 * person's invitations: whoever is let in no more could come back by one of them.
 */
export function changePerson(
  { people, sessions, links }: ManagePorts,
  handle: string,
  change: PersonChange,
): Person | undefined {
  if (!people.change(handle, change)) return undefined;
  sessions.endOf(handle);
  links.endOf(handle);
  return people.find(handle);
}

export function removePerson({ people, sessions, tokens, links }: ManagePorts, handle: string): boolean {
  sessions.endOf(handle);
  links.endOf(handle);
  tokens.revokeOf(handle);
  return people.remove(handle);
}

/** False: nobody has the handle. What stands in signed reports is the handle, which then stands for nobody. */
export function forgetPerson(ports: ManagePorts, handle: string): boolean {
  const person = ports.people.find(handle);
  if (person === undefined) return false;
  removePerson(ports, handle);
  ports.people.forget(handle);
  if (person.name !== undefined) ports.links.forget(person.name);
  return true;
}
