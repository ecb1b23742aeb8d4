/**
 * Short texts of ours that have no key, by their English: labels of facts, what a command shows, why a chain is not trusted. A text
 * that is not here stays as it is, and so does all text of a peer.
 */

const LABELS: Readonly<Record<string, string>> = {
  'A name that nobody made': 'Ein Name, den niemand angelegt hat',
  'After the identification': 'Nach der Identifikation',
  'Against HTTP/1.1': 'Gegen HTTP/1.1',
  'Alias of the zone itself': 'Alias der Zone selbst',
  'Aliases (CNAME)': 'Aliase (CNAME)',
  Answer: 'Antwort',
  'Answer to the SYN': 'Antwort auf das SYN',
  'Asked as': 'Gefragt als',
  'Asked of': 'Gefragt wurde',
  Banner: 'Begrüßung',
  'Banner after': 'Begrüßung nach',
  'Body SHA-256': 'SHA-256 des Bodys',
  'Byte by byte': 'Byte für Byte',
  'Certificate expires': 'Zertifikat läuft ab',
  'Certificate name': 'Name im Zertifikat',
  'Certificates sent': 'Gesendete Zertifikate',
  Chain: 'Kette',
  'ClientHello sent': 'Gesendetes ClientHello',
  'Clock at the other end': 'Uhr am anderen Ende',
  'Clock offset': 'Abweichung der Uhr',
  Connection: 'Verbindung',
  'Cookies sent': 'Gesendete Cookies',
  'Cut off': 'Abgeschnitten',
  'DNSSEC by the resolver': 'DNSSEC laut Resolver',
  Delay: 'Laufzeit',
  'Delegated by': 'Delegiert von',
  'Destination at the other end': 'Ziel am anderen Ende',
  'EHLO after TLS': 'EHLO nach TLS',
  'Each reply after': 'Jede Antwort nach',
  'Expected text': 'Erwarteter Text',
  Extensions: 'Erweiterungen',
  'Extensions after TLS': 'Erweiterungen nach TLS',
  'First bytes': 'Erste Bytes',
  'Forbidden in HTTP/2': 'In HTTP/2 verboten',
  Identification: 'Identifikation',
  'Known names asked of': 'Bekannte Namen gefragt bei',
  'Large ClientHello': 'Großes ClientHello',
  'Left out': 'Weggelassen',
  'Loaded over plain http': 'Über unverschlüsseltes http geladen',
  'Longest line': 'Längste Zeile',
  'MTA-STS policy': 'MTA-STS-Richtlinie',
  'MTA-STS policy from': 'MTA-STS-Richtlinie von',
  'MX addresses': 'MX-Adressen',
  'MX by alias': 'MX über Alias',
  'MX records in all': 'MX-Einträge insgesamt',
  'Must staple': 'Must-Staple',
  'Name asked for': 'Gefragter Name',
  'Name servers at the parent': 'Nameserver in der übergeordneten Zone',
  'Name servers in the zone': 'Nameserver in der Zone',
  'Name servers not asked': 'Nicht gefragte Nameserver',
  'No way to': 'Kein Weg zu',
  'Not dialled': 'Nicht angewählt',
  'Null MX beside others': 'Null MX neben anderen',
  'Oldest TLS accepted': 'Ältestes akzeptiertes TLS',
  Proof: 'Beweis',
  'QUIC versions': 'QUIC-Versionen',
  'Received before the failure': 'Vor dem Fehler empfangen',
  'Redirect not followed': 'Weiterleitung, der nicht gefolgt wurde',
  Redirects: 'Weiterleitungen',
  'Reply to STARTTLS': 'Antwort auf STARTTLS',
  'Reply to nothing that was sent': 'Antwort auf nichts Gesendetes',
  'SYNs sent': 'Gesendete SYNs',
  'Second resolver': 'Zweiter Resolver',
  'Sent and acknowledged': 'Gesendet und bestätigt',
  'Sent in clear after STARTTLS': 'Nach STARTTLS im Klartext gesendet',
  'Server name sent': 'Gesendeter Servername',
  'Servers or addresses left out': 'Weggelassene Server oder Adressen',
  'Session ended': 'Sitzung beendet',
  'Small ClientHello': 'Kleines ClientHello',
  'Small segments': 'Kleine Segmente',
  'Source at the other end': 'Quelle am anderen Ende',
  'Stapled OCSP': 'Angeheftetes OCSP',
  'TLS handshake': 'TLS-Handshake',
  'TLS version': 'TLS-Version',
  Title: 'Titel',
  'Weak ciphers': 'Schwache Ciphers',
};

