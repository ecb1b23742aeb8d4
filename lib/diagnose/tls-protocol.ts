/** Protocol versions and staples of a handshake that completed. */
import type { Assertions } from '../model/endpoint.ts';
import type { Fault } from '../model/finding.ts';
import type { TlsResult } from '../model/observation.ts';
import { fault } from './fault.ts';

const VERSIONS = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
/** RFC 8996 took TLS 1.0 and 1.1 out of use. */
const DEFAULT_MINIMUM = 'TLSv1.2';

export function protocolFaults(tls: TlsResult, host: string, assertions: Assertions | undefined): Fault[] {
  return [...tooOld(tls, host, assertions), ...stapleMissing(tls, host)];
}

function tooOld(tls: TlsResult, host: string, assertions: Assertions | undefined): Fault[] {
  const minimum = assertions?.tlsMinVersion ?? DEFAULT_MINIMUM;
  const isBelow = (version: string | undefined): version is string =>
    version !== undefined &&
    VERSIONS.includes(version) &&
    VERSIONS.indexOf(version) < VERSIONS.indexOf(minimum);
  const best = tls.protocol;
  if (isBelow(best)) {
    // All versions were offered and the server took its best: clients that hold to the minimum can't connect at all.
    return [
      fault(
        'tls.protocol-too-old',
        `${host} speaks nothing newer than ${best}; at least ${minimum} is needed.`,
        {
          severity: 'fail',
        },
      ),
    ];
  }
  const oldest = tls.oldestProtocol;
  if (!isBelow(oldest)) return [];
  return [
    fault(
      'tls.protocol-too-old',
      `${host} still accepts ${oldest} beside ${best ?? 'newer versions'}; ${minimum} should be the oldest.`,
      assertions?.tlsMinVersion === undefined ? {} : { severity: 'fail' },
    ),
  ];
}

function stapleMissing(tls: TlsResult, host: string): Fault[] {
  if (!tls.mustStaple || tls.ocspStapledBytes !== undefined) return [];
  return [
    fault(
      'tls.staple-missing',
      `The certificate of ${host} demands a stapled OCSP response (must-staple), and the server sends none.`,
    ),
  ];
}
