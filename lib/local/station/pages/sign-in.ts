/** The page for whoever is not signed in. */
import { printable } from '../../../net/printable.ts';
import { beginSession } from '../access/sign-in.ts';
import { localPath } from './local-path.ts';
import { type FormView, type PageAnswer, page, type StationPage, seeOther } from './page.ts';
import type { PagePorts, Visit } from './ports.ts';
import { formSecret, readForm } from './request.ts';

const BY_LINK = [
  'On the machine of the station type: inbound-check serve link',
  'It prints a link that signs you in once.',
];
const MAX_NAME = 60;

export async function signInPage(ports: PagePorts, visit: Visit): Promise<PageAnswer> {
  const { request, names, session, signedIn } = visit;
  if (request.method === 'POST') return signInByPassword(ports, visit);
  const to = localPath(request.query.get('to'));
  if (signedIn !== undefined) return seeOther(to);
  const { token, cookies } = formSecret(request, names, session);
  const view = signInView(ports, token, to);
  const isAway = request.cookies.get(names.issuer) !== undefined;
  return page(200, isAway ? { ...view, ...notBack(ports) } : view, { cookies });
}

function signInView({ people, issuer }: PagePorts, token: string, to: string, name = ''): StationPage {
  const hasPasswords = people.list().some(({ kind }) => kind === 'local');
  return {
    title: 'Sign in to this station',
    lines: hasPasswords || issuer !== undefined ? [] : BY_LINK,
    ...(issuer && {
      links: [{ href: `/sign-in/issuer?to=${encodeURIComponent(to)}`, text: issuer.button }],
    }),
    forms: hasPasswords ? [passwordForm(token, to, name)] : [],
  };
}

/** An issuer that does not know the redirect address sends nobody back to it: its own page is the last that they see there. */
const notBack = ({ issuer }: PagePorts): Partial<StationPage> =>
  issuer === undefined
    ? {}
    : {
        lines: [
          'A sign-in by the issuer began in this browser and did not come back. Did it say that the redirect address is not known, not valid or does not match? Then register exactly this one with it, for a web application, and begin again.',
        ],
        facts: [['redirect address', issuer.redirectUrl()]],
      };

const passwordForm = (token: string, to: string, name: string): FormView => ({
  action: '/sign-in',
  token,
  button: 'Sign in',
  hidden: [['to', to]],
  fields: [
    { name: 'name', label: 'Name', type: 'text', autocomplete: 'username', value: name },
    { name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' },
  ],
});

/** The same answer for a wrong name, a wrong password, and somebody who may not sign in any more. */
async function signInByPassword(ports: PagePorts, visit: Visit): Promise<PageAnswer> {
  const { request, names, session } = visit;
  const read = await readForm(request, names, session);
  if ('refused' in read) return read.refused;
  const { form } = read;
  const { client } = request.visitor;
  const name = form.get('name') ?? '';
  const to = localPath(form.get('to'));
  const again = (status: number, wrong: string, headers = {}): PageAnswer =>
    page(
      status,
      { ...signInView(ports, form.get('form') ?? '', to, printable(name, MAX_NAME)), wrong },
      { headers },
    );
  const attempt = ports.attempts.begin(client, name);
  if ('waitMs' in attempt) return again(429, ...waitWords(attempt.waitMs));
  const found = ports.people.byName(name);
  const isRight = await ports.passwords.isRight(form.get('password') ?? '', found?.password);
  const person = found && ports.people.active(found.person.handle);
  if (!isRight || person === undefined) {
    // The name that was typed is not written down: it may be a password in the wrong field.
    // Names that nobody has are without number: they count for the client alone, or would fill the record.
    if (isNoted(found === undefined ? attempt.all : attempt.count))
      ports.record(
        {
          who: 'nobody',
          what: 'signIn',
          outcome: 'wrong password',
          ...(found && { about: found.person.handle }),
        },
        visit,
      );
    return again(403, 'The name or the password is wrong, or the account is closed.');
  }
  ports.attempts.succeeded(client, name);
  const cookies = beginSession(ports, names, {
    person,
    role: person.role,
    visitor: request.visitor,
    before: request.cookies.get(names.session),
    how: 'password',
  });
  return seeOther(to, cookies);
}

/** Each of the first tries is on record, and then the 8th, 16th, 32nd …: whoever tries must not fill it. */
export const isNoted = (count: number): boolean => count < 6 || Number.isInteger(Math.log2(count));

export function waitWords(waitMs: number): [string, Readonly<Record<string, string>>] {
  const seconds = Math.ceil(waitMs / 1_000);
  return [
    `Too many wrong passwords from your address: try again in ${seconds} s. Nobody else is kept waiting.`,
    { 'retry-after': String(seconds) },
  ];
}
