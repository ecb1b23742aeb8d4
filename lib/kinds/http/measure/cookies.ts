/**
 * Cookies within one chain of redirects (RFC 6265 §5): sites that set one and redirect to themselves work in browsers,
 * and look like a loop to a client without cookies. Nothing is kept after the chain.
 */
import { isIP } from '../../../net/ip.ts';

export interface CookieJar {
  /** Stores what an answer from `url` sets. `rawHeaders`: name, value, name, value… */
  store(url: URL, rawHeaders: readonly string[]): void;
  /** What is sent to `url`, the most specific path first; undefined when nothing is. */
  header(url: URL): string | undefined;
}

/** What one chain may keep; browsers keep more, for years. */
const MAX_COOKIES = 50;
/** Set-Cookie fields of one answer that are looked at: browsers keep 180 for a domain. */
const MAX_READ = 200;
/** RFC 6265 §6.1: at least 4,096 bytes a cookie. */
const MAX_COOKIE_CHARS = 4_096;
const MAX_HEADER_CHARS = 8_192;

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  /** Sent to exactly this host only. */
  readonly hostOnly: boolean;
  readonly path: string;
  readonly secure: boolean;
}

/** @param now milliseconds since the epoch */
export function createCookieJar(now: () => number): CookieJar {
  const cookies: Cookie[] = [];
  return {
    store(url, rawHeaders) {
      let read = 0;
      for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
        if (rawHeaders[at]?.toLowerCase() !== 'set-cookie') continue;
        read += 1;
        if (read > MAX_READ) return;
        const set = readCookie(rawHeaders[at + 1] ?? '', url, now());
        if (set === undefined) continue;
        const { cookie, expired } = set;
        const before = cookies.findIndex(
          ({ name, domain, path }) =>
            name === cookie.name && domain === cookie.domain && path === cookie.path,
        );
        if (before >= 0) cookies.splice(before, 1);
        if (!expired && cookies.length < MAX_COOKIES) cookies.push(cookie);
      }
    },
    header(url) {
      const host = url.hostname;
      const fitting = cookies
        .filter(
          ({ domain, hostOnly, path, secure }) =>
            (hostOnly ? host === domain : domainMatches(host, domain)) &&
            pathMatches(url.pathname, path) &&
            (!secure || url.protocol === 'https:'),
        )
        .sort((a, b) => b.path.length - a.path.length);
      let text = '';
      for (const { name, value } of fitting) {
        const pair = name === '' ? value : `${name}=${value}`;
        if (text.length + pair.length + 2 > MAX_HEADER_CHARS) break;
        text += text === '' ? pair : `; ${pair}`;
      }
      return text === '' ? undefined : text;
    },
  };
}

const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;

function readCookie(
  text: string,
  url: URL,
  now: number,
): { readonly cookie: Cookie; readonly expired: boolean } | undefined {
  // A control character would let a server write lines into our next request.
  if (text.length > MAX_COOKIE_CHARS || CONTROL.test(text)) return undefined;
  const [pair = '', ...attributes] = text.split(';');
  const equals = pair.indexOf('=');
  const name = equals < 0 ? '' : pair.slice(0, equals).trim();
  const value = pair.slice(equals + 1).trim();
  if (name === '' && value === '') return undefined;

  const host = url.hostname;
  let domain = host;
  let hostOnly = true;
  let path: string | undefined;
  let secure = false;
  let maxAge: number | undefined;
  let expires: number | undefined;
  for (const attribute of attributes) {
    const at = attribute.indexOf('=');
    const key = (at < 0 ? attribute : attribute.slice(0, at)).trim().toLowerCase();
    const given = at < 0 ? '' : attribute.slice(at + 1).trim();
    switch (key) {
      case 'domain': {
        const wanted = given.replace(/^\./, '').toLowerCase();
        if (wanted === '') break;
        // A whole top-level domain belongs to no single site; a server may set cookies for its own name and those above it.
        if (!domainMatches(host, wanted) || (wanted !== host && !wanted.includes('.'))) return undefined;
        domain = wanted;
        hostOnly = isIP(host) !== 0;
        break;
      }
      case 'path':
        path = given.startsWith('/') ? given : undefined;
        break;
      case 'secure':
        secure = true;
        break;
      case 'max-age':
        if (/^-?\d+$/.test(given)) maxAge = Number(given);
        break;
      case 'expires': {
        const at = Date.parse(given);
        if (!Number.isNaN(at)) expires = at;
        break;
      }
    }
  }
  if (secure && url.protocol !== 'https:') return undefined;
  if (/^__secure-/i.test(name) && !secure) return undefined;
  if (/^__host-/i.test(name) && (!secure || !hostOnly || path !== '/')) return undefined;
  const expired = maxAge === undefined ? expires !== undefined && expires <= now : maxAge <= 0;
  return {
    cookie: { name, value, domain, hostOnly, path: path ?? defaultPath(url.pathname), secure },
    expired,
  };
}

/** RFC 6265 §5.1.3. */
function domainMatches(host: string, domain: string): boolean {
  return host === domain || (isIP(host) === 0 && !host.startsWith('[') && host.endsWith(`.${domain}`));
}

/** RFC 6265 §5.1.4. */
function pathMatches(path: string, cookiePath: string): boolean {
  return (
    path === cookiePath ||
    (path.startsWith(cookiePath) && (cookiePath.endsWith('/') || path[cookiePath.length] === '/'))
  );
}

function defaultPath(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}
