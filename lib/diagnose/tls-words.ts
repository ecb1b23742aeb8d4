/** What alerts and first bytes say to the person who must act. */

/** A server's flight with a certificate is never smaller; an alert alone is 7 bytes. */
export const SERVER_FLIGHT_BYTES = 200;

interface AlertSetting {
  readonly servername?: string;
  /** The server had sent its certificate before it refused. */
  readonly afterCertificate: boolean;
}

/** The rest of a sentence about an alert (RFC 8446 §6.2), from the comma on; empty where the name says it all. */
export function alertHint(number: number, { servername, afterCertificate }: AlertSetting): string {
  const sni = servername === undefined ? 'no name (the target is an address)' : `the name ${servername}`;
  switch (number) {
    case 40:
      return afterCertificate
        ? ' after it had sent its own certificate: it probably demands a client certificate'
        : ', so client and server have no cipher, key or version in common, or the server has no certificate for this name';
    case 42:
    case 43:
    case 46:
    case 48:
      return ': it asks for a client certificate and does not accept an empty one';
    case 49:
      return ': it knows who may connect, and this client may not';
    case 70:
      return ': it accepts none of TLS 1.0 to 1.3';
    case 80:
      return ': the server has a fault of its own, often a site without certificate';
    case 112:
      return `: it has no site for ${sni}`;
    case 116:
      return ': it demands a client certificate';
    case 120:
      return ': it speaks none of the application protocols that were offered (ALPN)';
    default:
      return '';
  }
}

const GREETINGS: readonly (readonly [RegExp, string])[] = [
  [/^HTTP\/\d/, 'plain HTTP'],
  [/^<(!doctype|html|\?xml)/i, 'plain HTTP'],
  [/^SSH-/, 'SSH'],
  [/^220[ -].*\bFTP\b/i, 'FTP'],
  [/^(220|421|554)[ -]/, 'SMTP or FTP in clear'],
  [/^\* (OK|BYE|PREAUTH)/, 'IMAP in clear'],
  [/^\+OK/, 'POP3 in clear'],
  [/^-ERR/, 'Redis or POP3 in clear'],
  [/^RFB \d/, 'VNC'],
  [/^.{0,24}mysql_native_password|^.{0,40}MariaDB/, 'MySQL'],
];

/** The protocol that a greeting belongs to, as far as it can be told. */
export function guessProtocol(firstBytes: string): string | undefined {
  return GREETINGS.find(([pattern]) => pattern.test(firstBytes))?.[1];
}
