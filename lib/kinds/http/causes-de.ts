import type { GermanCauses } from '../contract/cause.ts';

export const httpCausesGerman: GermanCauses<'http'> = {
  'http.not-http': {
    summary: 'Auf diesem Port antwortet etwas, aber nicht in HTTP.',
    next: 'Sehen Sie nach, welcher Prozess auf dem Port lauscht und wohin die NAT-Regel führt. Bei einem TLS-Alert geben Sie den Endpunkt als https:// an, oder verlegen Sie den TLS-Listener auf einen anderen Port, und lassen Sie Port PORT unverschlüsseltes HTTP sprechen. Bei einem fehlerhaften Header berichtigen Sie, was die zitierte Zeile schreibt.',
  },
  'http.no-response': {
    summary:
      'Die Verbindung stand und die Anfrage wurde gesendet, aber es kam keine vollständige HTTP-Antwort zurück.',
    next: 'Fragen Sie den Server von innen, an der Firewall vorbei. Auch dort keine Antwort: Starten Sie ihn neu, und lesen Sie sein Log zur gezeigten UTC-Zeit. Dort eine Antwort: Sehen Sie sich das Gerät dazwischen an (Proxy- oder Inspektionsrichtlinie, falsches Ziel). Stocken nur große Antworten, lassen Sie ICMP "fragmentation needed" / "packet too big" durch, oder begrenzen Sie die MSS.',
  },
  'http.status-unexpected': {
    summary: 'Der Server antwortet mit einem Status, der nicht zu den akzeptierten gehört.',
    next: '5xx: Lesen Sie das Log des Webservers und dessen, was dahinter ist; bei 502 bis 504 prüfen Sie den Weg vom Proxy zum Backend. 4xx: Prüfen Sie Hostnamen, Pfad und Zugriffsregeln. Ist der Status so gewollt, nennen Sie ihn in der Assertion "status".',
  },
  'http.redirect-loop': {
    summary: 'Die Weiterleitungen führen zurück, woher sie kamen, oder enden nie.',
    next: 'Folgen Sie der Kette in den Belegen. Hinter einem Proxy, der TLS beendet, reichen Sie X-Forwarded-Proto weiter, und lassen Sie die Anwendung ihm vertrauen; von zwei Regeln, die sich widersprechen (www und ohne, http und https), entfernen Sie eine.',
  },
  'http.redirect-to-private-address': {
    summary: 'Der Server leitet zu einer Adresse weiter, die es im Internet nicht gibt.',
    next: 'Setzen Sie den öffentlichen Namen in der Basis-URL der Anwendung oder in der Umschreibung von Location im Proxy (ProxyPassReverse, proxy_redirect), und sorgen Sie dafür, dass der Name außen nicht zu einer internen Adresse aufgelöst wird.',
  },
  'http.no-https-redirect': {
    summary:
      'Statt einer Weiterleitung zu https auf demselben Host wird unverschlüsseltes HTTP ausgeliefert.',
    next: 'Beantworten Sie jede Anfrage auf Port PORT mit 301 zu https auf demselben Host und Pfad (der ACME-Pfad darf ausgenommen sein), und senden Sie dann über https Strict-Transport-Security.',
  },
  'http.content-missing': {
    summary: 'Die Seite enthält den Text nicht, den sie enthalten muss.',
    next: 'Vergleichen Sie Titel und Body in den Belegen mit der erwarteten Seite. Ist es eine andere Site, prüfen Sie den virtuellen Host für diesen Namen und die Adresse, zu der der Name aufgelöst wird.',
  },
  'http.default-page': {
    summary: 'Der Webserver zeigt die Seite, mit der er installiert wurde.',
    next: 'Prüfen Sie, ob der Name zum richtigen Server führt und ob es einen aktiven virtuellen Host dafür gibt. Soll hier nichts ausgeliefert werden, kann die Seite durch eine leere ersetzt werden.',
  },
  'http.blocked-by-waf': {
    summary: 'Eine Web Application Firewall oder ein Filter hat anstelle der Site geantwortet.',
    next: 'Suchen Sie im Log des Filters nach Quelladresse, UTC-Zeit und Referenznummer aus den Belegen. Erlauben Sie die Quelle, wenn sie hineinkommen soll, oder nehmen Sie die Site aus dem Bot-Schutz. Auch LUCYs eigene Filtereinstellungen können Adressen und User-Agents blockieren.',
  },
  'http.too-large': {
    summary:
      'Die Antwort hat kein vernünftiges Ende: Header ohne Ende oder ein Body, der entpackt ein Vielfaches seiner Größe hat.',
    next: 'Header: Suchen Sie nach Cookies oder Debug-Headern, die sich ansammeln, und nach einem Proxy, der seinen Header bei jeder Runde einer Schleife wieder hinzufügt. Body: Keine ehrliche Seite entpackt sich so weit; sehen Sie, was der Server wirklich sendet.',
  },
  'http.http2-broken': {
    summary:
      'Der Server wählt HTTP/2 und verletzt dessen Regeln, oder er scheitert darin und antwortet über HTTP/1.1.',
    next: 'Ein verbotenes Feld: Entfernen Sie es, wo es hinzugefügt wird (Apache hinter einem Proxy: "Header unset Upgrade"). Andere Fehler: Sehen Sie im Log des Servers oder Load Balancers zur gezeigten UTC-Zeit nach; bis es repariert ist, bieten Sie in ALPN nur http/1.1 an.',
  },
  'http.unclaimed-name': {
    summary: 'Der Name zeigt auf einen Hosting-Dienst, bei dem ihn niemand beansprucht hat.',
    next: 'Löschen Sie den DNS-Eintrag jetzt, oder legen Sie Site, App oder Bucket unter Ihrem eigenen Konto wieder an. Sehen Sie dann nach, ob inzwischen jemand anders den Namen beansprucht hatte (Certificate-Transparency-Logs führen Zertifikate dafür auf).',
  },
  'http.no-route': {
    summary: 'Ein Router oder Ingress davor antwortet selbst: Er hat für diesen Namen keine Site.',
    next: 'Vergleichen Sie die Host- und Pfadregeln des Routers (Ingress, IngressRoute, virtueller Host) mit dem Namen; sehen Sie nach, ob der Controller sie übernommen hat, ob das Backend bereit ist und ob es das Secret mit dem Zertifikat gibt.',
  },
  'http.cdn-origin-failed': {
    summary: 'Das CDN davor läuft und bekommt die Seite nicht vom Server dahinter.',
    next: 'Fragen Sie den Ursprungsserver direkt, am CDN vorbei. Wo er antwortet, lassen Sie die veröffentlichten Adressen des CDN durch seine Firewall und Ratenbegrenzungen, und prüfen Sie die Adresse oder den Namen, den das CDN für ihn hat.',
  },
  'http.maintenance': {
    summary: 'Der Server sagt selbst, dass er eine Weile geschlossen ist.',
    next: 'Warten Sie bis zu der Zeit, die er nennt, und prüfen Sie noch einmal. Ist keine Wartung geplant, suchen Sie nach einem Wartungsschalter, der an blieb (eine Datei, ein Plugin), oder nach einer Grenze für Verbindungen.',
  },
  'http.misdirected': {
    summary: 'Der Server lehnt es ab, auf dieser Verbindung für diesen Namen zu antworten (421).',
    next: 'Reichen Sie auf dem Proxy den Namen an das Backend weiter: nginx "proxy_ssl_server_name on" mit "proxy_ssl_name $host", HAProxy "sni req.hdr(host)"; oder sprechen Sie mit dem Backend unverschlüsseltes HTTP. Ohne Proxy prüfen Sie den ServerName des virtuellen Hosts.',
  },
  'http.rate-limited': {
    summary: 'Der Server hat diesen Prüfer abgewiesen, weil er zu oft fragt.',
    next: 'Prüfen Sie seltener oder von weniger Messpunkten zugleich, oder nehmen Sie die Quelladressen der Messpunkte von der Begrenzung aus. Retry-After in den Belegen sagt, wann es wieder geht.',
  },
  'http.placeholder-page': {
    summary:
      'Anstelle der Site wird eine Seite des Hosters, eines Domainhändlers, eines Installers oder Panels gezeigt.',
    next: 'Gesperrt oder geparkt: Klären Sie es mit Hoster oder Registrar. Installer: Schließen Sie ihn ab, oder nehmen Sie ihn jetzt vom Netz, denn der erste Besucher kann ihn übernehmen. Verzeichnislisting: Schalten Sie es ab, oder fügen Sie eine Indexseite hinzu. Panel: Richten Sie die Site für diesen Namen ein.',
  },
  'http.mixed-content': {
    summary: 'Die Seite kommt über https und lädt Skripte, Stile oder Frames über unverschlüsseltes http.',
    next: 'Schreiben Sie diese Adressen mit https oder ohne Schema, oder senden Sie Content-Security-Policy: upgrade-insecure-requests. Oft steht die Basis-URL der Anwendung noch auf http.',
  },
  'http.cookie-needed': {
    summary: 'Die Seite wird nur Clients gezeigt, die die gesetzten Cookies zurücksenden.',
    next: 'Nichts, wo nur Browser zu Besuch kommen. Health-Checks, Feedreader, Linkvorschauen und Zertifizierungsstellen behalten keine Cookies und werden im Kreis geschickt: Geben Sie ihnen einen Pfad ohne diese Prüfung.',
  },
  'http.slow': {
    summary: 'Die Seite kam noch, Stück für Stück, als die Zeit um war.',
    next: 'Sehen Sie nach, worauf die Seite wartet (eine Abfrage, ein langsamer Server hinter dem Proxy, eine Bandbreitenbegrenzung). Soll die Seite so lange brauchen, geben Sie der Prüfung einen längeren Timeout.',
  },
  'http.malformed-head': {
    summary:
      'Die Antwort verletzt die Regeln von HTTP/1.1; Browser zeigen die Seite, strengere Clients lehnen sie ab.',
    next: 'Finden Sie heraus, wer die Zeile schreibt: meist ein Skript oder Modul, das Header selbst ausgibt, oder ein altes Gerät. Schreiben Sie Header-Zeilen als Name: Wert, jede mit CR LF beendet, ohne Steuerzeichen, und mit einer Content-Length oder, bei Transfer-Encoding: chunked, keiner.',
  },
  'http.families-differ': {
    summary: 'IPv4 und IPv6 des Namens werden von verschiedenen Servern beantwortet.',
    next: 'Meist ist die Site umgezogen, und der AAAA-Eintrag nennt noch den alten Server, oder der AAAA-Eintrag kam vom Hoster mit. Lassen Sie beide Einträge denselben Server nennen, oder löschen Sie den AAAA-Eintrag. Besucher bekommen den einen oder anderen nach dem Zufall ihres Netzes; eine Zertifizierungsstelle nimmt IPv6 und findet keine Challenge, die auf dem IPv4-Server liegt.',
  },
  'http.acme-path-blocked': {
    summary:
      'Eine Zertifizierungsstelle kann hier keine HTTP-01-Challenge abrufen, Zertifikate werden also weder ausgestellt noch erneuert.',
    next: 'Lassen Sie /.well-known/acme-challenge/ auf Port 80 zu dem Server durch, auf dem der ACME-Client läuft: Nehmen Sie den Pfad von Anmeldungen, Filtern und Ländersperren aus (Stellen prüfen aus mehreren Ländern) und von Weiterleitungen außer denen zum selben Pfad über https. Einem Ziel wie example.com.well-known fehlt ein "/" am Ende der Weiterleitungsregel.',
  },
};
