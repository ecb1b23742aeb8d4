/** From somebody who has proven who they are to a session, and from a session's cookie to who asks. */
import type { Role } from '../../../service/api/roles.ts';
import type { Audit } from './audit.ts';
import { type Caller, callerText, lowerRole } from './caller.ts';
import { type CookieNames, setCookie } from './cookies.ts';
import type { PeopleStore, Person } from './people.ts';
import type { SessionInfo, SessionStore, Visitor } from './sessions.ts';

export interface SignInPorts {
  readonly people: PeopleStore;
  readonly sessions: SessionStore;
  readonly audit: Pick<Audit, 'record'>;
}

export interface SignedIn {
  readonly caller: Caller & { readonly session: string };
  readonly person: Person;
  readonly session: SessionInfo;
}

/** Seconds that the browser keeps the cookie: longer than any session, which the station ends by itself. */
const COOKIE_SECONDS = 7 * 86_400;

/**
 * Begins a session, and gives the cookies to set. The one that the browser had before is ended: whoever knows it gets no
 * further by it (session fixation).
 */
export function beginSession(
  { people, sessions, audit }: SignInPorts,
  names: CookieNames,
  asked: {
    readonly person: Person;
    readonly role: Role;
    readonly visitor: Visitor;
    readonly before: string | undefined;
    /** How they signed in. */
    readonly how: string;
  },
): readonly string[] {
  const { person, role, visitor, before, how } = asked;
  const old = before === undefined ? undefined : sessions.find(before);
  if (old !== undefined) sessions.end(old.id);
  const secret = sessions.begin(person.handle, role, visitor);
  people.signedIn(person.handle);
  const who = callerText({ role, name: person.handle });
  audit.record({ who, what: 'signIn', about: how, client: visitor.client, outcome: 'done' });
  return [setCookie(names.session, secret, COOKIE_SECONDS, names), setCookie(names.form, '', 0, names)];
}

/** Who is signed in by this secret; the role is the lower one of the session's and the person's of now. */
export function signedInBy(
  { people, sessions }: SignInPorts,
  secret: string | undefined,
): SignedIn | undefined {
  const session = secret === undefined ? undefined : sessions.find(secret);
  const person = session && people.active(session.person);
  if (session === undefined || person === undefined) return undefined;
  const role = lowerRole(session.role, person.role);
  return { caller: { name: person.handle, role, session: session.id }, person, session };
}
