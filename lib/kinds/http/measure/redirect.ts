/** Where a redirect leads and whether it may be followed; its address is judged later, when it is dialled. */
import { hostPort } from '../../../net/host-port.ts';
import { printable } from '../../../net/printable.ts';
import type { RedirectRule } from '../observation.ts';
import { HTTP_LIMITS, headerValue } from './answer.ts';

export interface RedirectRules {
  /** Status codes that the user accepts: when all of them are redirects, the redirect itself is the expected answer. */
  readonly accepted: readonly number[] | undefined;
  /** HTTP-01 as Boulder does it: ports 80 and 443 only. */
  readonly acme: boolean;
  /** Other hosts than this one are connected to only at ports 80 and 443; absent: at any port. */
  readonly anyPortOf?: string;
  /** The cookies that would go to a URL; absent where none are kept. */
  readonly cookies?: (url: URL) => string | undefined;
}

export type NextHop =
  | { readonly next: 'none' }
  | { readonly next: 'go'; readonly url: URL }
  | { readonly next: 'loop' }
  | { readonly next: 'too-many' }
  | { readonly next: 'refused'; readonly url: string; readonly reason: string; readonly rule: RedirectRule };

/** RFC 9110 §15.4: the codes that Location belongs to; 300 and 304 are answers, not redirects. */
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** A status and a Location that a browser would follow. */
export function isRedirect(statusCode: number, location: string | undefined): boolean {
  return location !== undefined && location !== '' && REDIRECTS.has(statusCode);
}

/**
 * @param from     URL that answered
 * @param rawHeaders of the answer, as Latin-1 text
 * @param visited  what was asked so far, by `visitOf`, `from` included
 */
export function nextHop(
  from: URL,
  statusCode: number,
  rawHeaders: readonly string[],
  visited: ReadonlySet<string>,
  rules: RedirectRules,
): NextHop {
  const location = headerValue(rawHeaders, 'location');
  if (location === undefined || !isRedirect(statusCode, location)) return { next: 'none' };
  if (rules.accepted?.every((code) => REDIRECTS.has(code))) return { next: 'none' };
  const text = escapedBytes(location);
  const shown = printable(text, 500);
  const refused = (rule: RedirectRule, reason: string): NextHop => ({
    next: 'refused',
    url: shown,
    reason,
    rule,
  });
  // CA/Browser Forum BR §3.2.2.4.19 and boulder va/http.go: 301, 302, 307, 308.
  if (rules.acme && statusCode === 303) return refused('code', 'certificate authorities do not follow a 303');
  if (!URL.canParse(text, from.href)) return refused('invalid', 'not a URL');
  const url = new URL(text, from.href);
  url.hash = '';
  if (rules.acme && url.pathname.length > HTTP_LIMITS.acmePath) {
    return refused(
      'length',
      `its path is longer than ${HTTP_LIMITS.acmePath} characters (${url.pathname.length})`,
    );
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return refused('scheme', `the scheme ${printable(url.protocol, 40)} is not http or https`);
  }
  if (url.username !== '' || url.password !== '') {
    return refused('credentials', 'the URL carries a user name or password');
  }
  // boulder va/http.go: a rule that appends the path to a host without "/" makes such a name.
  if (/\.well-known$/i.test(hostOf(url))) {
    return refused('missing-slash', 'the host ends in .well-known: the redirect rule lacks a "/" after it');
  }
  if (rules.acme && !isWebPort(portOf(url))) {
    return refused('port', `port ${portOf(url)}: certificate authorities follow to 80 and 443 only`);
  }
  if (rules.anyPortOf !== undefined && hostOf(url) !== rules.anyPortOf && !isWebPort(portOf(url))) {
    return refused('foreign-port', `port ${portOf(url)} of a host that nobody has proven`);
  }
  if (visited.has(visitOf(url, rules.cookies?.(url)))) return { next: 'loop' };
  if (visited.size > (rules.acme ? HTTP_LIMITS.acmeRedirects : HTTP_LIMITS.redirects))
    return { next: 'too-many' };
  return { next: 'go', url };
}

const isWebPort = (port: number): boolean => port === 80 || port === 443;

/** What makes a request the same as an earlier one of the chain, so that it would get the same answer. */
export const visitOf = (url: URL, cookies: string | undefined): string => `${url.href} ${cookies ?? ''}`;

/** Host without brackets, as look-ups and dialling need it. */
export function hostOf(url: URL): string {
  return url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
}

export function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
}

/**
 * The URL of an endpoint; an IPv6 literal gets its brackets. The path is not a reference to be resolved: `//name/`
 * would lead to another host.
 */
export function endpointUrl(scheme: 'http' | 'https', host: string, port: number, path: string): URL {
  return new URL(`${scheme}://${hostPort(host, port)}${path}`);
}

/**
 * The reference with its bytes beyond ASCII as percent escapes, whatever their charset: browsers send them as
 * received. In a host name only UTF-8 is possible.
 *
 * @param location Latin-1 text of the bytes
 */
function escapedBytes(location: string): string {
  if (!/[\x80-\xff]/.test(location)) return location;
  const authority = /^(?:[a-z][a-z0-9+.-]*:)?[\\/]{2}[^\\/?#]*/i.exec(location)?.[0] ?? '';
  const rest = location
    .slice(authority.length)
    .replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);
  return Buffer.from(authority, 'latin1').toString('utf8') + rest;
}
