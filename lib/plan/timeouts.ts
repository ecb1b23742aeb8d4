import type { Kind } from '../model/vocabulary.ts';

/** Milliseconds that a TCP connect may take inside a probe's budget; what is left is for the protocol above. */
export const CONNECT_TIMEOUT_MS = 8_000;

/**
 * Budget of one probe of one address in ms, when the user names none. Boulder dials for 10 s (va/http.go). Mail gets
 * 30 s: Postfix's postscreen holds its greeting back for 6 s (POSTSCREEN_README), and STARTTLS, MAIL and RCPT each
 * cost a round trip after it. RFC 5321 §4.5.3.2.1 would have a mail client wait 5 minutes; a tester can't.
 */
export function defaultTimeoutMs(kind: Kind): number {
  return kind === 'smtp' || kind === 'smtps' ? 30_000 : 10_000;
}