const WORDS: Readonly<Record<string, string>> = {
  // States, and whether a client connects.
  open: 'offen',
  closed: 'geschlossen',
  filtered: 'gefiltert',
  broken: 'gestört',
  inconclusive: 'unentschieden',
  yes: 'ja',
  no: 'nein',
  'not known': 'nicht bekannt',

  // What a command shows.
  'TcpTestSucceeded, which proves the handshake alone': 'TcpTestSucceeded, was nur den Handshake beweist',
  'closed with port-unreach when the host refuses; open|filtered is silence':
    'closed mit port-unreach, wenn der Host abweist; open|filtered ist Schweigen',
  'stratum and offset': 'Stratum und Abweichung',
  'the addresses, or the error': 'die Adressen oder den Fehler',
  'the certificate, the status line and the headers': 'das Zertifikat, die Statuszeile und die Header',
  'the certificates as sent, and the verify return code':
    'die Zertifikate, wie gesendet, und den Verify Return Code',
  'the host keys': 'die Host-Keys',
  'the mail servers, and whether there is an MTA-STS policy':
    'die Mailserver, und ob es eine MTA-STS-Richtlinie gibt',
  'the offset of three samples': 'die Abweichung von drei Messungen',
  'the policy, with status 200 and text/plain; a redirect is not followed':
    'die Richtlinie, mit Status 200 und text/plain; einer Weiterleitung wird nicht gefolgt',
  'the status (NOERROR, NXDOMAIN, SERVFAIL) and the records':
    'den Status (NOERROR, NXDOMAIN, SERVFAIL) und die Einträge',
  'whether HTTP/3 is answered over UDP; needs a curl with HTTP/3 (`curl -V`)':
    'ob HTTP/3 über UDP beantwortet wird; braucht ein curl mit HTTP/3 (`curl -V`)',

  // Addresses that are not on the internet.
  'private (RFC 1918)': 'privat (RFC 1918)',
  'cloud metadata': 'Cloud-Metadaten',
  'not an IP address': 'keine IP-Adresse',

  // Why a chain is not trusted.
  'no certificate was sent': 'es wurde kein Zertifikat gesendet',
  'more certificates of one name were sent than are tried':
    'es wurden mehr Zertifikate eines Namens gesendet, als versucht werden',

  // Why a control did not answer.
  connected: 'verbunden',
  unreachable: 'nicht erreichbar',
  refused: 'abgewiesen',
};

/** Texts with names in them, which stay. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/^(.{1,300}) signed itself$/, '$1 hat sich selbst signiert'],
  [
    /^the chain leads to the root (.{1,300}), which was sent but is not a trusted one$/,
    'die Kette führt zur Root $1, die gesendet wurde, aber keine vertrauenswürdige ist',
  ],
  [
    /^the signature of (.{1,300}) does not verify with the key of its issuer (.{1,300})$/,
    'die Signatur von $1 stimmt nicht mit dem Schlüssel des Ausstellers $2 überein',
  ],
  [
    /^the issuer of (.{1,300}), (.{1,300}), was not sent and is not a trusted root$/,
    'der Aussteller von $1, $2, wurde nicht mitgesendet und ist keine vertrauenswürdige Root',
  ],
  [
    /^the issuer of (.{1,300}), (.{1,300}), was not sent and is not a trusted root; it is published at (\S{1,300})$/,
    'der Aussteller von $1, $2, wurde nicht mitgesendet und ist keine vertrauenswürdige Root; veröffentlicht ist er unter $3',
  ],
  [/^no answer within ([\d,]{1,12} ms)$/, 'keine Antwort in $1'],
];

/** The same text where there is no German for it. */
export function germanPhrase(english: string): string {
  const known = own(LABELS, english) ?? own(WORDS, english);
  if (known !== undefined) return known;
  const found = english.length > 1_000 ? undefined : PATTERNS.find(([pattern]) => pattern.test(english));
  return found === undefined ? english : english.replace(found[0], found[1]);
}

const own = (texts: Readonly<Record<string, string>>, english: string): string | undefined =>
  Object.hasOwn(texts, english) ? texts[english] : undefined;
