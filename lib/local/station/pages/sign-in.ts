/** The page for whoever is not signed in. */

import { localPath } from './local-path.ts';
import { type PageAnswer, page, seeOther } from './page.ts';
import type { Visit } from './ports.ts';

export function signInPage(visit: Visit): PageAnswer {
  const to = localPath(visit.request.query.get('to'));
  if (visit.signedIn !== undefined) return seeOther(to);
  return page(200, {
    title: 'Sign in to this station',
    lines: [
      'On the machine of the station type: inbound-check serve link',
      'It prints a link that signs you in once. The station’s start line has one, too.',
    ],
  });
}
