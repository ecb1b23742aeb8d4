import type { Translation } from '../contract/sentences.ts';
import type { mxCatalogue } from './messages.ts';

export const mxGerman: Translation<typeof mxCatalogue> = {
  alias:
    'Der MX von {domain} nennt einen Alias ({aliases}), was RFC 2181 §10.3 verbietet; manche Absender lehnen das ab. Schreiben Sie stattdessen "{domain}. MX {preference} {target}.".',
  allAnswer: 'jeder Mailserver antwortet',
  badCertificate: 'sein Zertifikat ist nicht gültig ({fault})',
  daneBogus:
    'die Signaturen der TLSA-Einträge unter {name} sind nicht gültig (Zone {zone}: {what}), sodass validierende Resolver mit SERVFAIL antworten',
  daneKept: 'die TLSA-Einträge passen zu den Zertifikaten von {exchanges}',
  daneMismatch:
    'Absender, die DANE beachten (Postfix, Exchange Online und andere), stellen Mail an {exchange} zurück, denn {reason}.{rest}',
  daneName:
    'das Zertifikat passt zu einem DANE-TA-Eintrag unter {name}, gilt aber nicht für den Server ({fault})',
  daneNoFit:
    'seine Zertifikate passen zu keinem der TLSA-Einträge unter {name} ({records}). Für das Zertifikat, das er jetzt sendet, lautet der Eintrag "{name}. IN TLSA 3 1 1 {digest}"',
  daneNoFitBare: 'seine Zertifikate passen zu keinem der TLSA-Einträge unter {name} ({records})',
  daneNoStarttls: 'er hat TLSA-Einträge unter {name} und bietet kein STARTTLS an',
  daneTlsFails: 'er hat TLSA-Einträge unter {name}, und sein TLS-Handshake scheitert',
  daneUnusable:
    'Die TLSA-Einträge von {exchange} unter {name} ({records}) sind für Mail nicht brauchbar: Nur die Usages 2 und 3 sind es (RFC 7672 §3.1.3). Absender verschlüsseln dann und prüfen kein Zertifikat.',
  dead: '{exchange} (MX {preference} von {domain}) nimmt keine Mail an: {seen}',
  deadAddress:
    '{address}, eine der Adressen von {exchange}, nimmt keine Mail an; Absender versuchen eine andere. {seen}',
  deadAll: 'Kein Mailserver von {domain} nimmt Mail an. {seen}',
  deadBackup:
    '{exchange} (MX {preference} von {domain}) nimmt keine Mail an; Absender gehen weiter zu {others}, verspätet und ohne Reserve. {seen}',
  doubted:
    'Wohin Mail an {domain} geht, ließ sich nicht feststellen: Der Resolver antwortet {code} und kennt Namen nicht, die es gibt.',
  exchangeUnknown:
    'Die Adressen von {exchange}, einem Mailserver von {domain}, ließen sich nicht feststellen: Die Abfrage endete mit {code}.',
  healthy: 'Mail an {domain} geht an {servers}: {parts}.',
  implicitNoAddress:
    '{domain} hat weder einen MX-Eintrag noch eine Adresse; kein Absender findet einen Server für die Mail dorthin.',
  literal:
    'Der MX von {domain} ist eine Adresse ({exchanges}), wo ein Hostname hingehört: Die meisten Absender schlagen sie als Namen nach und senden die Mail zurück.',
  noAddress:
    'Der MX-Eintrag "{domain}. MX {preference} {exchange}." führt ins Leere: {exchange} hat keinen A- oder AAAA-Eintrag. Legen Sie einen an, oder entfernen Sie den MX-Eintrag.',
  noDomain: '{domain} existiert nicht (NXDOMAIN); kein Absender findet einen Server für die Mail dorthin.',
  noPolicy: 'keine MTA-STS-Richtlinie',
  noRoute: 'Wohin Mail an {domain} geht, ließ sich nicht feststellen: Die MX-Abfrage endete mit {code}.',
  noStarttls: 'er bietet kein STARTTLS an',
  notNamed:
    'die Richtlinie nennt {patterns} und nicht diesen Server: Fügen Sie ihr die Zeile "mx: {exchange}" hinzu, und geben Sie dem TXT-Eintrag unter _mta-sts.{domain} eine neue id',
  notPublic:
    'Der MX-Eintrag "{domain}. MX {preference} {exchange}." führt zu {address}, das nicht im Internet liegt ({range}): Kein Absender erreicht es. Geben Sie {exchange} eine öffentliche Adresse, oder entfernen Sie den MX-Eintrag.',
  nullBeside:
    '{domain} hat einen MX-Eintrag "0 ." (Null MX) neben anderen. Er darf nur allein stehen (RFC 7505 §3): Entfernen Sie ihn oder alle anderen.',
  nullMx:
    '{domain} nimmt keine Mail an: Der einzige MX-Eintrag ist "0 ." (RFC 7505), Absender senden Mail also sofort zurück.',
  policyKept: 'die MTA-STS-Richtlinie ({mode}) passt',
  server: '{exchange} ({preference})',
  stsCertificate: 'ihr Zertifikat gilt nicht für mta-sts.{domain} ({detail})',
  stsCoding: 'sie kommt komprimiert ({detail}), was nicht verlangt war',
  stsContentType: 'der Content-Type ist nicht text/plain ({detail})',
  stsEnforce:
    'Absender, die MTA-STS beachten (Google, Microsoft und andere), stellen Mail an {exchange} zurück, denn {reason}. Die Richtlinie von {domain} sagt "mode: enforce".{rest}',
  stsHostUnknown: 'mta-sts.{domain} hat keine Adresse ({detail})',
  stsIncomplete: 'die Antwort brach ab ({detail})',
  stsNoConnect: '{address} Port 443 nimmt keine Verbindung an ({detail})',
  stsNoOthers: ' Kein anderer Mailserver passt, diese Mail kommt also nicht an.',
  stsNoResponse: 'es kam keine HTTP-Antwort ({detail})',
  stsNone:
    '{exchange} würde nicht zur MTA-STS-Richtlinie von {domain} passen, denn {reason}. Deren "mode: none" verlangt nichts.',
  stsNotPublic: '{address} liegt nicht im Internet ({detail})',
  stsOthers: ' Mail geht noch an {others}.',
  stsPolicySyntax: 'sie ist keine gültige Richtlinie: {detail}',
  stsRedirect:
    'sie leitet weiter (zu {detail}), und Weiterleitungen darf nicht gefolgt werden (RFC 8461 §3.3)',
  stsSeveral:
    '_mta-sts.{domain} hat mehrere TXT-Einträge mit v=STSv1: Absender tun, als gäbe es keinen (RFC 8461 §3.1). Lassen Sie einen stehen.',
  stsStatus: 'der Status ist {detail}, nicht 200',
  stsSyntax:
    'Der TXT-Eintrag unter _mta-sts.{domain} hat keine gültige id ("{record}"): Absender tun, als gäbe es keinen (RFC 8461 §3.1). Schreiben Sie stattdessen "v=STSv1; id=20261130T120000;", mit einer neuen id bei jeder Änderung der Richtlinie.',
  stsTesting:
    'Absender, die MTA-STS beachten (Google, Microsoft und andere), melden {exchange} und würden Mail dorthin bei "mode: enforce" zurückstellen, denn {reason}. Die Richtlinie von {domain} sagt "mode: testing".',
  stsTls: 'der TLS-Handshake scheitert ({detail})',
  stsTooLarge: 'sie ist größer als {detail}',
  stsUnknown:
    'Ob {domain} eine MTA-STS-Richtlinie hat, ließ sich nicht feststellen: Die Abfrage endete mit {code}.',
  stsUnreachable:
    '{domain} kündigt eine MTA-STS-Richtlinie an, aber Absender können {url} nicht nutzen: {reason}. Wer eine frühere Richtlinie hat, hält sich bis zu deren Ende daran; alle anderen stellen ohne zu.',
  tlsFails: 'sein TLS-Handshake scheitert',
};
