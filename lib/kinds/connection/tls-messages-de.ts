import type { Translation } from '../contract/sentences.ts';
import type { tlsCatalogue } from './tls-messages.ts';

export const tlsGerman: Translation<typeof tlsCatalogue> = {
  alert: '{peer} hat den TLS-Handshake mit Alert {number} ({name}) abgelehnt.',
  alertAccess: ': Er weiß, wer sich verbinden darf, und dieser Client darf es nicht',
  alertAfterCertificate:
    ', nachdem er sein eigenes Zertifikat gesendet hatte: Wahrscheinlich verlangt er ein Client-Zertifikat',
  alertCertificateRequired: ': Er verlangt ein Client-Zertifikat',
  alertEmptyCertificate: ': Er verlangt ein Client-Zertifikat und akzeptiert kein leeres',
  alertInternal: ': Der Server hat einen eigenen Fehler, oft eine Site ohne Zertifikat',
  alertNoSite: ': Er hat keine Site für den Namen {name}',
  alertNoSiteWithoutName: ': Er hat keine Site ohne Namen (das Ziel ist eine Adresse)',
  alertNothingInCommon:
    ', Client und Server haben also keine Cipher, keinen Schlüssel oder keine Version gemeinsam, oder der Server hat kein Zertifikat für diesen Namen',
  alertProtocol: ': Er spricht keines der angebotenen Anwendungsprotokolle (ALPN)',
  alertVersion: ': Er akzeptiert keine Version von TLS 1.0 bis 1.3',
  alertWithHint: '{peer} hat den TLS-Handshake mit Alert {number} ({name}) abgelehnt{hint}.',
  closedAfter:
    '{peer} hat die Verbindung im TLS-Handshake nach {bytes} Byte geschlossen: Das tut eine Firewall, die TLS inspiziert oder nach Namen filtert, und ebenso ein Server, der keine Site für diesen Namen hat.',
  closedAtOnce:
    '{peer} hat die Verbindung nach dem ClientHello ohne ein Byte geschlossen: Das tut eine Firewall, die TLS inspiziert oder nach Namen filtert, und ebenso ein Server, der keine Site für diesen Namen hat.',
  eitherInClear: '{one} oder {other} im Klartext',
  inClear: '{name} im Klartext',
  notTls: '{peer} spricht kein TLS; die ersten Bytes sind „{bytes}“.',
  notTlsEmpty: '{peer} spricht kein TLS.',
  onlyDhe: '{peer} vereinbart Schlüssel nur mit DHE: Alle aktuellen Browser und OpenSSL lehnen das ab.',
  onlyDheGroup:
    '{peer} vereinbart Schlüssel nur mit DHE, mit einer Gruppe von {bits} Bit: Alle aktuellen Browser und OpenSSL lehnen das ab.',
  onlyOld: '{peer} spricht nichts Neueres als {version}, was heutige Clients ablehnen.',
  otherProtocol: '{peer} spricht {protocol}, nicht TLS; die ersten Bytes sind „{bytes}“.',
  plainHttp: 'unverschlüsseltes HTTP',
  protocol: '{name}',
  recordsRejected:
    '{peer} hat das ClientHello mit Records beantwortet, die OpenSSL ablehnt ({code}: {reason}).',
  resetAfter:
    '{peer} hat die Verbindung im TLS-Handshake nach {bytes} Byte zurückgesetzt (RST): Das tut eine Firewall, die TLS inspiziert oder nach Namen filtert, und ebenso ein Server, der keine Site für diesen Namen hat.',
  resetAtOnce:
    '{peer} hat die Verbindung nach dem ClientHello ohne ein Byte zurückgesetzt (RST): Das tut eine Firewall, die TLS inspiziert oder nach Namen filtert, und ebenso ein Server, der keine Site für diesen Namen hat.',
  silent:
    '{peer} nimmt die Verbindung an, beantwortet aber das ClientHello nicht: Vielleicht antwortet eine Middlebox für einen toten Server, oder der Dienst spricht kein TLS und wartet.',
  speaks: '{peer} spricht {version}.',
  speaksUntil: '{peer} spricht {version}, sein Zertifikat gilt noch {days} Tage.',
  stalled:
    'Der TLS-Handshake mit {peer} blieb nach {bytes} Byte stecken: Große Pakete gehen vielleicht unterwegs verloren (ein Path-MTU-Black-Hole: ICMP "fragmentation needed" ist blockiert), oder der Server hängt.',
  stapleMissing:
    'Das Zertifikat von {host} verlangt eine angeheftete OCSP-Antwort (Must-Staple), und der Server sendet keine.',
  versionAccepted: '{host} akzeptiert neben {best} noch {version}; die älteste sollte {minimum} sein.',
  versionAcceptedBesideNewer:
    '{host} akzeptiert neben neueren Versionen noch {version}; die älteste sollte {minimum} sein.',
  weakCiphers:
    '{host} akzeptiert noch {weaknesses}: Ohne besseres Angebot hat der Server {suites} gewählt. Heutige Clients wählen bessere und sind nicht betroffen.',
  weakCiphersAndMore:
    '{host} akzeptiert noch {weaknesses}: Ohne besseres Angebot hat der Server {suites} gewählt, und vielleicht gibt es weitere. Heutige Clients wählen bessere und sind nicht betroffen.',
  anonymous: 'anonyme Suites, mit denen sich jeder als der Server ausgeben kann',
  unencrypted: 'Suites, die nichts verschlüsseln (NULL)',
  exportSuites: 'Export-Suites mit 40 oder 56 Bit',
  des: 'einfaches DES',
  rc4: 'RC4',
  tripleDes: '3DES',
  suite: '{name}',
  versionBelow: '{host} spricht nichts Neueres als {version}; nötig ist mindestens {minimum}.',
};
