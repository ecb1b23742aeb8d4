/** Who one is, in which browsers, and by which password. */
import { utc } from '../../../model/units.ts';
import { callerText, isInReach } from '../access/caller.ts';
import { setCookie } from '../access/cookies.ts';
import { PASSWORD_RULE, passwordFault } from '../access/password.ts';
import { beginSession, type SignedIn } from '../access/sign-in.ts';
import { type FormView, type PageAnswer, page, type SessionsView, seeOther } from './page.ts';
import type { PagePorts, Visit } from './ports.ts';
import { type Form, formSecret, readForm } from './request.ts';
import { isNoted, waitWords } from './sign-in.ts';

export const signInFirst = (path: string): PageAnswer =>
  seeOther(path === '/' ? '/sign-in' : `/sign-in?to=${encodeURIComponent(path)}`);

export function accountPage(ports: PagePorts, visit: Visit): PageAnswer {
  return visit.signedIn === undefined
    ? signInFirst('/account')
    : showAccount(ports, visit, visit.signedIn, 200);
}

function showAccount(
  ports: PagePorts,
  { request, names, session }: Visit,
  { caller, person, ...own }: SignedIn,
  status: number,
  wrong?: string,
): PageAnswer {
  const { token } = formSecret(request, names, session);
  return page(status, {
    title: 'Your account',
    ...(wrong !== undefined && { wrong }),
    facts: [
      ['name', person.name ?? person.handle],
      ['in reports', callerText(caller)],
      ['role', caller.role],
      ['signed in until', utc(own.session.expiresAt)],
    ],
    forms: [
      { action: '/sign-out', token, button: 'Sign out' },
      ...(person.kind === 'local' ? [passwordForm(token)] : []),
    ],
    table: sessionsTable(ports, caller, token),
  });
}

const passwordForm = (token: string): FormView => ({
  action: '/account/password',
  token,
  heading: 'Another password',
  button: 'Change the password',
  fields: [
    { name: 'old', label: 'The password of now', type: 'password', autocomplete: 'current-password' },
    {
      name: 'password',
      label: 'New password',
      type: 'password',
      autocomplete: 'new-password',
      hint: `${PASSWORD_RULE} Your other sessions end.`,
    },
    { name: 'again', label: 'The same again', type: 'password', autocomplete: 'new-password' },
  ],
});

const sessionsTable = (ports: PagePorts, caller: SignedIn['caller'], token: string): SessionsView => ({
  title: 'Where you are signed in',
  head: ['browser', 'from', 'since', 'last used', ''],
  rows: sessionsOf(ports, caller).map((one) => ({
    cells: [
      one.agent ?? 'not told',
      one.client ?? 'not known',
      utc(one.madeAt),
      one.id === caller.session ? 'now, here' : utc(one.usedAt),
    ],
    ...(one.id !== caller.session && {
      form: { action: '/account/end-session', token, button: 'End', hidden: [['id', one.id]] },
    }),
  })),
});

const sessionsOf = ({ sessions }: PagePorts, caller: SignedIn['caller']) =>
  sessions.list(caller.name).filter((one) => isInReach(caller, one));

/** A form of somebody who is signed in. */
async function withForm(
  visit: Visit,
  work: (form: Form, signedIn: SignedIn) => PageAnswer | Promise<PageAnswer>,
): Promise<PageAnswer> {
  const { request, names, session, signedIn } = visit;
  if (signedIn === undefined) return signInFirst('/account');
  const read = await readForm(request, names, session);
  return 'refused' in read ? read.refused : work(read.form, signedIn);
}

export const endSession = (ports: PagePorts, visit: Visit): Promise<PageAnswer> =>
  withForm(visit, (form, { caller, person }) => {
    const id = form.get('id') ?? '';
    const isEnded =
      sessionsOf(ports, caller).some((one) => one.id === id) && ports.sessions.end(id, person.handle);
    if (isEnded)
      ports.record({ who: callerText(caller), what: 'endSession', about: id, outcome: 'done' }, visit);
    return seeOther('/account');
  });

export const signOut = (ports: PagePorts, visit: Visit): Promise<PageAnswer> =>
  withForm(visit, (_form, { caller }) => {
    ports.sessions.end(caller.session);
    ports.record({ who: callerText(caller), what: 'signOut', outcome: 'done' }, visit);
    return seeOther('/sign-in', [setCookie(visit.names.session, '', 0, visit.names)]);
  });

/** Whoever finds a browser open must know the password to change it. */
export const changePassword = (ports: PagePorts, visit: Visit): Promise<PageAnswer> =>
  withForm(visit, async (form, signedIn) => {
    const { person, caller } = signedIn;
    const { client } = visit.request.visitor;
    const again = (status: number, wrong: string): PageAnswer =>
      showAccount(ports, visit, signedIn, status, wrong);
    const stored = ports.people.passwordOf(person.handle);
    if (stored === undefined) return again(409, 'You sign in without a password.');
    const password = form.get('password') ?? '';
    const fault = passwordFault(password, form.get('again') ?? '', person.name ?? person.handle);
    if (fault !== undefined) return again(400, fault);
    const account = person.name ?? person.handle;
    const attempt = ports.attempts.begin(client, account);
    if ('waitMs' in attempt) return again(429, waitWords(attempt.waitMs)[0]);
    const deed = { who: callerText(caller), what: 'changePassword' };
    if (!(await ports.passwords.isRight(form.get('old') ?? '', stored))) {
      if (isNoted(attempt.count)) ports.record({ ...deed, outcome: 'wrong password' }, visit);
      return again(403, 'The password of now is wrong.');
    }
    ports.attempts.succeeded(client, account);
    ports.people.setPassword(person.handle, await ports.passwords.hash(password));
    ports.sessions.endOf(person.handle);
    ports.record({ ...deed, outcome: 'done' }, visit);
    const cookies = beginSession(ports, visit.names, {
      person,
      role: caller.role,
      visitor: visit.request.visitor,
      before: undefined,
      how: 'new password',
    });
    return seeOther('/account', cookies);
  });
