import { catalogue, sentences } from '../contract/sentences.ts';

/** What a TLS handshake and its certificates prove, for every protocol over TLS. */
export const tlsCatalogue = catalogue('tls', {
  silent:
    '{peer} accepts the connection but does not answer the ClientHello: a middlebox may be answering for a dead server, or the service does not speak TLS and waits.',
  stalled:
    'The TLS handshake with {peer} stalled after {bytes} bytes: large packets may be lost on the way (a path MTU black hole: ICMP "fragmentation needed" is blocked), or the server hangs.',
  closedAtOnce:
    '{peer} closed the connection after the ClientHello, without a byte: a firewall that inspects TLS or filters by name does so, as does a server that has no site for this name.',
  closedAfter:
    '{peer} closed the connection in the TLS handshake after {bytes} bytes: a firewall that inspects TLS or filters by name does so, as does a server that has no site for this name.',
  resetAtOnce:
    '{peer} reset the connection (RST) after the ClientHello, without a byte: a firewall that inspects TLS or filters by name does so, as does a server that has no site for this name.',
  resetAfter:
    '{peer} reset the connection (RST) in the TLS handshake after {bytes} bytes: a firewall that inspects TLS or filters by name does so, as does a server that has no site for this name.',
  alert: '{peer} refused the TLS handshake with alert {number} ({name}).',
  alertWithHint: '{peer} refused the TLS handshake with alert {number} ({name}){hint}.',
  alertNothingInCommon:
    ', so client and server have no cipher, key or version in common, or the server has no certificate for this name',
  alertAfterCertificate: ' after it had sent its own certificate: it probably demands a client certificate',
  alertEmptyCertificate: ': it asks for a client certificate and does not accept an empty one',
  alertAccess: ': it knows who may connect, and this client may not',
  alertVersion: ': it accepts none of TLS 1.0 to 1.3',
  alertInternal: ': the server has a fault of its own, often a site without certificate',
  alertNoSite: ': it has no site for the name {name}',
  alertNoSiteWithoutName: ': it has no site for no name (the target is an address)',
  alertCertificateRequired: ': it demands a client certificate',
  alertProtocol: ': it speaks none of the application protocols that were offered (ALPN)',
  recordsRejected: '{peer} answered the ClientHello with records that OpenSSL rejects ({code}: {reason}).',
  onlyOld: '{peer} speaks nothing newer than {version}, which clients of today refuse.',
  onlyDhe: '{peer} agrees keys by DHE alone: all current browsers and OpenSSL refuse it.',
  onlyDheGroup:
    '{peer} agrees keys by DHE alone, with a group of {bits} bits: all current browsers and OpenSSL refuse it.',
  otherProtocol: '{peer} speaks {protocol}, not TLS; its first bytes are "{bytes}".',
  notTls: '{peer} does not speak TLS; its first bytes are "{bytes}".',
  notTlsEmpty: '{peer} does not speak TLS.',
  /** Which protocol a greeting belongs to; used inside other sentences. */
  protocol: '{name}',
  plainHttp: 'plain HTTP',
  inClear: '{name} in clear',
  eitherInClear: '{one} or {other} in clear',
  speaks: '{peer} speaks {version}.',
  speaksUntil: '{peer} speaks {version}, its certificate is valid for {days} more days.',
  versionBelow: '{host} speaks nothing newer than {version}; at least {minimum} is needed.',
  versionAccepted: '{host} still accepts {version} as well as {best}; {minimum} should be the oldest.',
  versionAcceptedBesideNewer:
    '{host} still accepts {version} as well as newer versions; {minimum} should be the oldest.',
  weakCiphers:
    '{host} still accepts {weaknesses}: offered nothing better, it chose {suites}. Clients of today choose better ones, and are not affected.',
  weakCiphersAndMore:
    '{host} still accepts {weaknesses}: offered nothing better, it chose {suites}, and there may be more. Clients of today choose better ones, and are not affected.',
  /** What is wrong with a suite; used inside other sentences. */
  anonymous: 'anonymous suites, with which anybody can pose as the server',
  unencrypted: 'suites that encrypt nothing (NULL)',
  exportSuites: 'export suites of 40 or 56 bits',
  des: 'single DES',
  rc4: 'RC4',
  tripleDes: '3DES',
  suite: '{name}',
  stapleMissing:
    'The certificate of {host} demands a stapled OCSP response (must-staple), and the server sends none.',
});

export const tlsSentence = sentences(tlsCatalogue);
