/** Answers for links that ask offices. Whatever only looks tells nothing: an outcome takes a form of the link's own page. */
import type { Telemetry } from '../ports/telemetry.ts';
import { MAX_PLACE, type OfficeOrder } from '../state/offices.ts';
import type { Share } from '../state/shares.ts';
import { formToken, isFormToken } from './form-token.ts';
import { SAFE_HEADERS } from './headers.ts';
import type { LinkAnswer, LinkRequest } from './link.ts';
import { NOT_FOUND_PAGE } from './not-found-page.ts';
import { type Offices, OfficeTold } from './office/offices.ts';
import { officePaths, officeRefused, officeView } from './office-pages.ts';

export interface OfficeVisitPorts {
  readonly offices: Offices;
  readonly telemetry: Telemetry;
  /** Epoch ms. */
  readonly now: () => number;
}

export interface OfficeVisited {
  /** Open, and one that asks offices. */
  readonly share: Pick<Share, 'id'> & { readonly office: OfficeOrder };
  readonly token: string;
}

/** Rejects with `StoreFailed`. */
export async function answerOffice(
  { offices, telemetry, now }: OfficeVisitPorts,
  request: LinkRequest,
  { share, token }: OfficeVisited,
): Promise<LinkAnswer> {
  const { address } = request;
  if (request.method === 'POST') return take({ offices, telemetry, now }, request, share.id, token);
  const view = await offices.look(share.id, address);
  if (view === undefined) return NOT_FOUND_PAGE;
  telemetry.info('link opened', { share: share.id, form: 'office' });
  return officeView({
    order: share.office,
    view,
    address,
    paths: officePaths(token),
    token: formToken(token, now()),
  });
}

async function take(
  { offices, telemetry, now }: OfficeVisitPorts,
  { query = '', site, address }: LinkRequest,
  share: string,
  token: string,
): Promise<LinkAnswer> {
  const paths = officePaths(token);
  const refuse = (status: 403 | 409, says: string): LinkAnswer => officeRefused(status, says, paths);
  // As with "Check again": what does not say so is no browser, or one whose word nobody can check.
  if (site !== 'same-origin')
    return refuse(
      403,
      'This did not come from the page of the link: open the link in a current browser, and press the button there.',
    );
  const given = new URLSearchParams(query);
  if (!isFormToken(given.get('form') ?? undefined, token, now()))
    return refuse(403, 'The page was open too long: go back, and press the button once more.');
  const told = toldIn(given, address);
  if (told === undefined)
    return refuse(
      409,
      'Your browser told no outcome, as with scripts switched off: go back, open the address yourself, and say what you saw.',
    );
  const { status } = await offices.tell(share, told);
  telemetry.info('link pressed', { share, status });
  switch (status) {
    case 'closed':
      return NOT_FOUND_PAGE;
    case 'spent':
      return refuse(409, 'This link takes no more attempts: ask whoever sent you this link for another one.');
    case 'busy':
      return refuse(409, 'Many tell theirs at this moment: go back, and press the button once more.');
    case 'taken':
      return {
        status: 303,
        headers: { ...SAFE_HEADERS, 'referrer-policy': 'same-origin', location: paths.home },
        text: '',
      };
    default:
      return status satisfies never;
  }
}

/** All of it is a visitor's: what does not fit is no outcome. */
function toldIn(given: URLSearchParams, address: string | undefined): OfficeTold | undefined {
  const ms = given.get('ms');
  const place = given.get('place');
  return OfficeTold.safeParse({
    saw: given.get('saw'),
    ...(ms !== null && { ms: /^\d{1,6}$/.test(ms) ? Number(ms) : ms }),
    ...(place !== null && place !== '' && { place: place.slice(0, MAX_PLACE) }),
    ...(address !== undefined && { address }),
  }).data;
}
