/** The page of a link that signs in once: opening it does nothing, its button does. */

import type { AttemptLimit } from '../access/attempt-limit.ts';
import { beginSession } from '../access/sign-in.ts';
import type { LinkState } from '../access/sign-in-links.ts';
import { type PageAnswer, page, seeOther } from './page.ts';
import type { PagePorts, Visit } from './ports.ts';
import { formSecret, readForm } from './request.ts';

export async function linkPage(ports: PagePorts, visit: Visit, secret: string): Promise<PageAnswer> {
  const { request, names, session } = visit;
  if (request.method !== 'POST') {
    const found = ports.links.look(secret, 'owner');
    if (found.state !== 'open') return missed(ports, visit, found.state);
    const { token, cookies } = formSecret(request, names, session);
    return page(
      200,
      {
        title: 'Sign in to this station',
        lines: [`The button signs you in as ${found.link.role}, in this browser. The link is good once.`],
        forms: [{ action: `/sign-in/link/${secret}`, token, button: 'Sign in' }],
      },
      { cookies },
    );
  }
  const read = await readForm(request, names, session);
  if ('refused' in read) return read.refused;
  const spent = ports.links.spend(secret, 'owner');
  if (spent.state !== 'open') {
    // Of one that never was nothing is told by the record, and anybody could fill it.
    if (spent.state === 'used' && ports.guesses.waitOf(clientOf(visit)) === 0)
      ports.record({ who: 'nobody', what: 'signIn', about: 'link', outcome: spent.state }, visit);
    return missed(ports, visit, spent.state);
  }
  const cookies = beginSession(ports, names, {
    person: ports.people.owner(),
    role: spent.link.role,
    visitor: request.visitor,
    before: request.cookies.get(names.session),
    how: 'link',
  });
  return seeOther('/', cookies);
}

type ClosedState = Exclude<LinkState['state'], 'open'>;

/** The page of a link that opens nothing; whoever has tried too many is told to wait. */
export function missed(
  { guesses }: Pick<PagePorts, 'guesses'>,
  visit: Visit,
  state: ClosedState,
  again?: string,
): PageAnswer {
  const wait = waitPage(guesses, visit);
  if (wait !== undefined) return wait;
  guesses.failed(clientOf(visit));
  return closedLink(state, again);
}

export const clientOf = ({ request }: Visit): string => request.visitor.client ?? 'unknown';

export function waitPage(limit: AttemptLimit, visit: Visit): PageAnswer | undefined {
  const seconds = limit.waitOf(clientOf(visit));
  if (seconds === 0) return undefined;
  return page(
    429,
    {
      title: 'Too many tries',
      lines: [`Too much that leads nowhere was tried from your network. Try again in ${seconds} s.`],
    },
    { headers: { 'retry-after': String(seconds) } },
  );
}

function closedLink(
  state: ClosedState,
  again = 'On the machine of the station, inbound-check serve link makes another.',
): PageAnswer {
  return state === 'used'
    ? page(410, {
        title: 'This link was used already',
        lines: [
          'Each link signs in once, and this one did.',
          again,
          'If it was not you who used it: sign in, and end the sessions that you don’t know.',
        ],
        links: [{ href: '/account', text: 'Your sessions' }],
      })
    : page(404, {
        title: 'This link leads nowhere',
        lines: ['It is too old, or is not whole: perhaps its end was cut off.', again],
      });
}
