/** Certificates that their authority has revoked. What could not be found out is no fault: see `revocationFacts`. */
import type { Fault } from '../../model/finding.ts';
import { fault } from '../contract/fault.ts';
import type { TlsResult } from '../contract/tls-result.ts';
import { certificateSentence as say } from './certificate-messages.ts';

/** By lists and responders that were asked; the table of clients judges staples. */
export function revocationFaults({ revocation = [], chain }: TlsResult, host: string): Fault[] {
  return revocation.flatMap(({ certificate, source, url, status, revokedAt, reason }) => {
    if (status !== 'revoked' || source === 'staple') return [];
    const filling = {
      certificate:
        certificate === 0
          ? say.own({ host })
          : say.issuing({ subject: chain?.[certificate]?.subject ?? '?' }),
      reason: reason === undefined ? say.noReason({}) : say.reason({ name: reason }),
      source: source === 'crl' ? say.list({ url: url ?? '?' }) : say.responder({ url: url ?? '?' }),
      clients: certificate === 0 ? say.revokedOwn({}) : say.revokedIssuing({}),
    };
    const said =
      revokedAt === undefined
        ? say.revokedAtSomeTime(filling)
        : say.revokedSince({ ...filling, when: revokedAt.slice(0, 10) });
    return [fault('tls.cert-revoked', said)];
  });
}
