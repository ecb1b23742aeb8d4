import type { GermanCauses } from '../contract/cause.ts';

export const exposureCausesGerman: GermanCauses<'exposure'> = {
  'exposure.open-but-must-be-closed': {
    summary:
      'Ein Port, der aus dem Internet nicht erreichbar sein darf, hat mit Bytes eines lebendigen Dienstes geantwortet.',
    next: 'Entfernen Sie die Erlaubnisregel oder das Ziel-NAT für diesen Port, oder beschränken Sie die Quelle auf das Managementnetz; die Sperrregeln unten tun das am Rand. Suchen Sie im Firewall-Log nach Quelladresse und Zeit aus den Belegen: Die Richtlinie, die die Sitzung protokolliert hat, ist die zu ändernde. Prüfen Sie dann IPv6 getrennt, wo ein Dienst oft offen ist, weil die Regel nur für IPv4 geschrieben wurde, und halten Sie den Dienst an oder binden Sie ihn an eine interne Adresse, wenn ihn außen niemand braucht.',
  },
  'exposure.open-to-the-internet': {
    summary:
      'Ein Dienst, der für bekannte Netze gedacht ist, antwortet einer Adresse, die niemand auf seine Freigabeliste gesetzt hat.',
    next: 'Brauchen ihn nur manche Netze, beschränken Sie die Quelladressen der Erlaubnisregel auf sie (VPN-Ausgang, Büronetze), und prüfen Sie noch einmal mit --private-ui, oder mit --from-allow-listed VANTAGE für einen Messpunkt, der hineinkommen muss. Ist er für das ganze Internet gedacht, sagen Sie es mit --public-ui, und die Warnung verschwindet; Mehrfaktor-Anmeldung und zügige Updates sind dann die verbleibende Verteidigung.',
  },
};

