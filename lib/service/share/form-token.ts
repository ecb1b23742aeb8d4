/**
 * What the form of a link's page holds, so that nothing but that page can have it sent: it follows from the link's own
 * secret, is good for this one link, and for an hour.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

const HOUR_S = 3_600;

/** @param link the token of the link @param now epoch ms */
export function formToken(link: string, now: number): string {
  const until = Math.floor(now / 1_000) + HOUR_S;
  return `${until}.${seal(link, until)}`;
}

export function isFormToken(given: string | undefined, link: string, now: number): boolean {
  const [, digits = '', mac = ''] = /^(\d{1,12})\.([A-Za-z0-9_-]{43})$/.exec(given ?? '') ?? [];
  const until = Number(digits);
  const seconds = now / 1_000;
  if (digits === '' || seconds >= until || until > seconds + HOUR_S) return false;
  return timingSafeEqual(Buffer.from(mac), Buffer.from(seal(link, until)));
}

const seal = (link: string, until: number): string =>
  createHmac('sha256', link).update(`check again until ${until}`).digest('base64url');
