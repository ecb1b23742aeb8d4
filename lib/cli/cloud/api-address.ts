/** Where an API may be. */

const isLoopback = (hostname: string): boolean => /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(hostname);

/** Signed requests and tokens go over TLS; a plain address is for a station of this machine, or its own emulation of the cloud. */
export function apiAddress(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return undefined;
  const { protocol, hostname, pathname, search, username } = url;
  const isSafe = protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
  return isSafe && pathname === '/' && search === '' && username === '' ? url : undefined;
}

/** One word that a header can carry. */
export const isTokenText = (text: string): boolean => /^[\x21-\x7e]{1,500}$/.test(text);
