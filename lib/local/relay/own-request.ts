import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * Asked by its own address, and by no page of another site: a foreign name can lead to 127.0.0.1 (DNS rebinding), and ports are
 * no border between sites for a browser.
 *
 * @param own `127.0.0.1:PORT`
 */
export function isOwnRequest(
  { host, origin, 'sec-fetch-site': site }: IncomingHttpHeaders,
  own: string,
): boolean {
  const isNear = site === undefined || site === 'same-origin' || site === 'none';
  return host === own && isNear && (origin === undefined || origin === `http://${own}`);
}

/** In a time that tells nothing of where they differ. */
export const isSame = (given: string, secret: string): boolean =>
  timingSafeEqual(digest(given), digest(secret));

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
