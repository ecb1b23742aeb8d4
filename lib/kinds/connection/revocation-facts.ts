/** What lists, responders and staples say of the certificates, and why something could not be found out. */
import { utc } from '../../model/units.ts';
import type { Revocation } from '../../x509/revocation.ts';
import { type Fact, fact } from '../contract/fact.ts';
import type { TlsResult } from '../contract/tls-result.ts';

export const revocationFacts = ({ revocation = [], chain }: TlsResult): Fact[] =>
  revocation.flatMap((each) => {
    const { certificate } = each;
    const label =
      certificate === 0 ? 'Revoked' : `Revoked: ${chain?.[certificate]?.subject ?? certificate + 1}`;
    return fact(label, words(each));
  });

function words({
  source,
  url,
  status,
  revokedAt,
  reason,
  thisUpdate,
  nextUpdate,
  detail,
}: Revocation): string {
  const from = {
    crl: `list ${url ?? ''}`,
    ocsp: `OCSP ${url ?? ''}`,
    staple: 'OCSP response that the server staples',
    none: '',
  }[source].trim();
  const issued = thisUpdate === undefined ? '' : `, of ${utc(thisUpdate)}`;
  const until = nextUpdate === undefined ? '' : `, the next one by ${utc(nextUpdate)}`;
  switch (status) {
    case 'good':
      return `no (${from}${issued}${until})`;
    case 'revoked':
      return `yes${revokedAt === undefined ? '' : `, on ${utc(revokedAt)}`}, ${reason ?? 'no reason given'} (${from}${issued})`;
    case 'unknown':
      return `not found out: ${detail ?? 'the responder does not know it'}${from === '' ? '' : ` (${from})`}`;
    default:
      return status satisfies never;
  }
}
