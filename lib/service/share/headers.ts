/** The headers of each answer to a browser. */

/** Not to be stored, listed or framed, and its address is not to be passed on. */
export const SAFE_HEADERS = {
  'cache-control': 'no-store',
  'x-robots-tag': 'noindex, nofollow, noarchive',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // Two years; for this host only, since other hosts below the domain are not ours.
  'strict-transport-security': 'max-age=63072000',
} as const;

const NOTHING = `default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** For what is no page: nothing of it is ever run. */
export const DOCUMENT_HEADERS = { 'content-security-policy': `${NOTHING}; sandbox` } as const;

/** Of the page that says that there is none, whose one style sheet is known by its hash. */
export const notFoundPolicy = (styleHash: string): string => `${NOTHING}; style-src '${styleHash}'`;

const OWN_POLICY = /<meta http-equiv="Content-Security-Policy" content="([^"<>\r\n]{1,4000})">/;

/**
 * The page's own policy once more, in a header: it holds the hashes of that page, whichever version wrote it, and only a
 * header can forbid frames (CSP Level 3 §6.4.2). A page without one may do nothing.
 */
export function headersOfPage(page: string): Record<string, string> {
  const own = OWN_POLICY.exec(page)?.[1];
  return {
    ...SAFE_HEADERS,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': own === undefined ? `${NOTHING}; sandbox` : `${own}; frame-ancestors 'none'`,
  };
}
