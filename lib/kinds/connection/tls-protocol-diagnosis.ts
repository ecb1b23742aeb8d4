/** Protocol versions and staples of a handshake that completed. */
import type { Assertions } from '../../model/endpoint.ts';
import type { Fault } from '../../model/finding.ts';
import { fault } from '../contract/fault.ts';
import type { TlsResult } from '../contract/tls-result.ts';
import { tlsSentence as say } from './tls-messages.ts';

const VERSIONS = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
/** RFC 8996 forbids TLS 1.0 and 1.1. */
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
    // All versions were offered and the server chose its newest: clients that require the minimum can't connect at all.
    return [
      fault('tls.protocol-too-old', say.versionBelow({ host, version: best, minimum }), {
        severity: 'fail',
      }),
    ];
  }
  const oldest = tls.oldestProtocol;
  if (!isBelow(oldest)) return [];
  return [
    fault(
      'tls.protocol-too-old',
      best === undefined
        ? say.versionAcceptedBesideNewer({ host, version: oldest, minimum })
        : say.versionAccepted({ host, version: oldest, best, minimum }),
      assertions?.tlsMinVersion === undefined ? {} : { severity: 'fail' },
    ),
  ];
}

function stapleMissing(tls: TlsResult, host: string): Fault[] {
  if (!tls.mustStaple || tls.ocspStapledBytes !== undefined) return [];
  return [fault('tls.staple-missing', say.stapleMissing({ host }))];
}
