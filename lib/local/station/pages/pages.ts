/** The pages that the station serves to browsers: sign-in and the account. */
import type { CookieNames } from '../access/cookies.ts';
import { signedInBy } from '../access/sign-in.ts';
import { accountPage, changePassword, endSession, signInFirst, signOut } from './account.ts';
import { invitationPage } from './invitation.ts';
import { fromIssuer, toIssuer } from './issuer.ts';
import { linkPage } from './link.ts';
import { type PageAnswer, page, seeOther } from './page.ts';
import type { PagePorts, Visit } from './ports.ts';
import type { PageRequest } from './request.ts';
import { signInPage } from './sign-in.ts';

type Methods = readonly ('GET' | 'POST')[];

interface PageRoute {
  readonly methods: Methods;
  readonly show: (ports: PagePorts, visit: Visit, last: string) => PageAnswer | Promise<PageAnswer>;
}

const READ: Methods = ['GET'];
const SEND: Methods = ['POST'];
const BOTH: Methods = ['GET', 'POST'];

/** By path; `*` stands for one segment. */
const PAGES: ReadonlyMap<string, PageRoute> = new Map(
  Object.entries<PageRoute>({
    '': {
      methods: READ,
      show: ({ home }, { signedIn }) => (signedIn ? (home ?? seeOther('/account')) : signInFirst('/')),
    },
    'sign-in': { methods: BOTH, show: signInPage },
    'sign-in/issuer': { methods: READ, show: toIssuer },
    'sign-in/issuer/callback': { methods: READ, show: fromIssuer },
    'sign-in/link/*': { methods: BOTH, show: linkPage },
    'invitation/*': { methods: BOTH, show: invitationPage },
    'sign-out': { methods: SEND, show: signOut },
    account: { methods: READ, show: accountPage },
    'account/password': { methods: SEND, show: changePassword },
    'account/end-session': { methods: SEND, show: endSession },
  }),
);

export interface Pages {
  /** Undefined: there is no page there. Rejects with `StoreFailed`. */
  readonly answer: (request: PageRequest) => Promise<PageAnswer> | undefined;
}

export function createPages(ports: PagePorts, names: () => CookieNames): Pages {
  return {
    answer(request) {
      const { segments } = request;
      const route = PAGES.get(segments.join('/')) ?? PAGES.get([...segments.slice(0, -1), '*'].join('/'));
      return route && show(route, ports, request, names());
    },
  };
}

async function show(
  route: PageRoute,
  ports: PagePorts,
  request: PageRequest,
  names: CookieNames,
): Promise<PageAnswer> {
  const { segments, method, cookies } = request;
  if (!route.methods.some((one) => one === (method === 'HEAD' ? 'GET' : method)))
    return page(
      405,
      { title: 'That can’t be done here', links: [{ href: '/sign-in', text: 'Sign in' }] },
      { headers: { allow: route.methods.join(', ') } },
    );
  const secret = cookies.get(names.session);
  const signedIn = signedInBy(ports, secret);
  const visit: Visit = {
    request,
    names,
    session: signedIn && secret,
    ...(signedIn !== undefined && { signedIn }),
  };
  return route.show(ports, visit, segments.at(-1) ?? '');
}
