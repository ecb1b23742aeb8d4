import type { Translation } from '../contract/sentences.ts';
import type { certificateCatalogue } from './certificate-messages.ts';

export const certificateGerman: Translation<typeof certificateCatalogue> = {
  chainIncomplete:
    'Die Kette von {host} ist unvollständig: {detail}. Das Zwischenzertifikat muss zusammen mit dem Zertifikat des Servers installiert werden, es sei denn, der Aussteller ist eine private Root: Ihr trauen Clients nicht, was auch immer gesendet wird.',
  chainIncompleteDespiteOthers:
    'Die Kette von {host} ist unvollständig, obwohl weitere Zertifikate gesendet wurden: {detail}. Das Zwischenzertifikat muss zusammen mit dem Zertifikat des Servers installiert werden, es sei denn, der Aussteller ist eine private Root: Ihr trauen Clients nicht, was auch immer gesendet wird.',
  chainInvalid: 'Clients lehnen die Kette von {host} ab: {detail}.',
  expired: '{^parts}.',
  expiredDaysAgo: '{certificate} ist am {day} abgelaufen (vor {days} Tagen)',
  expiredToday: '{certificate} ist am {day} abgelaufen (heute)',
  expiredYesterday: '{certificate} ist am {day} abgelaufen (vor 1 Tag)',
  expiresSoon: '{^certificate} läuft am {day} ab, in {days} Tagen (Grenze {limit}).',
  issuing: 'das ausstellende Zertifikat {subject}',
  list: 'die Sperrliste seiner Zertifizierungsstelle, {url}',
  needless: '{count} Zertifikate werden gesendet, die zu keinem Pfad gehören',
  needlessOne: 'ein Zertifikat wird gesendet, das zu keinem Pfad gehört',
  noName: 'Das Zertifikat gilt nicht für {host}: Es nennt keinen Host (Subject {subject}).',
  noReason: 'ohne Angabe eines Grundes',
  notBefore: '{certificate} gilt erst ab {time}',
  notTrusted: 'Clients vertrauen {host} nicht: {detail}.',
  notYetValid: '{^parts}. Geht die Uhr der ausstellenden Stelle oder dieser Maschine richtig?',
  otherNames: 'Das Zertifikat gilt nicht für {host}, sondern für {names}.',
  otherNamesAndMore: 'Das Zertifikat gilt nicht für {host}, sondern für {names} und {more} weitere.',
  own: 'das Zertifikat von {host}',
  privateRoot:
    'Clients vertrauen {host} nicht: {detail}. Wahrscheinlich ist es eine private Root; wenn nicht, ist es ein weiteres Zwischenzertifikat, das installiert werden muss.',
  reason: '{name}',
  responder: 'der OCSP-Responder seiner Zertifizierungsstelle, {url}',
  revokedAtSomeTime: '{^certificate} ist widerrufen ({reason}), sagt {source}. {clients}',
  revokedIssuing:
    'Browser führen widerrufene ausstellende Zertifikate in eigenen Listen und lehnen alles ab, was damit ausgestellt wurde; curl, OpenSSL, Java und Go fragen von sich aus nicht nach.',
  revokedOwn:
    'Firefox und Safari führen Listen widerrufener Zertifikate öffentlicher Stellen und lehnen es ab; Chrome lehnt ab, was in seiner kürzeren Liste (CRLSets) steht; curl, OpenSSL, Java und Go fragen von sich aus nicht nach.',
  revokedSince: '{^certificate} wurde am {when} widerrufen ({reason}), sagt {source}. {clients}',
  root: 'die Root {subject}',
  selfSigned: 'Das Zertifikat von {host} ist selbstsigniert: {detail}.',
  untidy: '{host} sendet eine unordentliche Kette: {remarks}. Manche Clients scheitern daran.',
  weakKey: '{certificate} hat einen Schlüssel von {bits} Bit ({type}); mindestens {least} sind nötig',
  weakKeys: '{^parts}.',
  weakKeysRefused: '{^parts}: {refusal}.',
  weakSignature: '{certificate} ist mit {algorithm} signiert',
  weakSignatures: '{^parts}.',
  wrongOrder: 'die Zertifikate stehen in falscher Reihenfolge (die Aussteller an {places})',
};
