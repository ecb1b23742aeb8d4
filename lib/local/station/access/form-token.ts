/** What a form of the station holds, so that no page of another site can send it (CSRF). */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Follows from the secret of the browser's cookie, and does not give it away. */
export const formToken = (secret: string): string =>
  createHmac('sha256', secret).update('form').digest('base64url');

export function isFormToken(given: string | undefined, secret: string): boolean {
  const right = Buffer.from(formToken(secret));
  const other = Buffer.from(given ?? '');
  return right.length === other.length && timingSafeEqual(right, other);
}
