import type { GermanCauses } from '../contract/cause.ts';

export const smtpCausesGerman: GermanCauses<'smtp'> = {
  'smtp.not-smtp': {
    summary: 'Auf diesem Port antwortet etwas, spricht aber kein SMTP.',
    next: 'Sehen Sie nach, welches Programm auf dem Port lauscht (ss -ltnp, netstat -abn) und zu welchem Host die Firewall- oder NAT-Regel ihn weiterleitet. Meist steht ein falscher Port in der Weiterleitungsregel.',
  },
  'smtp.no-banner': {
    summary: 'Die Verbindung wurde angenommen, aber der Mailserver hat nie gegrüßt.',
    next: 'Verbinden Sie sich vom Mailserver selbst (nc -v 127.0.0.1 PORT) und aus seinem eigenen Netz. Kommt die Begrüßung dort sofort, verwirft oder verschluckt sie ein Gerät dazwischen; wenn nicht, sehen Sie in das Maillog, nach der Prozessgrenze und dem DNS-Resolver des Servers. Für einen Port, der vom ersten Byte an TLS spricht, nehmen Sie smtps://.',
  },
  'smtp.banner-masked': {
    summary:
      'Die SMTP-Inspektion einer Firewall schreibt die Sitzung um: Die Begrüßung besteht aus Sternchen.',
    next: 'Auf der ASA: Erlauben Sie TLS in der Inspektion (policy-map type inspect esmtp …, parameters, allow-tls, no mask-banner), oder nehmen Sie "inspect esmtp" aus der globalen Policy. Prüfen Sie dann noch einmal: Die wirkliche Begrüßung und STARTTLS müssen zu sehen sein.',
  },
  'smtp.tarpit': {
    summary: 'Ein Tarpit antwortet: Er hält Clients auf oder nimmt alles an.',
    next: 'Sehen Sie nach, welches Programm auf dem Port lauscht. Ist es mit Absicht ein Tarpit, prüfen Sie den Mailserver dahinter von einer Adresse, die er durchlässt (spamd: whitelist), oder nehmen Sie die Quelladresse der Prüfung von seiner Liste. Sollte dort keiner sein, sehen Sie nach, wohin die Firewall den Port weiterleitet.',
  },
  'smtp.out-of-step': {
    summary:
      'Der Mailserver sendet Antworten, nach denen niemand gefragt hat, sodass Antworten und Befehle nicht mehr zusammenpassen.',
    next: 'Vergleichen Sie mit einer Sitzung auf dem Server selbst. Meist antwortet ein Gerät dazwischen anstelle des Servers oder sendet eigene Befehle (ein SMTP-Proxy, ein Filter).',
  },
  'smtp.rejected-on-connect': {
    summary: 'Der Mailserver antwortet, lehnt aber diesen Client bei der Begrüßung ab.',
    next: 'Suchen Sie im Maillog zur angegebenen Zeit nach der Quelladresse des Prüfers; der Text der Antwort nennt meist die Liste oder Regel. Erlauben Sie die Adresse dort, oder prüfen Sie von einer Adresse mit PTR-Eintrag und sauberem Ruf.',
  },
  'smtp.temporarily-unavailable': {
    summary: 'Der Mailserver antwortet, kann aber gerade keine Sitzung bedienen.',
    next: 'Sehen Sie im Maillog zur angegebenen Zeit nach dem Grund, dann nach Last, Platte und den Diensten hinter dem Mailserver. Prüfen Sie nach fünf Minuten oder mehr noch einmal, mit demselben Empfänger von derselben Quelle.',
  },
  'smtp.reply-pending': {
    summary:
      'Der Mailserver grüßt, aber seine Antwort auf MAIL oder RCPT dauerte länger, als diese Prüfung wartet.',
    next: 'Prüfen Sie noch einmal mit längerem --timeout. Auf dem Mailserver sehen Sie nach, worauf eine Antwort auf RCPT wartet: Abfragen von DNS-Listen oder Verzeichnissen, Rückfragen bei anderen Servern, ein Tarpit für Fremde oder eine überlastete Maschine.',
  },
  'smtp.ehlo-refused': {
    summary: 'Der Mailserver lehnt EHLO ab, daher ist keine Erweiterung nutzbar, auch STARTTLS nicht.',
    next: 'Nehmen Sie die SMTP-Inspektion oder den SMTP-Proxy aus dem Weg, oder lassen Sie EHLO durch. Nennt der Text der Antwort eine Regel des Servers, sehen Sie dort nach.',
  },
  'smtp.banner-delayed': {
    summary: 'Die Begrüßung kam spät.',
    next: 'Ist die Verzögerung gewollt (postscreen), nichts. Sonst sorgen Sie dafür, dass der Server den PTR seiner Clients schnell auflösen kann und Pakete auf seine Ident-Anfragen abgewiesen und nicht verworfen werden.',
  },
  'smtp.starttls-missing': {
    summary: 'Der Mailserver bietet kein STARTTLS an, Mail erreicht ihn also im Klartext.',
    next: 'Geben Sie dem Mailserver ein Zertifikat, und schalten Sie STARTTLS ein (Postfix: smtpd_tls_security_level = may; Exchange: das Zertifikat dem SMTP-Dienst zuweisen). Zeigt EHLO auf dem Server selbst STARTTLS, schalten Sie die SMTP-Inspektion in der Firewall ab.',
  },
  'smtp.starttls-stripped': {
    summary:
      'Ein Gerät dazwischen hat das Schlüsselwort STARTTLS ersetzt und verhindert so die Verschlüsselung unterwegs.',
    next: 'Auf der ASA: policy-map type inspect esmtp …, parameters, allow-tls; oder nehmen Sie "inspect esmtp" aus der Policy. Ist das inspizierende Gerät nicht Ihres, steht es im Netz des Prüfers oder bei einem Provider: Vergleichen Sie mit einem anderen Messpunkt.',
  },
  'smtp.starttls-failed': {
    summary: 'STARTTLS wird angeboten, funktioniert aber nicht.',
    next: 'Sehen Sie die TLS-Zeilen des Maillogs zur angegebenen Zeit an: ein Schlüssel, der nicht lesbar ist, ein Zertifikat ohne seinen Schlüssel oder eine zu enge Cipher-Liste. Versuchen Sie openssl s_client -starttls smtp -connect HOST:PORT auf dem Server selbst; funktioniert es dort, suchen Sie nach SMTP- oder TLS-Inspektion unterwegs.',
  },
  'smtp.sender-refused': {
    summary: 'Der Mailserver lehnt das MAIL FROM des Prüfers ab.',
    next: 'Erlauben Sie den Absender oder die Adresse, die die Antwort nennt, oder prüfen Sie mit einem anderen Absender. Ein Server, der den leeren Absender von allen ablehnt, muss geändert werden: Er hat ihn anzunehmen.',
  },
  'smtp.client-refused': {
    summary:
      'Der Mailserver lehnt diesen Prüfer ab, nicht den Empfänger: Andere Absender werden vielleicht angenommen.',
    next: 'Sehen Sie, was die Antwort nennt. Kein Reverse-Name: Geben Sie der Quelladresse einen PTR-Eintrag und dem Namen darin einen Adresseintrag, der zurückführt. HELO: Setzen Sie --ehlo-name auf einen Namen, der zur Quelladresse führt. Sperrliste: Lassen Sie die Adresse herunternehmen. Oder lassen Sie die Quelladresse auf dem Mailserver zu, oder prüfen Sie von einer anderen aus.',
  },
  'smtp.login-required': {
    summary: 'Der Mailserver nimmt Mail nur nach einer Anmeldung oder nur innerhalb von TLS an.',
    next: 'Anmeldung: Prüfen Sie Port 25 statt eines Submission-Ports. Auf Exchange erlauben Sie anonyme Benutzer am Empfangsconnector für eingehende Mail; bei Postfix nehmen Sie reject_sender_login_mismatch, permit_sasl_authenticated, reject aus Port 25 heraus. Verschlüsselung: Bieten Sie STARTTLS mit einem funktionierenden Zertifikat an, oder fordern Sie es auf Port 25 nicht (RFC 3207 §4 verbietet das einem öffentlichen Server).',
  },
  'smtp.recipient-refused': {
    summary: 'Der Mailserver lehnt den Empfänger ab.',
    next: 'Domain nicht bedient: Fügen Sie sie den Domains hinzu, für die der Server Mail annimmt (Postfix: mydestination, relay_domains oder virtual_mailbox_domains; Exchange: akzeptierte Domänen), oder berichtigen Sie den MX. Kein solches Postfach: Legen Sie Postfach oder Alias an. Eine Regel: Suchen Sie sie im Maillog zur angegebenen Zeit.',
  },
  'smtp.recipient-greylisted': {
    summary: 'Der Mailserver verschiebt den ersten Versuch eines unbekannten Absenders (Greylisting).',
    next: 'Prüfen Sie nach fünf Minuten oder mehr noch einmal von derselben Quelle mit demselben Absender und Empfänger. Bleibt es so, sehen Sie in das Maillog. Für ein sofortiges klares Ergebnis nehmen Sie den Prüfer vom Greylisting aus.',
  },
  'smtp.relay-suspected': {
    summary: 'Der Mailserver hat einen fremden Empfänger angenommen: Er kann ein offenes Relay sein.',
    next: 'Beschränken Sie das Relaying auf eigene Netze und angemeldete Benutzer (Postfix: smtpd_relay_restrictions mit reject_unauth_destination; Exchange: kein anonymes Relay am Empfangsconnector). Prüfen Sie sofort noch einmal: Offene Relays werden binnen Stunden gefunden und missbraucht.',
  },
  'smtp.mx-elsewhere': {
    summary: 'Der MX der Domain zeigt nicht auf diesen Server, ihre Mail geht also woandershin.',
    next: 'Setzen Sie den MX der Domain auf den Namen dieses Servers mit der niedrigsten Präferenzzahl, oder berichtigen Sie die A- und AAAA-Einträge dieses Namens. Warten Sie nach einer Änderung die alte TTL ab.',
  },
  'smtp.mx-is-address': {
    summary: 'Ein MX-Eintrag enthält eine IP-Adresse, wo ein Hostname hingehört.',
    next: 'Geben Sie dem Mailserver einen Hostnamen mit A- oder AAAA-Eintrag, und schreiben Sie diesen Namen in den MX. Ein Control-Panel, das nach einem Mailserver fragt, will ebenfalls den Namen.',
  },
  'smtp.mx-is-alias': {
    summary: 'Ein MX-Eintrag nennt einen Alias (CNAME).',
    next: 'Schreiben Sie den Namen, zu dem der CNAME führt, in den MX, oder geben Sie dem Namen im MX eigene A- und AAAA-Einträge.',
  },
  'smtp.null-mx': {
    summary: 'Die Domain erklärt, dass sie keine Mail annimmt (Null MX).',
    next: 'Soll die Domain Mail oder Antworten empfangen, ersetzen Sie den Null MX durch einen MX, der den Mailserver nennt. Wenn nicht, entfernen Sie die Prüfung ihres Ports PORT.',
  },
  'smtp.mx-invalid': {
    summary: 'Ein MX-Eintrag der Domain führt zu keinem Server, den ein Absender erreichen könnte.',
    next: 'Berichtigen Sie den Eintrag, den die Zusammenfassung zitiert: Geben Sie dem Namen darin einen öffentlichen A- oder AAAA-Eintrag, oder entfernen Sie den MX. Ein Null MX steht allein oder gar nicht.',
  },
  'smtp.mx-dead': {
    summary: 'Ein Mailserver, den die Domain nennt, nimmt keine Mail an.',
    next: 'Reparieren Sie den Server, oder lassen Sie TCP PORT zu ihm herein. Ein Backup, das nicht mehr gewollt ist, nehmen Sie aus den MX-Einträgen: Ein unbeaufsichtigtes verzögert Mail und ist, wonach Spam-Absender suchen.',
  },
  'smtp.mta-sts-mismatch': {
    summary:
      'Ein Mailserver verletzt die eigene MTA-STS-Richtlinie der Domain; Absender, die sie beachten, stellen die Mail zurück.',
    next: 'Berichtigen Sie, was die Zusammenfassung nennt: das Zertifikat des Mailservers (sein Name aus dem MX-Eintrag muss darin stehen) oder die mx-Zeilen der Richtlinie. Schreiben Sie nach jeder Änderung der Richtlinie eine neue id in den TXT-Eintrag unter _mta-sts. Bis zur Reparatur lässt "mode: testing" Mail durch; Absender behalten die alte Richtlinie, bis ihr max_age um ist oder sie die neue id sehen.',
  },
  'smtp.mta-sts-unreachable': {
    summary: 'Die Domain kündigt eine MTA-STS-Richtlinie an, die Absender nicht nutzen können.',
    next: 'Lassen Sie die Adresse aus der Zusammenfassung antworten, wie RFC 8461 §3.3 es sagt. Eine Domain, die keine Richtlinie mehr will, veröffentlicht eine mit "mode: none" und neuer id, wartet das alte max_age ab und entfernt dann beides.',
  },
  'smtp.dane-mismatch': {
    summary:
      'Die TLSA-Einträge eines Mailservers passen nicht zu seinem Zertifikat; Absender, die DANE beachten, stellen die Mail zurück.',
    next: 'Veröffentlichen Sie den Eintrag, den die Zusammenfassung angibt, oder stellen Sie das Zertifikat wieder her, zu dem der jetzige Eintrag gehört. Beim Schlüsselwechsel veröffentlichen Sie den neuen Eintrag neben dem alten, warten die TTL ab, wechseln den Schlüssel und entfernen dann den alten Eintrag. Bei falschen Signaturen signieren Sie die Zone neu, oder berichtigen Sie ihren DS-Eintrag in der Zone darüber.',
  },
};
