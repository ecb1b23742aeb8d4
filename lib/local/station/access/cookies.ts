/** The cookies of the station: their names, and how they are read and set. */

export interface CookieNames {
  readonly session: string;
  /** Of somebody who is not signed in yet: what the forms of this browser are known by. */
  readonly form: string;
  /** What the way through an issuer began with. */
  readonly issuer: string;
  readonly isSecure: boolean;
}

/**
 * Under https the prefix `__Host-` keeps hosts beside or below this one from setting them (RFC 6265bis §4.1.3.2).
 * Cookies know no ports: two stations on one machine need names of their own.
 */
export function cookieNames(url: string): CookieNames {
  const { protocol, port } = new URL(url);
  const isSecure = protocol === 'https:';
  const named = (name: string): string => (isSecure ? `__Host-ibc-${name}` : `ibc-${name}-${port || '80'}`);
  return { session: named('session'), form: named('form'), issuer: named('issuer'), isSecure };
}

/** The first of each name, as browsers send the one of the longest path first. */
export function readCookies(header: string | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    const name = part.slice(0, at).trim();
    if (at > 0 && !cookies.has(name)) cookies.set(name, part.slice(at + 1).trim());
  }
  return cookies;
}

/**
 * Lax: sent when a link from elsewhere opens a page of the station, and with nothing else that another site causes.
 *
 * @param seconds 0: the cookie is to be forgotten
 */
export const setCookie = (name: string, value: string, seconds: number, { isSecure }: CookieNames): string =>
  `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