export const proberCausesGerman: GermanCauses<'prober'> = {
  'prober.egress-blocked': {
    summary:
      'Der Prüfer kommt auf diesem Port nicht hinaus; was zurückkam oder nicht, sagt also nichts über das Ziel.',
    next: 'Prüfen Sie von einem Messpunkt, der diesen Port nutzen darf, oder nennen Sie mit --control PORT=HOST:PORT eine andere Kontrolle. In AWS: Hängen Sie die Funktion an ein VPC, lassen Sie sie über ein NAT-Gateway hinaus, und beantragen Sie, die Beschränkung von Port 25 für dessen Elastic IP aufzuheben. Im Büro: Lassen Sie den Port für die Maschine öffnen, auf der die Prüfung läuft. Ändern Sie wegen dieses Ergebnisses nicht die Firewall des Ziels.',
  },
  'prober.no-control': {
    summary:
      'Das Ziel schwieg, und nichts bewies, dass dieser Messpunkt den Port nutzen kann; das Schweigen lässt sich also nicht beurteilen.',
    next: 'Geben Sie einen Host an, von dem bekannt ist, dass er auf diesem Port antwortet: --control PORT=HOST:PORT. Antwortet er und das Ziel nicht, wird das Ergebnis tcp.filtered; antwortet er nicht, prober.egress-blocked.',
  },
  'prober.network-answers-for-all': {
    summary:
      'Etwas im eigenen Netz des Prüfers nimmt Verbindungen zu jeder Adresse an; ein Connect allein beweist also nichts.',
    next: 'Prüfen Sie aus einem Netz ohne transparenten Proxy (oft: das Büronetz oder VPN verlassen, oder am Captive Portal anmelden), oder von einem anderen Messpunkt. Am Ziel ist nichts zu ändern.',
  },
  'prober.no-ipv6': {
    summary: 'Dieser Messpunkt hat kein IPv6; die IPv6-Adressen des Ziels wurden von hier nicht beurteilt.',
    next: 'Prüfen Sie von einem Messpunkt mit IPv6, wenn der Name AAAA-Einträge hat: Clients mit IPv6 (die meisten Mobilfunknetze) und Let’s Encrypt versuchen es zuerst. Oder sagen Sie --family 4, wenn IPv6 in dieser Prüfung nicht gewollt ist.',
  },
  'prober.unavailable': {
    summary: 'Ein Messpunkt, der teilnehmen sollte, gab kein Ergebnis.',
    next: 'Prüfen Sie noch einmal. Bleibt es so, sehen Sie nach dem Zustand dieses Messpunkts (inbound-check doctor), oder lassen Sie ihn weg.',
  },
  'prober.captive-portal': {
    summary: 'Das eigene Netz dieses Messpunkts verlangt eine Anmeldung, bevor es etwas hinauslässt.',
    next: 'Melden Sie sich mit einem Browser im Netz des Messpunkts an, oder prüfen Sie von einem anderen.',
  },
  'prober.deadline': {
    summary: 'Der Lauf endete, bevor diese Prüfung ihre Antwort hatte.',
    next: 'Prüfen Sie noch einmal mit längerer Frist oder mit weniger Zielen oder höherer --concurrency in einem Lauf.',
  },
  'prober.late': {
    summary:
      'Dieser Prüfer selbst war angehalten oder ohne CPU; was er verpasst hat, sagt also nichts über das Ziel.',
    next: 'Prüfen Sie noch einmal, wenn die Maschine weniger zu tun hat, mit niedrigerer --concurrency oder längerem --timeout. In AWS geben Sie der Prüffunktion mehr Speicher: Die CPU wächst mit ihm.',
  },
  'prober.stopped': {
    summary: 'Die Flotte wurde von einem Betreiber angehalten, bevor diese Prüfung ihre Antwort hatte.',
    next: 'Fragen Sie die Person, die die Flotte angehalten hat (inbound-check fleet status nennt sie und ihren Grund), und prüfen Sie danach noch einmal.',
  },
  'prober.stop-unreadable': {
    summary:
      'Dieser Prüfer der Flotte konnte den Notschalter nicht lesen und hörte auf, bevor die Prüfung ihre Antwort hatte.',
    next: 'Prüfen Sie noch einmal. Bleibt es so, sehen Sie sich den Weg von diesem Messpunkt zu S3 in der Heimatregion an (Routen und Endpoint-Policy seines VPC, der Dual-Stack-Endpoint von S3 bei einem Messpunkt nur mit IPv6) und das Log des Prüfers.',
  },
  'prober.target-not-authorised': {
    summary: 'Die Flotte prüft dieses Ziel nicht, weil niemand nachgewiesen hat, dass es ihm gehört.',
    next: 'Tragen Sie das Ziel ein, und veröffentlichen Sie den Token, den es zeigt, als DNS-TXT-Eintrag oder als HTTP-Datei; prüfen Sie dann noch einmal. Oder bitten Sie einen berechtigten Betreiber, dafür zu bürgen.',
  },
  'prober.address-refused': {
    summary:
      'Der Prüfer lehnt diese Adresse vor jedem Paket ab, weil sie über das öffentliche Internet nicht erreichbar ist.',
    next: 'Geben Sie die öffentliche Adresse an, die die Firewall auf den Server umsetzt. Um mit Absicht im eigenen Netz zu prüfen, fügen Sie --allow-private hinzu (nur diese Maschine; Cloud-Metadaten und Multicast bleiben abgelehnt).',
  },
  'prober.resolver-unfit': {
    summary: 'Auf die DNS-Server dieses Messpunkts ist für diesen Namen kein Verlass.',
    next: 'Nennen Sie einen DNS-Server, der diese Maschine bedient (--dns ADDRESS), oder prüfen Sie aus einem anderen Netz. Sind die DNS-Server Ihre eigenen, sehen Sie nach, ob sie das Internet über UDP und TCP 53 erreichen und kein Filter an ihrer Stelle antwortet.',
  },
  'prober.name-pinned': {
    summary:
      'An der Adresse, auf die der Name festgelegt war, ist alles gut; wohin der Name führt, wurde nicht nachgesehen.',
    next: 'Vor einem Umzug des Namens ist das gewollt: Prüfen Sie noch einmal ohne die Festlegung, wenn das DNS geändert ist. Sonst lassen Sie die Festlegung weg.',
  },
};
