/**
 * What a browser may do with an answer of the API that somebody opens as a page. It stands on the address of the console,
 * and its text came from servers that anybody may run.
 */
import type { ApiAnswer } from '../../../service/api/http-event.ts';

const FRAME = `frame-ancestors 'none'`;
/** A report has a policy of its own, by which its one script may run; here it has no say over what is the station's. */
const PAGE = `sandbox allow-scripts allow-downloads allow-modals; ${FRAME}`;
const NO_PAGE = `default-src 'none'; base-uri 'none'; form-action 'none'; ${FRAME}; sandbox`;

export function withBrowserHeaders({ headers, ...answer }: ApiAnswer): ApiAnswer {
  const isPage = /^text\/html\b/i.test(headers['content-type'] ?? '');
  return {
    ...answer,
    headers: {
      'content-security-policy': isPage ? PAGE : NO_PAGE,
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      ...headers,
    },
  };
}
