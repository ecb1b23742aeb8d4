import type { GermanCauses } from '../contract/cause.ts';

export const tcpCausesGerman: GermanCauses<'tcp'> = {
  'tcp.refused': {
    summary: 'Die Adresse antwortet, dass auf diesem Port nichts lauscht.',
    next: 'Auf dem Server: Läuft der Dienst, und lauscht er auf dieser Adresse und nicht nur auf 127.0.0.1 (ss -ltnp, netstat -abn)? Wenn ja, suchen Sie nach einer Firewall-Regel, die abweist, und sehen Sie nach, ob die NAT-Regel zum richtigen Host und Port weiterleitet.',
  },
  'tcp.filtered': {
    summary:
      'Die Pakete zu diesem Port werden verworfen: Nichts antwortet, weder der Dienst noch eine Abweisung.',
    next: 'Suchen Sie im Log der äußersten Firewall zur UTC-Zeit aus den Belegen nach den SYNs; ihre Quelladresse steht dabei, wo sie bekannt ist. Nicht dort: Der Provider oder ein Filter davor verwirft sie, oder die Adresse ist falsch. Dort und abgelehnt: Fügen Sie die Regel aus dem Bericht hinzu. Dort und erlaubt: Verfolgen Sie sie bis zur NAT-Regel und zur Host-Firewall, und sehen Sie nach, ob der Rückweg derselbe ist (asymmetrisches Routing verwirft das SYN-ACK).',
  },
  'tcp.unreachable': {
    summary: 'Ein Router oder eine Firewall unterwegs antwortet, dass die Adresse nicht erreichbar ist.',
    next: 'Prüfen Sie, ob die Adresse stimmt und zum Standort geroutet wird, ob der Host läuft und ob die Firewall davor nicht abweist. Bei IPv6: Ist das Präfix angekündigt und nach innen geroutet?',
  },
  'tcp.rejected-by-network': {
    summary:
      'Eine Firewall oder ein Router unterwegs weist die Verbindung ab; der Host selbst hat nie geantwortet.',
    next: 'Finden Sie das Gerät mit der Adresse aus den Belegen: Es hat die Regel, die abweist. Fügen Sie dort die Erlaubnisregel aus dem Bericht hinzu. Eine private Adresse gehört zu einem Gerät hinter dem NAT des Standorts.',
  },
  'tcp.path-mtu': {
    summary:
      'Große Pakete gehen unterwegs verloren, und nichts sagt es: Die Verbindung stockt, sobald eines nötig ist.',
    next: 'Lassen Sie ICMP Typ 3 Code 4 (IPv4) und ICMPv6 Typ 2 (IPv6) durch jede Firewall unterwegs. Ist die Strecke mit der kleinen MTU Ihre eigene (VPN, PPPoE, GRE, Cloud-Gateway), begrenzen Sie dort die MSS von TCP (Linux: --clamp-mss-to-pmtu; Cisco: ip tcp adjust-mss).',
  },
  'tcp.data-dropped': {
    summary: 'Der Handshake kommt durch, aber was der Client sendet, wird unterwegs verworfen.',
    next: 'Auf der Firewall davor: Sehen Sie nach der Inspektions- oder Proxy-Richtlinie für diesen Port und nach Drops zur Zeit aus den Belegen. Schneiden Sie auf dem Host mit: Der Handshake ohne Daten dahinter zeigt, dass davor verworfen wird.',
  },
  'tcp.service-hangs': {
    summary: 'Die Anfrage kam an und wurde bestätigt, und der Dienst sagt nichts.',
    next: 'Auf der Maschine, die die Verbindungen annimmt: Steckt der Dienst fest (Log, Threads, Warteschlange), oder wartet der Proxy auf einen Server dahinter? Starten Sie ihn neu, und sehen Sie, was ihn blockiert. Für ein eigenes Protokoll geben Sie die erwarteten Bytes in der Assertion "send" an.',
  },
  'tcp.accepts-then-resets': {
    summary: 'Etwas schließt den Handshake ab und beendet dann die Verbindung ohne ein Byte.',
    next: 'Auf dem Gerät, das die Adresse veröffentlicht: Läuft der Server dahinter, ist er im Pool und vom Gerät aus auf diesem Port erreichbar? Auf dem Server: Ist der Listener auf manche Quellen beschränkt, oder hat er keine Verbindungen mehr frei? Verbinden Sie sich von innen, um zu sehen, welches von beiden es ist.',
  },
  'tcp.accepts-then-silent': {
    summary: 'Etwas schließt den Handshake ab, aber dahinter antwortet kein Dienst.',
    next: 'Verbinden Sie sich von innen, an der Firewall vorbei. Auch dort keine Antwort: Der Dienst hängt; starten Sie ihn neu, und sehen Sie in sein Log. Dort eine Antwort: Das Gerät davor nimmt an und leitet nicht weiter (Proxy-Richtlinie, Inspektionsprofil, falsches NAT-Ziel). Für ein eigenes Protokoll geben Sie die erwarteten Bytes in der Assertion "send" an.',
  },
  'tcp.proxy-header-unexpected': {
    summary: 'Ein Balancer davor sendet einen PROXY-Header, und der Server dahinter erwartet keinen.',
    next: 'Bringen Sie beide Seiten zusammen: Nehmen Sie das PROXY-Protokoll im Balancer heraus (HAProxy: send-proxy, send-proxy-v2; AWS NLB: proxy_protocol_v2.enabled; nginx stream: proxy_protocol on), oder lassen Sie den Server es erwarten (Postfix: smtpd_upstream_proxy_protocol oder postscreen_upstream_proxy_protocol; Exim: hosts_proxy; nginx: listen … proxy_protocol; Apache: RemoteIPProxyProtocol). OpenSSH kennt es nicht.',
  },
  'tcp.proxy-header-expected': {
    summary:
      'Der Server erwartet einen PROXY-Header vor den ersten Worten eines Clients, und Clients aus dem Internet senden keinen.',
    next: 'Lassen Sie den Balancer davor den PROXY-Header senden, oder erwarten Sie ihn nicht, wo Clients sich direkt verbinden (HAProxy: bind … accept-proxy; nginx: listen … proxy_protocol; Postfix: smtpd_upstream_proxy_protocol). Sorgen Sie auch dafür, dass nur der Balancer diesen Port erreicht: Wer es kann, kann jede Quelladresse behaupten.',
  },
  'tcp.some-addresses-dead': {
    summary: 'Manche Adressen des Namens antworten und andere nicht.',
    next: 'Nehmen Sie die tote Adresse aus dem DNS, oder reparieren Sie, was dahinter ist. Sind alle toten IPv6: Bieten Sie den Dienst über IPv6 an, oder entfernen Sie den AAAA-Eintrag.',
  },
};
