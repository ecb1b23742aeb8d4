/** What alerts and first bytes say to the person who must act. */

import type { Sentence } from '../contract/sentences.ts';
import { tlsSentence as say } from './tls-messages.ts';

/** A server's messages with a certificate are never smaller; an alert alone is 7 bytes. */
export const SERVER_FLIGHT_BYTES = 200;

interface AlertSetting {
  readonly servername?: string;
  /** The server had sent its certificate before it refused. */
  readonly afterCertificate: boolean;
}

/** The rest of a sentence about an alert (RFC 8446 §6.2), from the comma on; undefined where the name says enough. */
export function alertHint(
  number: number,
  { servername, afterCertificate }: AlertSetting,
): Sentence | undefined {
  switch (number) {
    case 40:
      return afterCertificate ? say.alertAfterCertificate({}) : say.alertNothingInCommon({});
    case 42:
    case 43:
    case 46:
    case 48:
      return say.alertEmptyCertificate({});
    case 49:
      return say.alertAccess({});
    case 70:
      return say.alertVersion({});
    case 80:
      return say.alertInternal({});
    case 112:
      return servername === undefined
        ? say.alertNoSiteWithoutName({})
        : say.alertNoSite({ name: servername });
    case 116:
      return say.alertCertificateRequired({});
    case 120:
      return say.alertProtocol({});
    default:
      return undefined;
  }
}

const GREETINGS: readonly (readonly [RegExp, Sentence])[] = [
  [/^HTTP\/\d/, say.plainHttp({})],
  [/^<(!doctype|html|\?xml)/i, say.plainHttp({})],
  [/^SSH-/, say.protocol({ name: 'SSH' })],
  [/^220[ -].*\bFTP\b/i, say.protocol({ name: 'FTP' })],
  [/^(220|421|554)[ -]/, say.eitherInClear({ one: 'SMTP', other: 'FTP' })],
  [/^\* (OK|BYE|PREAUTH)/, say.inClear({ name: 'IMAP' })],
  [/^\+OK/, say.inClear({ name: 'POP3' })],
  [/^-ERR/, say.eitherInClear({ one: 'Redis', other: 'POP3' })],
  [/^RFB \d/, say.protocol({ name: 'VNC' })],
  [/^.{0,24}mysql_native_password|^.{0,40}MariaDB/, say.protocol({ name: 'MySQL' })],
];

/** The protocol that a greeting belongs to, as far as it can be told. */
export function guessProtocol(firstBytes: string): Sentence | undefined {
  return GREETINGS.find(([pattern]) => pattern.test(firstBytes))?.[1];
}
