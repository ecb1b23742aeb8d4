import type { GermanCauses } from '../contract/cause.ts';

export const tlsCausesGerman: GermanCauses<'tls'> = {
  'tls.not-tls': {
    summary: 'Auf diesem Port antwortet etwas, aber nicht mit TLS.',
    next: 'Sehen Sie nach, welches Programm auf dem Port lauscht (ss -ltnp) und wohin NAT ihn weiterleitet: Oft führt PORT zum Port für unverschlüsseltes HTTP. Ist es das richtige Programm, schalten Sie TLS für diesen Listener ein (nginx: "listen PORT ssl"; Apache: "SSLEngine on").',
  },
  'tls.handshake-timeout': {
    summary: 'Die TCP-Verbindung steht, aber der TLS-Handshake endet nicht.',
    next: 'Schneiden Sie auf dem Server mit (tcpdump port PORT): Kommt kein ClientHello an, antwortet das Gerät davor allein. Sendet der Server sein Zertifikat und wiederholt es, erlauben Sie ICMP Typ 3 Code 4 und ICMPv6 Typ 2, oder begrenzen Sie die MSS auf Tunnel- und PPPoE-Schnittstellen.',
  },
  'tls.handshake-reset': {
    summary: 'Die Verbindung wurde mitten im TLS-Handshake geschlossen.',
    next: 'Vergleichen Sie einen Mitschnitt vor und hinter der Firewall: Wer sendet das RST? Suchen Sie im Log der Firewall nach einem URL- oder Anwendungsfilter (App-ID, SSL-Inspektion), der diesen Namen trifft. Auf dem Server: Sehen Sie in sein Log, und ob es für den Namen eine Site gibt.',
  },
  'tls.large-hello-dropped': {
    summary:
      'Ein ClientHello in der Größe, die Browser senden, bekommt keine Antwort, ein kleines schon: Browser scheitern, ältere Clients funktionieren.',
    next: 'Auf Firewall, IDS, SSL-Inspektion oder Load Balancer davor: Suchen Sie nach einem TLS- oder Servernamenfilter (SNI), der das ClientHello nur in einem Segment liest, aktualisieren Sie ihn, und umgehen Sie ihn zur Probe für diesen Port. Auf dem Server: eine TLS-Bibliothek oder ein Proxy, der das Hello einmal liest und das für alles hält (https://tldr.fail hat einen Test und eine Liste). So sieht man den Unterschied von Hand: openssl s_client -groups X25519MLKEM768:X25519 (OpenSSL 3.5) scheitert, -groups X25519 funktioniert.',
  },
  'tls.handshake-failed': {
    summary: 'Die Gegenseite antwortet mit TLS-Records, die keinen Sinn ergeben.',
    next: 'Versuchen Sie einen anderen Client (openssl s_client -connect HOST:PORT -servername NAME). Scheitert er ebenso, ist der TLS-Stack des Servers oder eines inspizierenden Geräts davor kaputt oder kein TLS: Starten Sie ihn neu, aktualisieren Sie ihn, und umgehen Sie zur Probe die Inspektion.',
  },
  'tls.alert': {
    summary: 'Der Server hat den TLS-Handshake mit einem Alert abgelehnt.',
    next: 'Sehen Sie im Fehlerlog des Servers zur Zeit aus den Belegen nach. 112 und 40: Geben Sie dem Server eine Site und ein Zertifikat für den Namen. 116, 42, 48: Die Site verlangt Client-Zertifikate; erlauben Sie den Zugang ohne, oder prüfen Sie von einem Client, der eines hat. 80: Reparieren Sie Zertifikat oder Schlüssel der Site, und starten Sie sie neu.',
  },
  'tls.protocol-too-old': {
    summary: 'Der Server akzeptiert eine TLS-Version, die außer Gebrauch ist.',
    next: 'Erlauben Sie nur TLS 1.2 und 1.3 (nginx: "ssl_protocols TLSv1.2 TLSv1.3;", Apache: "SSLProtocol -all +TLSv1.2 +TLSv1.3", Windows: Registry-Schlüssel von SCHANNEL), auf dem Server und auf jedem Load Balancer davor.',
  },
  'tls.weak-cipher': {
    summary: 'Der Server akzeptiert noch Cipher-Suites, die nichts oder zu wenig schützen.',
    next: 'Lassen Sie sie weg (nginx: "ssl_ciphers" mit den Suites aus Mozillas Liste "intermediate"; Apache: "SSLCipherSuite"; Postfix: "smtpd_tls_exclude_ciphers"; Windows: die Reihenfolge der Cipher-Suites in der Gruppenrichtlinie), auf dem Server und auf jedem Load Balancer davor. Von Hand: openssl s_client -cipher 3DES:RC4:NULL:aNULL@SECLEVEL=0 -tls1_2 -connect HOST:PORT, mit einem Build, der sie hat.',
  },
  'tls.cert-expired': {
    summary: 'Ein Zertifikat ist abgelaufen.',
    next: 'Erneuern Sie das Zertifikat, und laden Sie den Server neu; meist wurde eine erneuerte Datei nicht geladen. Sehen Sie nach, warum die Erneuerung nicht lief (Log des ACME-Clients; HTTP-01 braucht Port 80).',
  },
  'tls.cert-not-yet-valid': {
    summary: 'Ein Zertifikat ist noch nicht gültig.',
    next: 'Warten Sie, bis es gültig ist, oder installieren Sie bis dahin wieder das vorige. Prüfen Sie die Uhren (NTP).',
  },
  'tls.cert-expires-soon': {
    summary: 'Ein Zertifikat auf dem Pfad läuft bald ab.',
    next: 'Erneuern Sie es jetzt, und sehen Sie nach, warum es nicht von selbst erneuert wurde: ACME-Clients erneuern nach zwei Dritteln der Laufzeit.',
  },
  'tls.cert-name-mismatch': {
    summary: 'Das Zertifikat gilt nicht für den Hostnamen.',
    next: 'Antwortet der richtige Server: Lassen Sie ein Zertifikat mit diesem Namen ausstellen, und sehen Sie nach, ob die Site für den Namen es benutzt (SNI). Wenn nicht: Folgen Sie DNS und NAT zu dem Server, der geantwortet hat.',
  },
  'tls.cert-self-signed': {
    summary: 'Das Zertifikat des Servers ist selbstsigniert.',
    next: 'Installieren Sie ein Zertifikat einer öffentlichen Zertifizierungsstelle (ACME, kostenlos). Für einen inneren Dienst mit Absicht: Geben Sie der Prüfung das Zertifikat mit --ca.',
  },
  'tls.cert-untrusted-root': {
    summary: 'Die Kette führt zu einer Root, der Clients nicht vertrauen.',
    next: 'Nehmen Sie ein Zertifikat einer öffentlichen Stelle für alles, was das Internet erreichen muss. Ist die Root mit Absicht privat, geben Sie sie der Prüfung mit --ca FILE. Ist der Aussteller nicht Ihr eigener, suchen Sie nach einem inspizierenden Gerät.',
  },
  'tls.chain-incomplete': {
    summary: 'Der Server sendet sein Zwischenzertifikat nicht.',
    next: 'Installieren Sie die volle Kette: die Datei mit dem Zertifikat des Servers, gefolgt von den Zwischenzertifikaten (nginx: fullchain.pem in ssl_certificate). Die Belege nennen den fehlenden Aussteller und, wo das Zertifikat es sagt, die URL zum Abrufen.',
  },
  'tls.chain-invalid': {
    summary: 'Die Kette verletzt eine Regel der Pfadprüfung, daher lehnen Clients sie ab.',
    next: 'Lassen Sie das Zertifikat von einer Stelle neu ausstellen, die es darf, und installieren Sie die Kette, die dazu kommt. Eine falsche Signatur heißt: eine beschädigte Datei oder ein Zwischenzertifikat gleichen Namens mit anderem Schlüssel.',
  },
  'tls.weak-key': {
    summary: 'Ein Zertifikat auf dem Pfad hat einen zu kleinen Schlüssel.',
    next: 'Erzeugen Sie einen neuen Schlüssel (ECDSA P-256 oder RSA mit 2048 Bit oder mehr), und lassen Sie dafür ein Zertifikat ausstellen.',
  },
  'tls.weak-signature': {
    summary: 'Ein Zertifikat auf dem Pfad ist mit einem gebrochenen Digest signiert.',
    next: 'Lassen Sie das Zertifikat neu ausstellen; jede öffentliche Stelle signiert mit SHA-256 oder besser. Eine private Stelle muss darauf eingestellt werden.',
  },
  'tls.chain-untidy': {
    summary:
      'Die Kette ist vollständig, aber in falscher Reihenfolge oder mit Zertifikaten, die nicht dazugehören.',
    next: 'Schreiben Sie die Datei neu: Server, dann jeder Aussteller, ohne Root und ohne Reste der letzten Erneuerung.',
  },
  'tls.staple-missing': {
    summary: 'Das Zertifikat verlangt eine angeheftete OCSP-Antwort, und der Server sendet keine.',
    next: 'Nehmen Sie die Must-Staple-Anforderung aus den Einstellungen des ACME-Clients oder dem Zertifikatsantrag, und erneuern Sie: Öffentliche Stellen geben OCSP auf (Let’s Encrypt hat seit August 2025 keinen Responder), es gibt also nichts anzuheften. Nur wo das Zertifikat einen Responder nennt, der noch antwortet, hilft es, Stapling einzuschalten (nginx: ssl_stapling on; Apache: SSLUseStapling on).',
  },
  'tls.key-exchange-refused': {
    summary: 'Der Server vereinbart Schlüssel oder verschlüsselt nur auf Weisen, die Browser ablehnen.',
    next: 'Erlauben Sie ECDHE mit X25519 und P-256 und AES-GCM oder ChaCha20 (nginx: "ssl_ecdh_curve X25519:prime256v1:secp384r1;" und die Suites aus Mozillas Liste "intermediate"), auf dem Server und auf jedem Load Balancer davor.',
  },
  'tls.handshake-signature-refused': {
    summary: 'Der Server signiert den Handshake nur mit SHA-1, was Clients ablehnen.',
    next: 'Aktualisieren Sie die TLS-Bibliothek des Servers, oder heben Sie die Einstellung auf, die seine Signaturalgorithmen begrenzt: SHA-256 ist seit TLS 1.2 in Gebrauch.',
  },
  'tls.key-refused': {
    summary: 'Ein Schlüssel auf dem Pfad des Zertifikats ist von einem Typ, den Browser ablehnen.',
    next: 'Erzeugen Sie einen neuen Schlüssel (ECDSA P-256 oder RSA mit 2048 Bit oder mehr), und lassen Sie dafür ein Zertifikat ausstellen.',
  },
  'tls.key-usage-refused': {
    summary: 'Das Zertifikat erlaubt seinem Schlüssel den Schlüsselaustausch nicht, den der Server benutzt.',
    next: 'Lassen Sie das Zertifikat mit digitalSignature in der Key Usage neu ausstellen (und keyEncipherment, wenn alte Clients den RSA-Schlüsselaustausch brauchen).',
  },
  'tls.cert-name-refused': {
    summary: 'Der Host ist durch eine Namensform abgedeckt, die manche Clients ablehnen.',
    next: 'Lassen Sie ein Zertifikat mit dem eigenen Namen des Hosts ausstellen.',
  },
  'tls.cert-malformed': {
    summary:
      'Die Namensliste des Zertifikats ist fehlerhaft aufgebaut, und Clients lehnen deshalb das ganze Zertifikat ab.',
    next: 'Lassen Sie das Zertifikat neu ausstellen; internationale Namen stehen darin als A-Labels (xn--…), Adressen als 4 oder 16 Byte.',
  },
  'tls.cert-revoked': {
    summary: 'Die Zertifizierungsstelle hat das Zertifikat widerrufen oder eines, das es ausgestellt hat.',
    next: 'Lassen Sie ein neues Zertifikat mit neuem Schlüssel ausstellen, installieren Sie es, und fragen Sie die Stelle, warum das alte widerrufen wurde.',
  },
  'tls.chain-ambiguous': {
    summary: 'Manche Clients folgen dem falschen von mehreren Zertifikaten eines Ausstellers und scheitern.',
    next: 'Nehmen Sie das veraltete Zertifikat aus der Kettendatei, oder stellen Sie das gültige voran. Eine kreuzsignierte, abgelaufene Root wird nicht mehr gebraucht.',
  },
  'tls.chain-too-long': {
    summary: 'Es werden mehr Zertifikate gesendet, als manche Clients lesen.',
    next: 'Senden Sie das Zertifikat des Servers und die Zwischenzertifikate auf dem Weg zur Root und sonst nichts.',
  },
  'tls.no-secure-renegotiation': {
    summary: 'Der Server kennt keine Secure Renegotiation, und Programme auf OpenSSL 3 lehnen ihn ab.',
    next: 'Aktualisieren Sie die TLS-Bibliothek des Servers (RFC 5746 ist von 2010). Oft sind inspizierende Firewalls und alte Load Balancer der Grund.',
  },
  'tls.no-forward-secrecy': {
    summary: 'Der Server sendet Sitzungsschlüssel nur unter seinem RSA-Schlüssel.',
    next: 'Erlauben Sie auf dem Server ECDHE-Suites, vor dem RSA-Schlüsselaustausch oder an seiner Stelle.',
  },
};
