/** Where a redirect leads and whether it may be followed; its address is judged later, when it is dialled. */
import { isIP } from 'node:net';
import type { RedirectRule } from '../model/observation.ts';
import { printable } from '../net/printable.ts';
import { HTTP_LIMITS, headerValue } from './http-answer.ts';

export interface RedirectRules {
  /** Status codes that the user accepts: when all of them are redirects, the redirect itself is what is asked for. */
  readonly accepted: readonly number[] | undefined;
  /** HTTP-01 as Boulder does it: ports 80 and 443 only. */
  readonly acme: boolean;
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
  return location !== undefined && REDIRECTS.has(statusCode);
}

/**
 * @param from     URL that answered
 * @param rawHeaders of the answer, as Latin-1 text
 * @param visited  URLs asked so far, `from` included
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
  const text = asUtf8(location);
  const shown = printable(text, 500);
  const refused = (rule: RedirectRule, reason: string): NextHop => ({
    next: 'refused',
    url: shown,
    reason,
    rule,
  });
  if (text.length > HTTP_LIMITS.url)
    return refused('length', `longer than ${HTTP_LIMITS.url} characters (${text.length})`);
  if (!URL.canParse(text, from.href)) return refused('invalid', 'not a URL');
  const url = new URL(text, from.href);
  url.hash = '';
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
  if (rules.acme && portOf(url) !== 80 && portOf(url) !== 443) {
    return refused('port', `port ${portOf(url)}: certificate authorities follow to 80 and 443 only`);
  }
  if (visited.has(url.href)) return { next: 'loop' };
  if (visited.size > HTTP_LIMITS.redirects) return { next: 'too-many' };
  return { next: 'go', url };
}

/** Host without brackets, as look-ups and dialling want it. */
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
  return new URL(`${scheme}://${isIP(host) === 6 ? `[${host}]` : host}:${port}${path}`);
}

/** Headers are read as Latin-1; servers that put raw UTF-8 into Location mean UTF-8. */
function asUtf8(location: string): string {
  return /[\x80-\xff]/.test(location) ? Buffer.from(location, 'latin1').toString('utf8') : location;
}
