/** Whether a request comes from a page of the station itself. That `origin`, if there is one, is ours, was looked at before. */
import type { IncomingHttpHeaders } from 'node:http';

/**
 * A browser names the page's origin with each form, and since 2023 all of them say how far away the page is
 * (Fetch Metadata). What names neither is no browser, or no form.
 */
export const isFromOwnPage = (headers: IncomingHttpHeaders): boolean =>
  isNear(headers) && (headers.origin !== undefined || headers['sec-fetch-site'] === 'same-origin');

/** No page of another site can send it without asking first, and the station allows none. */
const OWN_HEADER = 'x-inbound-check';

/**
 * Whether the cookie of a session is enough. Ports are no border for cookies: a page that another program serves on
 * this machine has its requests sent with ours, as `same-site`.
 */
export function isSafeWithCookie(method: string, headers: IncomingHttpHeaders): boolean {
  if (!isNear(headers)) return false;
  return method === 'GET' || headers[OWN_HEADER] !== undefined || isFromOwnPage(headers);
}

const isNear = (headers: IncomingHttpHeaders): boolean => {
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
};
