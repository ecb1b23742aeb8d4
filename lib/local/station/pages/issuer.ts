/** To the issuer and back; whatever goes wrong ends on one page, from which nothing goes on by itself. */
import { setCookie } from '../access/cookies.ts';
import { beginSession } from '../access/sign-in.ts';
import { BEGUN_SECONDS } from '../issuer/flow.ts';
import type { IssuerProblem } from '../issuer/problems.ts';
import { clientOf, waitPage } from './link.ts';
import { localPath } from './local-path.ts';
import { type PageAnswer, page, seeOther } from './page.ts';
import type { PagePorts, Visit } from './ports.ts';

export async function toIssuer({ issuer }: PagePorts, { request, names }: Visit): Promise<PageAnswer> {
  if (issuer === undefined) return seeOther('/sign-in');
  const begun = await issuer.begin(localPath(request.query.get('to')));
  return 'kind' in begun
    ? problemPage(502, begun)
    : seeOther(begun.location, [setCookie(names.issuer, begun.sealed, BEGUN_SECONDS, names)]);
}

export async function fromIssuer(ports: PagePorts, visit: Visit): Promise<PageAnswer> {
  const { request, names } = visit;
  if (ports.issuer === undefined) return seeOther('/sign-in');
  const wait = waitPage(ports.issuerTries, visit);
  if (wait !== undefined) return wait;
  const came = await ports.issuer.finish(request.query, request.cookies.get(names.issuer));
  const spent = setCookie(names.issuer, '', 0, names);
  if ('kind' in came) {
    // Each may have been a question to the issuer, which would in the end hold it against the station.
    ports.issuerTries.failed(clientOf(visit));
    // Only what an issuer has signed: anybody may call this page with anything.
    if (NOTED.has(came.kind))
      ports.record({ who: 'nobody', what: 'signIn', about: 'issuer', outcome: came.kind }, visit);
    return problemPage(403, came, [spent]);
  }
  const person = ports.people.ofIssuer(came);
  if (ports.people.active(person.handle) === undefined)
    return problemPage(
      403,
      {
        kind: 'closed',
        title: 'Your account here is closed',
        lines: ['An operator of this station has disabled it.'],
        facts: [],
      },
      [spent],
    );
  const cookies = beginSession(ports, names, {
    person,
    role: came.role,
    visitor: request.visitor,
    before: request.cookies.get(names.session),
    how: 'issuer',
  });
  return seeOther(localPath(came.to), [...cookies, spent]);
}

const NOTED: ReadonlySet<string> = new Set(['no role', 'groups left out']);

const problemPage = (
  status: number,
  { title, lines, facts }: IssuerProblem,
  cookies: readonly string[] = [],
): PageAnswer =>
  page(
    status,
    { title, lines, facts, links: [{ href: '/sign-in', text: 'Back to the sign-in page' }] },
    { cookies },
  );
