import type { Translation } from '../contract/sentences.ts';
import type { httpCatalogue } from './messages.ts';

export const httpGerman: Translation<typeof httpCatalogue> = {
  afterRedirect: ' nach 1 Weiterleitung ({url})',
  afterRedirects: ' nach {count} Weiterleitungen ({url})',
  answers: '{peer} antwortet {status} über HTTP/{version}{+details}.',
  atTime: 'um „{time}“',
  behindRedirect: '{host} leitet zu {url} weiter: {fault}',
  blockPage:
    '{url} antwortet {status} mit der Sperrseite von {product}: Der Filter hat diese Quelle abgewiesen, die Site dahinter wurde nicht erreicht.',
  blockPageTitled:
    '{url} antwortet {status} mit der Sperrseite von {product} („{title}“): Der Filter hat diese Quelle abgewiesen, die Site dahinter wurde nicht erreicht.',
  bodyClosed:
    '{url} antwortet {status}, aber der Body wurde nach {bytes} Byte abgeschnitten (Verbindung geschlossen).',
  bodyMalformed:
    '{url} antwortet {status}, aber der Body ist nach {bytes} Byte fehlerhaft: Die Chunks sind nicht, was die Header sagen.',
  bodyReset: '{url} antwortet {status}, aber der Body wurde nach {bytes} Byte abgeschnitten (RST).',
  bodyStalled:
    '{url} antwortet {status}, aber der Body blieb nach {bytes} Byte stecken: Der Server hängt, oder große Pakete gehen unterwegs verloren (ein Path-MTU-Black-Hole: ICMP "fragmentation needed" ist blockiert).',
  brokenFraming: '{peer} hat HTTP/2 gewählt (ALPN h2) und dann dessen Framing verletzt.',
  brokenFramingBy: '{peer} hat HTTP/2 gewählt (ALPN h2) und dann dessen Framing verletzt ({error}).',
  brokenRule: '{rule} („{line}“)',
  brokenRules: '{first} und {,others}',
  captivePortal:
    '{answer}: Ein Netz verlangt eine Anmeldung, bevor es diesen Messpunkt hinauslässt (RFC 6585 §6). Die Site wurde nicht erreicht.',
  challengeAnswered:
    'Der HTTP-01-Pfad von {host} ({address}) kommt durch: Er antwortet {status} auf einen Token, den niemand abgelegt hat; ob die Ausstellung funktioniert, ist nicht bewiesen.',
  challengeBlocked:
    'Eine Zertifizierungsstelle könnte ihre Challenge von {host} ({address}) nicht abrufen: {fault}',
  challengeGetsThrough:
    'Der HTTP-01-Pfad von {host} ({address}) kommt durch: {status} auf einen Token, den niemand abgelegt hat, ist richtig; ob die Ausstellung funktioniert, ist nicht bewiesen.',
  cloudflare: '{url} antwortet {status} von Cloudflare: Cloudflare läuft, aber {problem}.',
  cloudflare1000: 'der Name zeigt auf eine Adresse von Cloudflare selbst',
  cloudflare1001: 'es kann den Namen nicht auflösen',
  cloudflare1002: 'der Name zeigt auf eine Adresse, die nicht erlaubt ist',
  cloudflare1003: 'nach der Site muss mit ihrem Namen gefragt werden, nicht mit einer Adresse von Cloudflare',
  cloudflare1004: 'der Name ist dort noch nicht eingerichtet',
  cloudflare1014: 'der Name ist ein CNAME in das Konto eines anderen Kunden',
  cloudflare1016: 'der Name des Ursprungsservers lässt sich nicht auflösen',
  cloudflare1018: 'der Host ist dort noch nicht bekannt',
  cloudflare1019: 'ein Worker der Site ruft sich endlos selbst auf',
  cloudflare1023: 'es findet den Host nicht',
  cloudflare1033: 'der Tunnel zum Ursprungsserver läuft nicht',
  cloudflare1034: 'der Name zeigt auf eine Adresse von Cloudflare, die nicht für diese Site ist',
  cloudflare1101: 'ein Worker der Site endete mit einer Exception',
  cloudflare1102: 'ein Worker der Site hat seine CPU-Zeit verbraucht',
  cloudflare520: 'der Ursprungsserver gab ihm eine unlesbare oder leere Antwort',
  cloudflare521:
    'der Ursprungsserver weist seine Verbindungen ab: Er läuft nicht oder sperrt die Adressen von Cloudflare',
  cloudflare522:
    'seine Verbindungen zum Ursprungsserver laufen in einen Timeout: Eine Firewall dort verwirft die Adressen von Cloudflare',
  cloudflare523: 'es hat keine Route zum Ursprungsserver: Die Adresse in seinen DNS-Einstellungen ist falsch',
  cloudflare524: 'der Ursprungsserver nahm die Anfrage an und antwortete in 100 Sekunden nicht',
  cloudflare525: 'sein TLS-Handshake mit dem Ursprungsserver scheitert',
  cloudflare526: 'das Zertifikat des Ursprungsservers ist nicht gültig',
  cloudflare527: 'seine Verbindung zum Railgun-Listener am Ursprungsserver scheitert',
  cloudflare530: 'es findet den Ursprungsserver nicht',
  codingBrokenOff:
    '{url} antwortet {status}, aber nach {bytes} Byte der Seite ist der Body nicht mehr so codiert, wie "Content-Encoding: {coding}" sagt: Browser zeigen die Seite bis dahin oder gar nicht.',
  cookieNeeded:
    '{url} setzt Cookies ({cookies}), leitet auf sich selbst weiter und antwortet {status}, wenn sie zurückkommen: Clients ohne Cookies bekommen die Seite nie.',
  cutHere:
    '{url}: Dieser Prüfer hat nur {bytes} Byte der Seite behalten, da der Lauf keinen Speicher mehr hatte; was die Seite enthält, wurde nicht beurteilt.',
  defaultPage:
    '{url} zeigt die Standardseite von {product}: Der Server läuft, aber für diesen Namen ist keine Site eingerichtet.',
  defaultPageOf: 'die Standardseite von {product}',
  defaultPageTitled:
    '{url} zeigt die Standardseite von {product} („{title}“): Der Server läuft, aber für diesen Namen ist keine Site eingerichtet.',
  directoryListing: 'ein Verzeichnislisting',
  domainForSale: 'das Angebot einer Domain zum Verkauf',
  emptyLocation: '{url} antwortet {status} mit leerer Location.',
  endClosed: 'wird die Verbindung geschlossen',
  endEndless: 'geht es ohne Ende weiter',
  endHttp2: 'wird HTTP/2 mit {error} beendet',
  endReset: 'wird sie zurückgesetzt (RST)',
  endSilent: 'herrscht Stille bis zum Timeout',
  falseCoding:
    '{url} antwortet {status}, aber der Body ist nicht so codiert, wie "Content-Encoding: {coding}" sagt: Browser lehnen die Seite ab (Chromium: ERR_CONTENT_DECODING_FAILED).',
  headRefused: '{peer} sendet den Status {status} mit {refusal}.',
  headersTooLarge: '{peer} sendet mehr als {limit} Byte Header; dort wurde aufgehört zu lesen.',
  http2Calm:
    '{url} beendet HTTP/2 mit {error}: Der Server lehnt diesen Prüfer ab, weil er zu oft fragt. Das ist kein Fehler der Site.',
  http2Fails:
    '{url} wählt HTTP/2 und scheitert darin ({error}); über HTTP/1.1, auf einer anderen Verbindung gefragt, ist die Antwort {status}. Browser fragen nicht noch einmal über HTTP/1.1.',
  http2FieldReadOver:
    '{url} antwortet {status} über HTTP/2 mit dem Header-Feld „{field}“ im HEADERS-Frame, das HTTP/2 verbietet: Browser wie Chromium lesen darüber hinweg, Safari, curl und andere lehnen die Antwort ab ({code}).',
  http2FieldRefused:
    '{url} antwortet über HTTP/2 mit einem Header-Feld, das HTTP/2 verbietet, höchstwahrscheinlich „{field}“, das die Antwort über HTTP/1.1 hat: Browser wie Chromium lesen darüber hinweg, curl und andere lehnen die Antwort ab ({code}); über HTTP/1.1, auf einer anderen Verbindung gefragt, ist die Antwort {status}.',
  http2FieldRefusedByAll:
    '{url} antwortet über HTTP/2 mit dem Header-Feld „{field}“ im HEADERS-Frame, das HTTP/2 verbietet: Browser lehnen die Antwort ab (Chromium: ERR_HTTP2_PROTOCOL_ERROR; {code}); über HTTP/1.1, auf einer anderen Verbindung gefragt, ist die Antwort {status}.',
  http2FieldSeen:
    '{url} antwortet über HTTP/2 mit dem Header-Feld „{field}“ im HEADERS-Frame, das HTTP/2 verbietet: Browser wie Chromium lesen darüber hinweg, Safari, curl und andere lehnen die Antwort ab ({code}); über HTTP/1.1, auf einer anderen Verbindung gefragt, ist die Antwort {status}.',
  httpsOnOtherHost:
    '{url} leitet zu https auf einem anderen Host weiter ({other}), {host} selbst wird also nie über https besucht und kann es nicht festschreiben (HSTS).',
  inSeconds: 'in {seconds} s',
  installer: 'den Installer von {product}',
  interimTooMany:
    '{peer} sendet mehr als {limit} Zwischenantworten (1xx) vor einer anderen; dort wurde aufgehört zu lesen.',
  listed: '{first} und {last}',
  looksLike: 'etwas, das wie {product} aussieht',
  loop: '{url} leitet zu {target} weiter, wonach schon gefragt wurde.',
  loopWithCookies: '{url} leitet zu {target} weiter, wonach schon mit denselben Cookies gefragt wurde.',
  maintenance:
    '{answer} und bittet, {wait} wiederzukommen: Der Server sagt selbst, dass er wegen Wartung geschlossen ist oder seine Last begrenzt; tot ist er nicht.',
  malformedRead:
    '{url} antwortet {status} mit {faults}: Bekannte Clients lesen darüber hinweg, strengere vielleicht nicht.',
  malformedRefused:
    '{url} antwortet {status} mit {faults}: Browser zeigen die Seite, {clients} lehnen die Antwort ab.',
  malformedRefusedByOne:
    '{url} antwortet {status} mit {faults}: Browser zeigen die Seite, {client} lehnt die Antwort ab.',
  misdirected:
    '{answer}: Der Server hat für diesen Namen auf dieser Verbindung keine Site. Ein Proxy davor sendet ihm im eigenen Handshake keinen Servernamen (SNI) oder einen anderen als in Host.',
  mixedContent:
    '{url} kommt über https und lädt {resource} über unverschlüsseltes http, was Browser blockieren.',
  mixedContentAndMore:
    '{url} kommt über https und lädt {resource} und {more} weitere über unverschlüsseltes http, was Browser blockieren.',
  neverEndsHeaders: '{peer} sendet den Status {status} und beendet die Header nie (nach {ms} ms {end}).',
  noHttpsRedirect: '{url} antwortet {status} in unverschlüsseltem HTTP, statt zu https weiterzuleiten.',
  noLocation: '{url} antwortet {status} ohne Location, zu der es weitergeht.',
  noResponse: '{peer} nimmt die Verbindung und die Anfrage an, dann {end}, ohne ein Byte HTTP.',
  noRoute: '{url} antwortet {status} von {who}: Für diesen Namen gibt es dort keine Site.',
  noRouteDefaultCertificate:
    '{url} antwortet {status} von {who}, unter dessen eigenem Standardzertifikat: Für diesen Namen gibt es dort keine Site.',
  noTitle: '{url} hat keinen Titel',
  notHttp: '{peer} spricht kein HTTP; die ersten Bytes sind „{bytes}“.',
  otherProtocol: '{peer} spricht {protocol}; die ersten Bytes sind „{bytes}“.',
  pageWithoutHead:
    '{peer} sendet eine Seite ohne Statuszeile, wie in HTTP/0.9; die ersten Bytes sind „{bytes}“.',
  parkedDomain: 'die Seite einer geparkten Domain',
  placeholder: '{url} zeigt {product} anstelle der Site.',
  placeholderTitled: '{url} zeigt {product} („{title}“) anstelle der Site.',
  plainFirst:
    '{url} leitet zuerst zu {target} weiter, auch das unverschlüsseltes HTTP, bevor https erreicht wird.',
  plainToTls:
    '{answer}: Dieser Port spricht TLS und wurde in unverschlüsseltem HTTP gefragt; geben Sie ihn als https an, oder lassen Sie hier HTTP ohne TLS ausliefern.',
  proxyWithoutServer:
    '{answer}: Der Proxy läuft, aber der Server dahinter antwortet nicht; bei einem LUCY-Proxy ist das der Master.',
  rateLimited:
    '{answer}: Der Server lehnt diesen Prüfer ab, weil er zu oft fragt. Das ist kein Fehler der Site.',
  rateLimitedUntil:
    '{answer}: Der Server lehnt diesen Prüfer ab, weil er zu oft fragt, und bittet, {wait} wiederzukommen. Das ist kein Fehler der Site.',
  redirectNotFollowed: '{url} leitet ({status}) zu {target} weiter, dem nicht gefolgt wird: {reason}.',
  redirectNotHttps: '{url} leitet zu {target} weiter, das nicht https ist.',
  redirectToPrivate:
    '{url} leitet ({status}) zu {target} weiter, aber {reason}: Niemand im Internet kann folgen. Dorthin wurde kein Paket gesendet.',
  redirectUnreachable: '{host} leitet zu {url} weiter, das nicht erreichbar ist: {cause} ({-fault}).',
  redirectWithoutAddress:
    '{url} leitet ({status}) zu {target} weiter, dessen Name keine Adresse ergibt ({reason}).',
  refusedFor: '{rule}, weshalb {clients} sie ablehnen',
  ruleBareLf: 'einem Zeilenende ohne Carriage Return',
  ruleBytesBeforeStatusLine: 'Bytes vor der Statuszeile',
  ruleChunkedIn10: 'Transfer-Encoding in HTTP/1.0, wo Browser die Chunk-Größen als Text zeigen',
  ruleControlCharacter: 'einem Steuerzeichen in einem Header-Wert',
  ruleDispositionsDiffer: 'zwei verschiedenen Content-Dispositions',
  ruleEmptyName: 'einem Header ohne Namen',
  ruleFoldedFirstLine: 'einer ersten Header-Zeile, die mit Leerraum beginnt',
  ruleFoldedLine: 'einem Header, der in der nächsten Zeile weitergeht',
  ruleIcy: 'ICY anstelle von HTTP in der Statuszeile',
  ruleLastChunkUnfinished: 'Chunks, deren Ende abgeschnitten ist',
  ruleLengthAndChunked: 'einer Content-Length zusammen mit Transfer-Encoding: chunked',
  ruleLengthNotANumber: 'einer Content-Length, die keine Zahl ist',
  ruleLengthRepeated: 'mehrmals derselben Content-Length',
  ruleLengthsDiffer: 'verschiedenen Content-Lengths',
  ruleLocationsDiffer: 'zwei verschiedenen Locations',
  ruleNameNotAToken: 'einem Header-Namen mit Zeichen, die Namen nicht haben dürfen',
  ruleNoColon: 'einer Header-Zeile ohne Doppelpunkt',
  ruleNoStatusLine: 'einer Seite ohne Statuszeile und Header (HTTP/0.9)',
  ruleNul: 'einem NUL-Byte in den Headern',
  ruleSpaceBeforeColon: 'Leerraum vor dem Doppelpunkt eines Headers',
  ruleStatusCode: 'einer Statuszeile ohne dreistelligen Code',
  ruleStatusLineSpaces: 'mehr als einem Leerzeichen in der Statuszeile',
  ruleTransferCoding: 'einem anderen Transfer-Encoding als chunked',
  ruleVersion: 'einer Version, die nicht HTTP/1 ist',
  showsTitle: ', Titel „{title}“',
  slow: '{url} antwortet {status}, aber der Body kam langsam: {bytes} Byte in {ms} ms, und es kam noch mehr, als die Zeit um war.',
  someRouter: 'einem Server oder Router',
  status: '{url} antwortet {status}',
  statusAndError: '{status}, Fehler {code}',
  statusOfServer: '{url} antwortet {status} ({server})',
  statusUnexpected: '{answer}; akzeptiert wird {wanted}.',
  statusUnexpectedByDefault: '{answer}; akzeptiert wird 200 bis 399 oder 401.',
  suspended: 'die Meldung, dass das Konto gesperrt ist,',
  textMissing: '{page}; die Seite enthält „{wanted}“ nicht.',
  textMissingAtFirst: '{page}; in den ersten {bytes} Byte steht „{wanted}“ nicht.',
  titleMissing: '{page}, ohne „{wanted}“.',
  titled: '{url} hat den Titel „{title}“',
  tlsAlert:
    '{peer} spricht TLS und beantwortet unverschlüsseltes HTTP mit einem Alert; die ersten Bytes sind „{bytes}“. Geben Sie ihn als https an.',
  tokenLost:
    '{url} führt zu {target}, dem der Token der Challenge fehlt: Die Datei wäre dort nicht zu finden.',
  tooManyRedirects: 'Nach {count} Weiterleitungen leitet {url} zu {target} weiter.',
  unclaimed:
    '{url} antwortet {status} mit dem, was {product} zu einem Namen sagt, den dort niemand beansprucht hat: Wer ihn beansprucht, bekommt seine Besucher.',
  unpacksTooLarge:
    'Der komprimierte Body von {url} ergibt entpackt mehr als {limit} Byte; dort wurde aufgehört zu entpacken.',
  wantsCertificate: '{answer}: Der Server verlangt ein Client-Zertifikat, das die Öffentlichkeit nicht hat.',
  wholeWithoutCoding:
    '{fault} Ohne Accept-Encoding gefragt, wie es Überwachungswerkzeuge oft tun, kommt sie vollständig: Was die Seite komprimiert, macht sie kaputt.',
};
