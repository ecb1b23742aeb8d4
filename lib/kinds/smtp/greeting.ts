import type { SmtpResult } from './observation.ts';

/**
 * A greeting later than this is worth a warning, ms. postscreen waits 6 s by design: slow, not closed. Its clock has
 * whole seconds, so that it takes anything from 5 s on, minus the time by which this side looked at the connection late.
 */
export const SLOW_BANNER_MS = 4_000;

/** FTP greets with 220 as SMTP does (RFC 959 §5.4), but knows neither EHLO nor HELO. */
export function isFtp({ banner, ehlo, helo }: SmtpResult): boolean {
  if (ehlo === undefined || ehlo.code < 500 || helo?.code === 250) return false;
  const says = /\bftp(d|s)?\b|ftpd/i.test(banner?.lines.join(' ') ?? '');
  const asksLogin = ehlo.code === 530 && /\buser\b|log ?in|logged in/i.test(ehlo.lines.join(' '));
  return says || asksLogin;
}

/** The answer to EHLO is not an SMTP reply, whatever the greeting was. */
export const breaksOffAtEhlo = ({ lastPhase, notSmtp }: SmtpResult): boolean =>
  lastPhase === 'ehlo' && notSmtp !== undefined;

/** A mail server's 220, or its refusal at the greeting (RFC 5321 §4.3.2: 220, 4yz, 5yz). */
export function greetsAsMailServer(smtp: SmtpResult | undefined): boolean {
  // If it sends byte by byte, its 220 never ends; it is still a mail server.
  if (smtp?.banner === undefined) return smtp?.stutter !== undefined;
  const { code } = smtp.banner;
  return code >= 400 || (code === 220 && !isFtp(smtp) && !breaksOffAtEhlo(smtp));
}
