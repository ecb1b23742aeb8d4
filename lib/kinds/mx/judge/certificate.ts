/** Whether a sender that authenticates servers would take the certificate of a session. */
import type { Fault } from '../../../model/finding.ts';
import type { CauseCode } from '../../../model/vocabulary.ts';
import { certificateFaults } from '../../connection/certificate-diagnosis.ts';
import type { TlsResult } from '../../contract/tls-result.ts';

/** What makes a sender refuse (RFC 8461 §4.2, RFC 6125): dates, name, trust. Strength is another matter. */
const REFUSED: ReadonlySet<CauseCode> = new Set([
  'tls.cert-expired',
  'tls.cert-not-yet-valid',
  'tls.cert-name-mismatch',
  'tls.cert-self-signed',
  'tls.cert-untrusted-root',
  'tls.chain-incomplete',
] satisfies CauseCode[]);

/** The first thing for which it would be refused; undefined for a valid one. @param now epoch ms */
export const refusalOf = (tls: TlsResult, exchange: string, now: number): Fault | undefined =>
  certificateFaults(tls, exchange, undefined, now).find(
    ({ cause, severity }) => severity === 'fail' && REFUSED.has(cause),
  );

/** For DANE-TA, where names and dates count, and the anchor is in DNS (RFC 7672 §3.1.2). */
export const nameRefusalOf = (tls: TlsResult, exchange: string, now: number): Fault | undefined =>
  certificateFaults(tls, exchange, undefined, now).find(
    ({ cause, severity }) =>
      severity === 'fail' &&
      (cause === 'tls.cert-name-mismatch' ||
        cause === 'tls.cert-expired' ||
        cause === 'tls.cert-not-yet-valid'),
  );
