import type { GermanCauses } from '../contract/cause.ts';

export const dnsCausesGerman: GermanCauses<'dns'> = {
  'dns.nxdomain': {
    summary: 'Den Namen gibt es im öffentlichen DNS nicht.',
    next: 'Prüfen Sie die Schreibweise. Legen Sie dann den Eintrag in der öffentlichen Zone an (nicht in der internen eines Split-DNS), und sehen Sie nach, ob die Domain registriert und nicht abgelaufen ist und die Delegierung auf die Server zeigt, die die Zone haben.',
  },
  'dns.no-address': {
    summary: 'Den Namen gibt es, aber er hat keine Adresse.',
    next: 'Legen Sie einen A-Eintrag (und AAAA, wenn der Dienst IPv6 hat) an genau diesem Namen an, oder einen CNAME, wenn der Name keinen anderen Eintrag hat.',
  },
  'dns.servfail': {
    summary: 'Die Resolver bekamen von den Nameservern der Domain keine Antwort.',
    next: 'Fragen Sie jeden autoritativen Server der Domain direkt (dig +norecurse @SERVER NAME), und einmal einen validierenden Resolver mit +cd: Eine Antwort nur mit +cd heißt, dass DNSSEC kaputt ist. Berichtigen Sie die Signatur, den DS-Eintrag oder die Delegierung.',
  },
  'dns.refused': {
    summary: 'Der DNS-Server verweigert für diesen Namen die Antwort.',
    next: 'Wurde der Server mit --dns angegeben, muss er diesen Client bedienen. Sonst vergleichen Sie die NS-Einträge beim Registrar mit den Servern, die die Zone haben.',
  },
  'dns.timeout': {
    summary: 'Kein DNS-Server hat für diesen Namen rechtzeitig geantwortet.',
    next: 'Fragen Sie einen anderen Resolver (--dns SERVER). Antwortet der, reparieren Sie den ersten. Antwortet keiner, sehen Sie nach, ob die autoritativen Server laufen und ihre Firewall UDP und TCP 53 hereinlässt.',
  },
  'dns.lame': {
    summary: 'Der gefragte DNS-Server hat die Zone des Namens nicht.',
    next: 'Vergleichen Sie die NS-Einträge beim Registrar mit den Servern, die die Zone haben, und laden Sie die Zone auf denen, denen sie fehlt, oder nehmen Sie diese aus der Delegierung. Wurde der Server mit --dns angegeben: Nennen Sie dort einen Resolver.',
  },
  'dns.server-closed': {
    summary: 'Die Adresse des DNS-Servers antwortet, dass auf diesem UDP-Port nichts lauscht.',
    next: 'Auf dem Server: Läuft der DNS-Dienst, und lauscht er auf dieser Adresse und nicht nur auf 127.0.0.1 (ss -lnup)? Wenn ja, suchen Sie nach einer Firewall-Regel, die abweist.',
  },
  'dns.dangling-cname': {
    summary: 'Der Name ist ein Alias (CNAME) eines Namens, den es nicht gibt, oder seiner selbst.',
    next: 'Lassen Sie den CNAME auf den jetzigen Namen des Dienstes zeigen, oder entfernen Sie ihn. Behandeln Sie es bis dahin als Sicherheitsproblem.',
  },
  'dns.private-address': {
    summary: 'Der öffentliche Name führt zu einer Adresse, die über das Internet nicht erreichbar ist.',
    next: 'Veröffentlichen Sie die öffentliche Adresse (die Außenseite der NAT-Regel) in der öffentlichen Zone. Sieht diese Maschine eine interne Sicht, prüfen Sie mit --dns und einem öffentlichen Resolver; um die interne Adresse absichtlich zu prüfen, nehmen Sie --allow-private.',
  },
  'dns.documented-address-changed': {
    summary: 'Der Name wird zu anderen Adressen aufgelöst, als für ihn dokumentiert oder angegeben sind.',
    next: 'Erlaubt eine Firewall-Regel die alte Adresse, fügen Sie die neue hinzu, oder erlauben Sie nach Namen. Ist die Adresse Ihre eigene (eine feste Adresse, die dem Hersteller zugesagt war), stellen Sie sie wieder her, oder teilen Sie dem Hersteller die neue mit.',
  },
  'dns.nxdomain-beside-address': {
    summary:
      'Der Name hat eine Adresse der einen Familie, und die Frage nach der anderen wird mit „kein solcher Name“ beantwortet.',
    next: 'Lassen Sie die autoritativen Server für den fehlenden Typ NOERROR ohne Einträge antworten. Meist kommt es von Load Balancern, die selbst DNS sprechen: Aktualisieren Sie sie, oder geben Sie dem Namen beide Einträge.',
  },
  'dns.server-dead': {
    summary: 'Ein Nameserver der Zone antwortet nicht oder hat keine Adresse, die gefragt werden kann.',
    next: 'Starten Sie den DNS-Dienst auf dem Server, den die Zusammenfassung nennt, und lassen Sie UDP und TCP 53 von überall herein; oder nehmen Sie seinen NS-Eintrag aus der Zone und aus der Delegierung beim Registrar.',
  },
  'dns.glue-stale': {
    summary: 'Die übergeordnete Zone hat eine alte Adresse eines Nameservers.',
    next: 'Ändern Sie den Host-Eintrag (Glue) dieses Nameservers beim Registrar auf die Adressen, die die Zone hat.',
  },
  'dns.ns-mismatch': {
    summary: 'Die übergeordnete Zone und die Zone selbst nennen verschiedene Nameserver.',
    next: 'Machen Sie die NS-Einträge in der Zone und die Delegierung beim Registrar gleich.',
  },
  'dns.serials-differ': {
    summary: 'Die Nameserver haben verschiedene Stände der Zone.',
    next: 'Bleibt es so: Sehen Sie nach, warum die Zone nicht mehr zu dem Server mit der älteren Serial übertragen wird (NOTIFY, AXFR, TSIG).',
  },
  'dns.answers-differ': {
    summary: 'Die Nameserver der Zone geben für den Namen verschiedene Antworten.',
    next: 'Bringen Sie die Zone auf den Servern, die die Zusammenfassung nennt, auf denselben Stand, und sehen Sie nach Einträgen, die von Hand gemacht sind.',
  },
  'dns.tcp-missing': {
    summary: 'Ein Nameserver antwortet nicht über TCP.',
    next: 'Lassen Sie TCP-Port 53 zum Nameserver herein, und lassen Sie den Dienst darauf lauschen.',
  },
  'dns.edns-black-hole': {
    summary: 'Fragen mit EDNS oder lange Antworten gehen zwischen Resolvern und einem Nameserver verloren.',
    next: 'Sehen Sie in der Firewall vor dem Nameserver nach: DNS-Inspektion mit einer Grenze von 512 Byte oder eine, die OPT-Einträge oder Fragmente verwirft. Heben Sie die Grenze auf 4.096 Byte, oder schalten Sie die Inspektion ab; aktualisieren Sie sehr alte Server.',
  },
  'dns.cname-at-apex': {
    summary: 'Die Zone selbst ist ein Alias (CNAME).',
    next: 'Ersetzen Sie den CNAME durch A- und AAAA-Einträge oder durch das, was der DNS-Anbieter dafür hat (ALIAS, ANAME, Flattening).',
  },
  'dns.wildcard': {
    summary: 'Die Zone hat für jeden Namen eine Adresse.',
    next: 'Nichts, wenn der Wildcard-Eintrag gewollt ist. Sonst ersetzen Sie ihn durch die Namen, die benutzt werden.',
  },
  'dns.dnssec-bogus': {
    summary: 'Die DNSSEC-Signaturen des Namens sind falsch oder fehlen.',
    next: 'Signieren Sie die Zone neu mit den Schlüsseln, die sie veröffentlicht, und sehen Sie nach, dass alle ihre Server die neue Zone laden. Soll sie nicht mehr signiert sein, entfernen Sie zuerst ihren DS-Eintrag beim Registrar, und warten Sie dessen TTL ab. dig +dnssec +cd NAME zeigt die Signaturen.',
  },
  'dns.dnssec-expired': {
    summary: 'Eine DNSSEC-Signatur des Namens ist abgelaufen.',
    next: 'Signieren Sie die Zone neu, und finden Sie heraus, warum das nicht von selbst geschah: Der Signer steht, seine Schlüssel sind nicht erreichbar, oder Secondaries bekommen die neue Zone nicht mehr vom Primary.',
  },
  'dns.dnssec-ds-mismatch': {
    summary: 'Der DS-Eintrag in der übergeordneten Zone passt zu keinem Schlüssel der Zone.',
    next: 'Ersetzen Sie beim Registrar den DS-Eintrag durch den des jetzigen Schlüssels (der DNS-Anbieter zeigt ihn), oder entfernen Sie ihn, wenn die Zone nicht signiert ist. Caches behalten den alten für seine TTL, oft einen Tag.',
  },
  'dns.caa-forbids': {
    summary: 'Die CAA-Einträge erlauben der Zertifizierungsstelle kein Zertifikat für den Namen.',
    next: 'Fügen Sie den CAA-Eintrag aus der Zusammenfassung den anderen hinzu, oder entfernen Sie die kritische Eigenschaft.',
  },
  'dns.caa-limits': {
    summary:
      'Die CAA-Einträge lassen die Zertifizierungsstelle nur für ein Konto oder nach manchen Verfahren ausstellen.',
    next: 'Vergleichen Sie beides mit dem ACME-Client: die URL seines Kontos (certbot show_account) und http-01 oder dns-01. Nach einem Wechsel von Client, Konto oder Verfahren ändern Sie den Eintrag vor der nächsten Erneuerung.',
  },
  'dns.caa-servfail': {
    summary:
      'Die Nameserver antworten nicht für CAA-Einträge, daher darf keine Zertifizierungsstelle ein Zertifikat ausstellen.',
    next: 'Lassen Sie alle autoritativen Server Fragen nach CAA beantworten: mit NOERROR und ohne Einträge, wo es keine gibt. Meist liegt es an alten Servern oder Load Balancern, die unbekannte Typen verwerfen, oder an DNSSEC-Verneinungen, die nicht validieren.',
  },
};
