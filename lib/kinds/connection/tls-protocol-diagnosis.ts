/** Protocol versions, weak suites and staples of a handshake that completed. */
import type { Assertions } from '../../model/endpoint.ts';
import type { Fault } from '../../model/finding.ts';
import { fault } from '../contract/fault.ts';
import type { Sentence } from '../contract/sentences.ts';
import type { TlsResult } from '../contract/tls-result.ts';
import { listed } from './listed.ts';
import { tlsSentence as say } from './tls-messages.ts';
import { type Weakness, weaknessOf } from './weak-suites.ts';

const VERSIONS = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
/** RFC 8996 forbids TLS 1.0 and 1.1. */
const DEFAULT_MINIMUM = 'TLSv1.2';

export function protocolFaults(tls: TlsResult, host: string, assertions: Assertions | undefined): Fault[] {
  return [...tooOld(tls, host, assertions), ...weakCiphers(tls, host), ...stapleMissing(tls, host)];
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

function weakCiphers({ weakCiphers: weak }: TlsResult, host: string): Fault[] {
  if (weak === undefined || weak.accepted.length === 0) return [];
  const weaknesses = weak.accepted.flatMap((name) => weaknessOf(name) ?? []);
  const filling = {
    host,
    weaknesses: listed(weaknesses.map((weakness) => WORDS[weakness])),
    suites: listed(weak.accepted.map((name) => say.suite({ name }))),
  };
  return [
    fault('tls.weak-cipher', weak.complete ? say.weakCiphers(filling) : say.weakCiphersAndMore(filling)),
  ];
}

const WORDS: Readonly<Record<Weakness, Sentence>> = {
  anonymous: say.anonymous({}),
  unencrypted: say.unencrypted({}),
  export: say.exportSuites({}),
  des: say.des({}),
  rc4: say.rc4({}),
  '3des': say.tripleDes({}),
};

function stapleMissing(tls: TlsResult, host: string): Fault[] {
  if (!tls.mustStaple || tls.ocspStapledBytes !== undefined) return [];
  return [fault('tls.staple-missing', say.stapleMissing({ host }))];
}
