import { leavesOf } from '../../engine/compare/endpoint-state.ts';
import type { EndpointReport } from '../../engine/report-schema.ts';
import type { ChangeEvent } from '../../model/change-event.ts';
import type { CertificateFacts } from '../../x509/facts.ts';
import type { Announced } from './announced.ts';

/** Days left at which an alert is sent for a certificate, once for each number. */
export const CERTIFICATE_DAYS = [30, 14, 7, 1] as const;

export const CERTIFICATE_SEVERITY = {
  30: 'info',
  14: 'warning',
  7: 'warning',
  1: 'critical',
} as const satisfies Record<(typeof CERTIFICATE_DAYS)[number], ChangeEvent['severity']>;

const DAY_MS = 86_400_000;

export interface Expiring {
  readonly certificate: CertificateFacts;
  /** The lowest limit that it has come under. */
  readonly days: (typeof CERTIFICATE_DAYS)[number];
  /** Of this run, in its order. */
  readonly endpoints: readonly EndpointReport[];
}

/**
 * The certificates that came under a limit since the last alert about them; a renewed one is another certificate. Limits
 * beyond a third of its lifetime are left out, because ACME clients renew when that is left (letsencrypt.org,
 * integration guide): a certificate of six days would cause an alert every week, although it is renewed correctly every time.
 *
 * @param now epoch ms
 */
export function expiring(
  endpoints: readonly EndpointReport[],
  told: Announced['certificates'],
  now: number,
): Expiring[] {
  const shown = new Map<string, { certificate: CertificateFacts; endpoints: EndpointReport[] }>();
  for (const endpoint of endpoints) {
    if (endpoint.expect === 'closed') continue;
    for (const certificate of leavesOf(
      endpoint.observations.filter(({ state }) => state !== 'inconclusive'),
    )) {
      const known = shown.get(certificate.fingerprint256);
      if (known === undefined) shown.set(certificate.fingerprint256, { certificate, endpoints: [endpoint] });
      else known.endpoints.push(endpoint);
    }
  }
  return [...shown.values()].flatMap(({ certificate, endpoints: on }) => {
    const days = limitOf(certificate, now);
    const before = told[certificate.fingerprint256]?.days ?? Number.POSITIVE_INFINITY;
    return days === undefined || days >= before ? [] : [{ certificate, days, endpoints: on }];
  });
}

/** `undefined`: far from its end, or past it, which is a failure of its own. */
function limitOf(
  { notBefore, notAfter }: CertificateFacts,
  now: number,
): (typeof CERTIFICATE_DAYS)[number] | undefined {
  const left = Date.parse(notAfter) - now;
  if (!(left > 0)) return undefined;
  const lifetime = Date.parse(notAfter) - Date.parse(notBefore);
  // One day of tolerance: 90 days minus a second means 90.
  return CERTIFICATE_DAYS.filter((days) => left < days * DAY_MS && days * DAY_MS * 3 <= lifetime + DAY_MS).at(
    -1,
  );
}
