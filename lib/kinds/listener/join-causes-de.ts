import type { GermanCauses } from '../contract/cause.ts';

export const pathCausesGerman: GermanCauses<'path'> = {
  'path.another-host': {
    summary: 'Auf diesem Port antwortet etwas, aber nicht der Horcher, der den Code hat.',
    next: 'Vergleichen Sie zuerst den Code an beiden Enden. Sehen Sie dann nach, ob der Horcher läuft und ob er diesen Port hat: Sein Bildschirm sagt TAKEN, wo ein anderes Programm ihn hält. Wartet er und kommt dort nichts an, führt die NAT-Regel, der Load Balancer oder der DNS-Eintrag zu einer anderen Maschine: Vergleichen Sie Adresse und Port der Weiterleitung mit denen des Horchers.',
  },
  'path.tls-terminated': {
    summary: 'Der Horcher antwortet, aber etwas unterwegs beendet TLS und baut eine eigene Verbindung auf.',
    next: 'Erwartet bei einem Reverse Proxy, Load Balancer oder einer Web Application Firewall mit dem Zertifikat: Dann bekommen Clients das Zertifikat dieses Geräts, und dort muss es erneuert werden. Sonst suchen Sie in der Firewall davor nach TLS-Inspektion, und nehmen Sie diesen Dienst davon aus.',
  },
  'path.words-differ': {
    summary: 'Am anderen Ende wurden andere Wörter vorgelesen, als an diesen Port gesendet wurden.',
    next: 'Lassen Sie die Wörter noch einmal lesen, Buchstabe für Buchstabe, und sehen Sie an der Zeit daneben, dass sie von dieser Prüfung sind und nicht von einer älteren. Sind es die Wörter eines anderen Ports, führt die NAT-Regel, der Load Balancer oder der eigene Port des Horchers dorthin. Stehen in jenem Log gar keine Wörter dieser Prüfung, führt die geprüfte Adresse zu einer anderen Maschine.',
  },
  'path.never-arrived': {
    summary: 'Kein Paket der Prüfung kam beim Host an: Es wird unterwegs aufgehalten.',
    next: 'Sehen Sie vor dem Host nach, in dieser Reihenfolge: die Adresse, zu der Name oder NAT-Regel führt (ist es die dieses Hosts?), die Firewall am Rand und ihre Regel für Port PORT, Security Group oder Netzwerk-ACL der Cloud, der Provider. Quelladresse und Zeiten für deren Logs stehen in den Belegen. Am Host selbst ist dafür nichts zu ändern.',
  },
  'path.reply-lost': {
    summary:
      'Die Pakete der Prüfung kommen an, und der Host antwortet, aber seine Antworten kommen nicht zurück.',
    next: 'Sehen Sie sich den Rückweg vom Host an: seine Default-Route (geht sie durch dieselbe Firewall hinaus, durch die die Pakete kamen, oder über eine andere Leitung?), eine zustandsbehaftete Firewall, die nur die Antworten sieht und verwirft, ausgehende Regeln im Netz des Hosts für Antworten von Port PORT und Adressumsetzung auf nur einem der beiden Wege. Auf dem Host zeigt "ip route get SOURCE", über welches Gateway er antwortet.',
  },
  'path.host-firewall': {
    summary: 'Die Pakete der Prüfung kommen beim Host an, und seine eigene Firewall hält sie auf.',
    next: 'Erlauben Sie Port PORT in der eigenen Firewall des Hosts (nftables, iptables, firewalld, ufw, Windows-Firewall, ein Sicherheitsagent), von den Quellen, die ihn brauchen. Am Netz vor dem Host ist nichts zu ändern. Verwirft ihn keine Regel, sehen Sie nach Reverse Path Filtering ("nstat -az TcpExtIPReversePathFilter") und einer vollen Accept-Queue ("nstat -az TcpExtListenDrops"), die auch wortlos verwerfen.',
  },
  'path.nothing-listens': {
    summary: 'Die Pakete der Prüfung kommen beim Host an, wo kein Programm auf dem Port lauscht.',
    next: 'Der Weg zum Host ist offen. Starten Sie den Dienst auf Port PORT, oder sehen Sie nach, warum er nicht läuft und ob er auf allen Adressen oder der erreichten lauscht, nicht nur auf 127.0.0.1 ("ss -ltn" zeigt es, unter Windows "netstat -ano"). Prüfen Sie dann noch einmal ohne den Horcher.',
  },
  'path.source-rewritten': {
    summary:
      'Die Pakete kommen mit einer anderen Quelladresse an als der des Prüfers: Etwas unterwegs setzt sie um.',
    next: 'Damit der Port erreichbar ist, muss nichts repariert werden. Aber der Dienst und seine Logs sehen die Adresse des Geräts unterwegs statt der des Clients: Freigabelisten nach Adresse, Ratenbegrenzungen und Mail-Reputation auf dem Host zählen dann alle Clients als einen. Ist das wichtig, reichen Sie die Adresse des Clients weiter (kein Source-NAT für diese Regel, X-Forwarded-For oder das PROXY-Protokoll).',
  },
};
