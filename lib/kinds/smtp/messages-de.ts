import type { Translation } from '../contract/sentences.ts';
import type { smtpCatalogue } from './messages.ts';

export const smtpGerman: Translation<typeof smtpCatalogue> = {
  accepted: '{recipient} wird angenommen ({code})',
  acceptsAll:
    '{peer} ist ein Tarpit oder eine Falle: Jeder Befehl, auch QUIT, wird mit „{reply}“ beantwortet. Dass Empfänger angenommen werden, beweist nichts.',
  acceptsSlowly:
    '{peer} ist ein Tarpit oder hält diesen Prüfer für einen Spam-Absender: Jede Antwort brauchte {seconds} s oder mehr, und alles Verlangte wird angenommen. Dass Empfänger angenommen werden, beweist nichts.',
  answeredEndless: '{peer} antwortet ohne Ende: {bound}. Gefragt war: {what}.',
  answeredNoReply: '{peer} antwortet mit etwas, das keine SMTP-Antwort ist: „{text}“. Gefragt war: {what}.',
  answers: '{parts}.',
  answersAsMailServer: '{peer} antwortet als Mailserver: „{banner}“ nach {ms} ms',
  answersWith: '{peer} antwortet mit „{text}“.',
  answersWithProtocol: '{peer} antwortet mit {protocol}: „{text}“.',
  answersWithTls:
    '{peer} antwortet mit TLS (für einen Port, der vom ersten Byte an TLS spricht, smtps:// nehmen): „{text}“.',
  atEhlo: 'bei EHLO',
  atGreeting: 'bei der Begrüßung',
  atMail: 'bei MAIL FROM',
  atRcpt: 'bei RCPT TO',
  clientRefused:
    '{peer} lehnt diesen Prüfer {stage} ab, was immer er verlangt: „{reply}“. Andere werden vielleicht angenommen, daher wird der Maildienst nicht beurteilt. {remedy}',
  closedWithoutGreeting: '{peer} nimmt die Verbindung an und hat sie sofort ohne Begrüßung geschlossen.',
  cutByInspection:
    '{peer}: Die SMTP-Inspektion einer Firewall (Cisco ASA "inspect esmtp") maskiert die Begrüßung („{banner}“). Dann, auf EHLO hin: Der Server {end}.',
  delayed: '{peer} hat erst nach {seconds} s gegrüßt: langsam, nicht geschlossen.',
  discarded: '{bytes} Byte, die nach dem 220 auf STARTTLS im Klartext kamen, wurden verworfen',
  domainNotServed:
    '{peer} lehnt den Empfänger {recipient} mit „{reply}“ ab: Für diese Domain nimmt er keine Mail an.',
  dropped: '{peer} {end}. Gefragt war: {what}.',
  droppedAfterTls:
    '{host} hat den TLS-Handshake abgeschlossen. Dann, auf EHLO hin: Der Server {end} (RFC 8460: starttls-not-supported).',
  ehlo: 'EHLO',
  ehloAndHeloRefused: '{peer} lehnt EHLO mit „{reply}“ ab und HELO mit „{helo}“.',
  ehloNoReply: '{peer} grüßt mit 220, aber was auf EHLO kommt, ist keine SMTP-Antwort: „{text}“.',
  ehloNotNow: '{peer} hat EHLO mit „{reply}“ beantwortet.',
  ehloOtherwise: '{peer} beantwortet EHLO mit „{reply}“, wo SMTP 250 vorsieht.',
  ehloRefusedAfterTls:
    '{host} hat den TLS-Handshake abgeschlossen und dann EHLO mit „{reply}“ abgelehnt (RFC 8460: starttls-not-supported).',
  ehloRefusedHeloUnanswered: '{peer} lehnt EHLO mit „{reply}“ ab. Dann, auf HELO hin: Der Server {end}.',
  ehloRefusedHeloWorks:
    '{peer} lehnt EHLO mit „{reply}“ ab; HELO funktioniert, aber ohne EHLO gibt es kein STARTTLS.',
  encryptionRequired: '{peer} nimmt ohne TLS keine Mail an ({stage}: „{reply}“).',
  endClosed: 'hat die Verbindung geschlossen',
  endComplete: 'hat die Sitzung beendet',
  endDeadline: 'hatte nicht geantwortet, als der Lauf endete',
  endReset: 'hat die Verbindung zurückgesetzt (RST)',
  endSilent: 'hat nicht rechtzeitig geantwortet',
  endTooLarge: 'hat mehr gesendet, als eine SMTP-Antwort haben darf',
  endedAfterTls:
    '{peer} schließt den TLS-Handshake ab. Dann, ohne Begrüßung: Der Server {end}. Der Mailserver dahinter läuft nicht oder hängt.',
  frontEndAlone:
    '{peer} kann gerade keine Mail für {recipient} annehmen: „{reply}“. Das sagt ein Exchange-Front-End, wenn es den Transportdienst dahinter nicht erreicht.',
  greetingCut:
    '{peer} hat eine Begrüßung begonnen („{begin}“), aber ihre letzte Zeile "220 …" kam nie. Nach {ms} ms: Der Server {end}.',
  greetingEndless: '{peer} beendet die Begrüßung nie: {bound}.',
  greetsAsNntp: '{peer} grüßt mit „{reply}“ (so grüßt NNTP), wo SMTP 220 vorsieht.',
  greetsOtherwise: '{peer} grüßt mit „{reply}“, wo SMTP 220 vorsieht.',
  greylisted:
    '{peer} verschiebt den Empfänger {recipient} durch Greylisting: „{reply}“. Prüfen Sie nach 5 Minuten oder mehr noch einmal von derselben Quelle.',
  greylistedAtGreeting:
    '{peer} grüßt mit Greylisting: „{reply}“. Prüfen Sie nach 5 Minuten oder mehr noch einmal von derselben Quelle.',
  greylistedAtMail:
    '{peer} beantwortet MAIL FROM mit Greylisting: „{reply}“. Prüfen Sie nach 5 Minuten oder mehr noch einmal von derselben Quelle.',
  inClear: '{fault} Er spricht SMTP im Klartext: Prüfen Sie ihn als smtp://, das STARTTLS nutzt.',
  isFtp: '{peer} ist ein FTP-Server: Er grüßt mit „{banner}“ und beantwortet EHLO mit „{reply}“.',
  loginRequired:
    '{peer} nimmt ohne Anmeldung keine Mail an ({stage}: „{reply}“): ein Port für Benutzer (Submission) oder ein Empfangsconnector, der anonyme Absender nicht erlaubt.',
  mailFrom: 'MAIL FROM',
  mailFromUnasked: 'MAIL FROM, daher konnte nach {recipient} nicht gefragt werden',
  mailboxFull: '{peer} nimmt keine Mail für {recipient} an, da das Postfach voll ist: „{reply}“.',
  masked:
    '{peer}: Die SMTP-Inspektion einer Firewall (Cisco ASA "inspect esmtp") maskiert die Begrüßung: „{banner}“.',
  mx: 'MX {records}',
  mxDoubted:
    'Wohin Mail an {domain} geht, ist nicht bekannt: {code} auf die Frage nach dem MX oder dessen Adressen kommt von einem Resolver, der einen vorhandenen Namen nicht kennt oder keinen verneint.',
  mxElsewhere: 'Mail an {domain} geht an {addresses} ({mx}), nicht an {address}.',
  mxIsAddress:
    'Der MX von {domain} ist eine IP-Adresse ({exchanges}), wo RFC 5321 einen Hostnamen verlangt: Die meisten Absender nutzen ihn nicht.',
  mxIsAlias:
    'Der MX von {domain} nennt Aliase (CNAME): {aliases}. RFC 2181 verlangt einen Namen mit eigenen Adressen, und manche Absender lehnen das ab.',
  mxPartlyAddress:
    'Der MX von {domain} nennt neben Hostnamen IP-Adressen ({exchanges}): Die meisten Absender überspringen sie.',
  mxUnknown: 'Wohin Mail an {domain} geht, ist nicht bekannt: Die MX-Abfrage endete mit {code}.',
  mxWithoutAddress: 'Mail an {domain} erreicht keinen Server: {mx} und keine Adresse.',
  noDomain: '{domain} existiert im DNS nicht (NXDOMAIN), Mail dorthin kommt also nie hier an.',
  noGreeting:
    '{peer} nimmt die Verbindung an, hat aber in {ms} ms keine Begrüßung gesendet. Mailserver warten bis zu 5 Minuten darauf (RFC 5321 §4.5.3.2.1); ein nur langsamerer bekommt also trotzdem Mail.',
  noGreetingMaybeTls:
    '{peer} nimmt die Verbindung an, hat aber in {ms} ms keine Begrüßung gesendet. Port 465 erwartet vom ersten Byte an TLS (RFC 8314): Prüfen Sie ihn als smtps://.',
  noMailbox:
    '{peer} lehnt den Empfänger {recipient} mit „{reply}“ ab: Ein solches Postfach kennt er nicht, oder es ist gesperrt.',
  noMx: 'kein MX-Eintrag, daher zählt die eigene Adresse',
  noSessionNow: '{peer} antwortet, nimmt aber gerade keine Sitzung an: Die Begrüßung ist „{reply}“.',
  nullMx:
    '{domain} hat den Null MX "0 .": Die Domain erklärt, dass sie keine Mail annimmt, Absender verbinden sich also nie.',
  onlyFallback:
    '{address} ist für Mail an {domain} nur ein Ausweichserver: Absender versuchen zuerst {exchanges} ({mx}).',
  outOfStep:
    '{peer} hat ungefragt „{reply}“ gesendet, sodass die Antworten nicht mehr zu den Befehlen passen; über STARTTLS, Empfänger oder Relaying wird nichts gesagt.',
  overTls: '{protocol}',
  pending:
    '{peer} hatte noch nicht geantwortet, als die Zeit dieser Prüfung um war, insgesamt {ms} ms; gefragt war: {what}. Sendende Server warten fünf Minuten (RFC 5321 §4.5.3.2): Das ist langsam und weder ein Ja noch ein Nein.',
  proxyHeaderUnexpected:
    '{peer} hat „{reply}“ auf etwas geantwortet, das dieser Client nicht gesendet hat: Ein Balancer oder eine Firewall davor sendet einen PROXY-Header, und der Mailserver hält ihn für einen Befehl. Alle Antworten danach gehören zum Befehl davor; über STARTTLS, Empfänger oder Relaying wird daher nichts gesagt.',
  rcptTo: 'RCPT TO:<{recipient}>',
  rcptToForeign: 'RCPT TO des fremden Empfängers',
  recipientNotNow: '{peer} kann gerade keine Mail für {recipient} annehmen: „{reply}“.',
  recipientRefused: '{peer} lehnt den Empfänger {recipient} mit „{reply}“ ab.',
  rejectedOnConnect: '{peer} antwortet, lehnt aber diesen Client bei der Begrüßung ab: „{reply}“.',
  rejectedOnConnectFor:
    '{peer} antwortet, lehnt aber diesen Prüfer bei der Begrüßung ab: „{reply}“. Andere werden vielleicht angenommen. {remedy}',
  relay:
    '{peer} hat den fremden Empfänger {recipient} mit „{reply}“ angenommen: Vielleicht leitet er für jeden weiter. Es wurde keine Nachricht gesendet, bewiesen ist das also nicht.',
  relayDenied: 'Relaying wird verweigert ({code})',
  relayNotJudged:
    '{peer} verschiebt den fremden Empfänger {recipient} mit „{reply}“: Ob er weiterleiten würde, ist nicht bekannt.',
  remedyAccess:
    'Lassen Sie die Quelladresse der Prüfung in den Regeln des Mailservers zu, oder prüfen Sie von einer anderen aus.',
  remedyBlockList:
    'Lassen Sie die Quelladresse der Prüfung von der Liste nehmen, die die Antwort nennt, oder prüfen Sie von einer anderen aus.',
  remedyHeloName:
    'Lassen Sie die Prüfung bei EHLO einen Namen nennen (--ehlo-name), der im DNS existiert und zu ihrer Quelladresse führt.',
  remedyNetwork:
    'Prüfen Sie von einer festen Adresse eines Büros oder Rechenzentrums aus: Dieses Netz ist eines für Endkunden.',
  remedyRate:
    'Prüfen Sie seltener, oder lassen Sie die Quelladresse der Prüfung von der Begrenzung ausnehmen.',
  remedyReverseName:
    'Geben Sie der Quelladresse der Prüfung einen PTR-Eintrag, und dem Namen darin einen A- oder AAAA-Eintrag, der zurückführt.',
  repeatsLine:
    '{peer} ist ein Tarpit oder hält diesen Prüfer für einen Spam-Absender: Die Zeile „{line}“ wird wiederholt, und die Antwort endet nie ({count}-mal und mehr). Über STARTTLS, Empfänger oder Relaying wird nichts gesagt.',
  senderNotNow: '{peer} beantwortet MAIL FROM mit „{reply}“.',
  senderNotNowUnasked:
    '{peer} beantwortet MAIL FROM mit „{reply}“, daher konnte nach {recipient} nicht gefragt werden.',
  senderRefused: '{peer} lehnt MAIL FROM mit „{reply}“ ab.',
  senderRefusedAtRcpt:
    '{peer} lehnt den Absender bei RCPT TO mit „{reply}“ ab: Über den Empfänger ist nichts bekannt.',
  senderRefusedUnasked:
    '{peer} lehnt MAIL FROM mit „{reply}“ ab, daher konnte nach {recipient} nicht gefragt werden.',
  silentAfterTls:
    '{peer} schließt den TLS-Handshake ab und schweigt dann, ohne Begrüßung: Der Mailserver dahinter läuft nicht oder hängt.',
  spokenBefore:
    '{peer} beschwert sich sofort, der Client habe zu früh gesprochen: „{reply}“. Dieser Client hatte nichts gesendet: Ein Balancer oder eine Firewall davor sendet etwas Eigenes, meist einen PROXY-Header, und der Mailserver erwartet das nicht.',
  starttlsDropped:
    '{host} hat STARTTLS angeboten. Als es verlangt wurde: Der Server {end} (RFC 8460: starttls-not-supported).',
  starttlsFault: '{-fault} (STARTTLS).',
  starttlsHandshake: 'TLS nach STARTTLS ist gescheitert: {-fault} (RFC 8460: validation-failure).',
  starttlsInspected:
    '{host} hat STARTTLS angeboten, es aber mit „{reply}“ beantwortet: Eine Firewall mit SMTP-Inspektion ändert den Befehl unterwegs (RFC 8460: starttls-not-supported).',
  starttlsMissing:
    '{host} bietet kein STARTTLS an (RFC 8460: starttls-not-supported); Mail erreicht ihn im Klartext.',
  starttlsPolicyFault: '{-fault} (STARTTLS; RFC 8460: {type}).',
  starttlsRefused:
    '{host} hat STARTTLS angeboten, es aber mit „{reply}“ beantwortet (RFC 8460: starttls-not-supported).',
  starttlsRequired: '{host} bietet kein STARTTLS an (RFC 8460: starttls-not-supported), das gefordert ist.',
  starttlsStripped:
    'Ein Gerät dazwischen hat EHLO-Schlüsselwörter von {host} mit X überschrieben („{extensions}“), und STARTTLS fehlt: SMTP-Inspektion verhindert die Verschlüsselung (RFC 8460: starttls-not-supported).',
  starttlsUnknown:
    '{host} hat STARTTLS angeboten, es aber mit „{reply}“ beantwortet, als kenne er den Befehl nicht (RFC 8460: starttls-not-supported). Sonst deutet in der Sitzung nichts auf ein Gerät dazwischen; vielleicht sagt das der Server selbst.',
  starttlsWith: 'STARTTLS mit {protocol}',
  stutters:
    '{peer} ist ein Tarpit oder hält diesen Prüfer für einen Spam-Absender: Die Antwort kommt Byte für Byte ({bytes} Byte in {seconds} s). Über STARTTLS, Empfänger oder Relaying wird nichts gesagt.',
  tooLarge: 'es kam mehr, als eine Antwort haben darf',
  tooLongLine: 'eine Zeile hat über {limit} Byte, wo RFC 5321 512 erlaubt; sie beginnt mit „{begin}“',
  tooManyBytes: 'über {limit} Byte ohne Ende; der Anfang ist „{begin}“',
  tooManyLines: 'eine Antwort von über {limit} Zeilen; sie beginnt mit „{begin}“',
};
