import type { Translation } from '../contract/sentences.ts';
import type { clientCatalogue } from './client-messages.ts';

export const clientGerman: Translation<typeof clientCatalogue> = {
  allBrowsers: 'alle aktuellen Browser',
  anyPurpose:
    'hängt vom Zertifikat {subject} ab, das für beliebige Zwecke gilt und den eines TLS-Servers nicht nennt (seiner Extended Key Usage fehlt serverAuth)',
  cipherAlone: 'verschlüsselt nur mit {cipher}',
  client: '{name}',
  dheAlone: 'vereinbart Schlüssel nur mit DHE',
  dheAloneWithGroup: 'vereinbart Schlüssel nur mit DHE, mit einer Gruppe von {bits} Bit',
  firstSent:
    'sendet mehrere Zertifikate eines Ausstellers oder führt zu solchen, und ein Client, der das erste gesendete nimmt, endet auf einem Pfad, der scheitert ({detail}), während Browser einen gültigen finden',
  firstValid:
    'sendet mehrere Zertifikate eines Ausstellers oder führt zu solchen, und ein Client, der das erste jetzt gültige nimmt, endet auf einem Pfad, der scheitert ({detail}), während Browser einen gültigen finden',
  groupAlone: 'vereinbart Schlüssel nur mit der Gruppe {group}',
  keyOfType: 'hat einen Schlüssel des Typs {type} mit {bits} Bit',
  keyOnCurve: 'hat einen Schlüssel auf der elliptischen Kurve {curve}',
  listed: '{,first} und {last}',
  malformedCertificate: 'zeigt ein fehlerhaft aufgebautes Zertifikat ({detail})',
  manyCertificates: 'sendet {count} Zertifikate',
  noForwardSecrecy:
    '{host} tauscht Schlüssel nur durch RSA-Verschlüsselung aus: Browser verbinden sich, aber wer an den Schlüssel des Servers kommt, kann allen früher aufgezeichneten Verkehr lesen.',
  noReason: 'ohne Angabe eines Grundes',
  noSecureRenegotiation: 'kennt keine Secure Renegotiation (RFC 5746); Browser verbinden sich trotzdem',
  refuseIt: '{clients} lehnen das ab',
  refused: '{host} {seen}: {refusal}.',
  refusesBrowsers:
    '{host} beantwortet einen Handshake mit dem, was aktuelle Browser anbieten, mit {answer} und nimmt einen mit älteren Algorithmen an ({cipher}).',
  refusesIt: '{client} lehnt das ab',
  revoked:
    'heftet eine OCSP-Antwort an, richtig signiert und noch gültig, die sagt, dass sein Zertifikat widerrufen ist',
  revokedSince:
    'heftet eine OCSP-Antwort an, richtig signiert und noch gültig, die sagt, dass sein Zertifikat am {when} widerrufen wurde ({reason})',
  rsaWithoutEncipherment:
    'tauscht Schlüssel durch RSA-Verschlüsselung aus, und sein Zertifikat erlaubt das dem Schlüssel nicht (keyUsage ohne keyEncipherment)',
  signatureAlone: 'signiert den Handshake nur mit {signature}',
  signedOnCurve:
    'hängt vom Zertifikat {subject} ab, das mit einem Schlüssel auf der elliptischen Kurve {curve} signiert ist',
  signedWith: 'hängt vom Zertifikat {subject} ab, das mit {algorithm} signiert ist',
  signedWithoutSignature:
    'tauscht Schlüssel mit {type} aus, vom Server signiert, und sein Zertifikat erlaubt das dem Schlüssel nicht (keyUsage ohne digitalSignature)',
  smallRoot: 'führt zur Root {subject}, deren RSA-Schlüssel {bits} Bit hat',
  unknownCipher: 'unbekannte Cipher',
  wildcardOverOneLabel: 'ist nur durch einen Wildcard-Namen über einem einzigen Label abgedeckt',
};
