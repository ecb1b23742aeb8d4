/** Where to go after the sign-in: a page of the station, whatever an address asks for. */

const BASE = 'http://station.invalid';

/**
 * The path and query of one of our own pages; else `/`. Browsers read `//host`, `/\host` and what has tabs in it as
 * another site (open redirect).
 */
export function localPath(text: string | null | undefined): string {
  if (text == null || text.length > 500 || !/^\/[^/\\]?[\x21-\x5b\x5d-\x7e]*$/.test(text)) return '/';
  try {
    const url = new URL(text, BASE);
    // A dot segment could leave a second slash at the beginning.
    if (url.origin !== BASE || url.pathname.startsWith('//')) return '/';
    return `${url.pathname}${url.search}`;
  } catch {
    return '/';
  }
}
