/** How long a link is valid, and whether it still is. Pure: the time is a parameter. */

/** Days that a link may be valid. */
export const MIN_DAYS = 1;
export const MAX_DAYS = 90;
export const DEFAULT_DAYS = 14;

/** Runs that a link may start, and the least minutes between two. */
export const MAX_AGAIN_RUNS = 50;
export const DEFAULT_AGAIN_MINUTES = 2;
export const MAX_AGAIN_MINUTES = 1_440;

/** Attempts of offices that a link may take. */
export const MAX_OFFICE_ATTEMPTS = 50;
export const DEFAULT_OFFICE_ATTEMPTS = 10;

export const DAY_MS = 86_400_000;

/** After the link has ended its record is still listed for so long, so that who opened what to whom can be asked. */
const LISTED_MS = 30 * DAY_MS;

/** Both are ISO 8601 UTC. */
interface Lifetime {
  readonly expiresAt: string;
  readonly revokedAt?: string | undefined;
}

export type ShareState = 'open' | 'expired' | 'revoked';

/** @param now epoch ms */
export function stateOf(share: Lifetime, now: number): ShareState {
  if (share.revokedAt !== undefined) return 'revoked';
  return now < Date.parse(share.expiresAt) ? 'open' : 'expired';
}

/** Epoch seconds after which the store may forget the share. */
export const deletableAt = ({ expiresAt }: Pick<Lifetime, 'expiresAt'>): number =>
  Math.ceil((Date.parse(expiresAt) + LISTED_MS) / 1_000);
