/** Who one is, and in which browsers. */
import { utc } from '../../../model/units.ts';
import { callerText } from '../access/caller.ts';
import { setCookie } from '../access/cookies.ts';
import type { SignedIn } from '../access/sign-in.ts';
import { type FormView, type PageAnswer, page, seeOther } from './page.ts';
import type { PagePorts, Visit } from './ports.ts';
import { type Form, formSecret, readForm } from './request.ts';

export const signInFirst = (path: string): PageAnswer =>
  seeOther(path === '/' ? '/sign-in' : `/sign-in?to=${encodeURIComponent(path)}`);

export function accountPage({ sessions }: PagePorts, visit: Visit): PageAnswer {
  const { signedIn, request, names, session } = visit;
  if (signedIn === undefined) return signInFirst('/account');
  const { caller, person } = signedIn;
  const { token } = formSecret(request, names, session);
  const end = (id: string): FormView => ({
    action: '/account/end-session',
    token,
    button: 'End',
    hidden: [['id', id]],
  });
  return page(200, {
    title: 'Your account',
    facts: [
      ['name', person.name ?? person.handle],
      ['in reports', callerText(caller)],
      ['role', caller.role],
      ['signed in until', utc(signedIn.session.expiresAt)],
    ],
    forms: [{ action: '/sign-out', token, button: 'Sign out' }],
    table: {
      title: 'Where you are signed in',
      head: ['browser', 'from', 'since', 'last used', ''],
      rows: sessions.list(person.handle).map((one) => ({
        cells: [
          one.agent ?? 'not told',
          one.client ?? 'not known',
          utc(one.madeAt),
          one.id === caller.session ? 'now, here' : utc(one.usedAt),
        ],
        ...(one.id !== caller.session && { form: end(one.id) }),
      })),
    },
  });
}

/** A form of somebody who is signed in. */
export async function withForm(
  visit: Visit,
  work: (form: Form, signedIn: SignedIn) => PageAnswer | Promise<PageAnswer>,
): Promise<PageAnswer> {
  const { request, names, session, signedIn } = visit;
  if (request.method !== 'POST' || signedIn === undefined) return signInFirst('/account');
  const read = await readForm(request, names, session);
  return 'refused' in read ? read.refused : work(read.form, signedIn);
}

export const endSession = (ports: PagePorts, visit: Visit): Promise<PageAnswer> =>
  withForm(visit, (form, { caller, person }) => {
    const id = form.get('id') ?? '';
    const isEnded = ports.sessions.end(id, person.handle);
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
