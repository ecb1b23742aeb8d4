/** How long the certificates that endpoints sent last are still good. */
import type { EndpointRecord } from '../../engine/history.ts';

export interface CertificateDays {
  readonly endpoint: string;
  readonly subject: string;
  readonly issuer: string;
  /** ISO 8601 UTC. */
  readonly notAfter: string;
  /** Whole days that are left; negative: it has ended. */
  readonly days: number;
}

const DAY_MS = 86_400_000;

/** Those that end first come first. @param now epoch ms */
export const certificateDays = (records: readonly EndpointRecord[], now: number): CertificateDays[] =>
  records
    .flatMap(({ endpoint, runs }) => {
      // A run that could not connect saw none: what was seen before is still what is known.
      const seen = runs.findLast(({ state }) => state.certificates.length > 0)?.state.certificates ?? [];
      return seen.flatMap(({ subject, issuer, notAfter }) => {
        const ends = Date.parse(notAfter);
        const days = Math.floor((ends - now) / DAY_MS);
        return Number.isNaN(ends) ? [] : [{ endpoint, subject, issuer, notAfter, days }];
      });
    })
    .sort((one, other) => one.days - other.days);
