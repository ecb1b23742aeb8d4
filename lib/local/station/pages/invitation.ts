/** The page of an invitation: whoever has the link chooses a password, once. */
import { callerText } from '../access/caller.ts';
import { PASSWORD_RULE, passwordFault } from '../access/password.ts';
import { beginSession } from '../access/sign-in.ts';
import type { LinkInfo } from '../access/sign-in-links.ts';
import { missed } from './link.ts';
import { type FormView, type PageAnswer, page, seeOther } from './page.ts';
import type { PagePorts, Visit } from './ports.ts';
import { formSecret, readForm } from './request.ts';

const AGAIN = 'Ask whoever invited you for another.';

export async function invitationPage(ports: PagePorts, visit: Visit, secret: string): Promise<PageAnswer> {
  const { request, names, session } = visit;
  const found = ports.links.look(secret, 'invitation');
  if (found.state !== 'open') return missed(ports, visit, found.state, AGAIN);
  const { name = '', role } = found.link;
  if (request.method !== 'POST') {
    const { token, cookies } = formSecret(request, names, session);
    return page(200, invitationView(found.link, secret, token), { cookies });
  }
  const read = await readForm(request, names, session);
  if ('refused' in read) return read.refused;
  const { form } = read;
  const password = form.get('password') ?? '';
  const fault = passwordFault(password, form.get('again') ?? '', name);
  if (fault !== undefined)
    return page(400, { ...invitationView(found.link, secret, form.get('form') ?? ''), wrong: fault });
  const hash = await ports.passwords.hash(password);
  const spent = ports.links.spend(secret, 'invitation');
  if (spent.state !== 'open') return missed(ports, visit, spent.state, AGAIN);
  const person = ports.people.addLocal({ name, role, password: hash, by: spent.link.madeBy });
  if (person === undefined)
    return page(409, {
      title: 'The name is taken',
      lines: [`Somebody else is ${name} here by now. ${AGAIN}`],
    });
  ports.record({ who: callerText({ role, name: person.handle }), what: 'join', outcome: 'done' }, visit);
  const cookies = beginSession(ports, names, {
    person,
    role,
    visitor: request.visitor,
    before: request.cookies.get(names.session),
    how: 'invitation',
  });
  return seeOther('/', cookies);
}

const invitationView = ({ name = '', role }: LinkInfo, secret: string, token: string) => ({
  title: 'Welcome to this station',
  lines: [`You are invited as ${role}, under the name ${name}. Choose a password; the link is good once.`],
  forms: [{ action: `/invitation/${secret}`, token, button: 'Join', fields: newPasswordFields(name) }],
});

/** With the name, so that a password manager keeps both. */
export const newPasswordFields = (name: string): NonNullable<FormView['fields']> => [
  { name: 'name', label: 'Name', type: 'text', autocomplete: 'username', value: name, isFixed: true },
  {
    name: 'password',
    label: 'New password',
    type: 'password',
    autocomplete: 'new-password',
    hint: PASSWORD_RULE,
  },
  { name: 'again', label: 'The same again', type: 'password', autocomplete: 'new-password' },
];
