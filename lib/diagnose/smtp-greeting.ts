import type { Finding } from '../model/finding.ts';
import type { SmtpObservation, SmtpReply, SmtpResult } from '../model/observation.ts';
import { deadlineReached, peerName, silentOrReset } from './connect.ts';
import type { DiagnosisContext } from './diagnosis-context.ts';
import { fault, finding } from './fault.ts';
import { endedHow, quote } from './smtp-starttls.ts';

/** The finding when the greeting is none of a server that takes mail now; undefined after a 220 of a mail server. */
export function diagnoseGreeting(
  observation: SmtpObservation,
  smtp: SmtpResult,
  context: DiagnosisContext,
): Finding | undefined {
  const peer = peerName(observation);
  const { banner } = smtp;
  if (banner === undefined) return noGreeting(observation, smtp, context);
  if (banner.code >= 500) {
    const ours = /synchroni[sz]ation|pipelin|pregreet/i.test(banner.lines.join(' '));
    return finding('open', [
      fault(
        'smtp.rejected-on-connect',
        `${peer} answers, but refuses this client at the greeting: "${quote(banner)}".`,
        // Postfix says so to clients that speak before their turn; this one waits, so a device between did.
        ours ? { side: 'prober' } : {},
      ),
    ]);
  }
  if (banner.code >= 400)
    return finding('open', [
      fault(
        'smtp.temporarily-unavailable',
        `${peer} answers, but takes no session now: its greeting is "${quote(banner)}".`,
      ),
    ]);
  if (banner.code !== 220) {
    const name = banner.code === 200 || banner.code === 201 ? ' (NNTP greets so)' : '';
    return notSmtp(peer, `greets with "${quote(banner)}"${name} where SMTP says 220`);
  }
  if (isFtp(smtp))
    return notSmtp(
      peer,
      `is an FTP server: it greets with "${quote(banner)}" and answers EHLO with "${quote(smtp.ehlo ?? banner)}"`,
    );
  if (smtp.lastPhase === 'ehlo' && smtp.notSmtp !== undefined)
    return notSmtp(peer, `greets with 220, but its answer to EHLO is no SMTP reply: "${smtp.notSmtp}"`);
  return undefined;
}

function noGreeting(observation: SmtpObservation, smtp: SmtpResult, context: DiagnosisContext): Finding {
  const peer = peerName(observation);
  if (smtp.notSmtp !== undefined) {
    if (isMasked(smtp.notSmtp.split('\\r\\n')[0] ?? ''))
      return finding('broken', [
        fault('smtp.banner-masked', `${peer}: ${maskedSummary(smtp.notSmtp)}`, { severity: 'fail' }),
      ]);
    return notSmtp(peer, `answers with ${protocolOf(smtp.notSmtp)}"${smtp.notSmtp.slice(0, 200)}"`);
  }
  if (smtp.tooLarge !== undefined) return notSmtp(peer, `never ends its greeting: ${tooLargeText(smtp)}`);
  if (smtp.end === 'deadline') return deadlineReached(observation);

  const wordless = smtp.unfinished === undefined;
  // A peer that did TLS is no middlebox answering for a dead server, whatever it does then.
  if (wordless && smtp.tls?.handshake.status === 'complete')
    return finding('broken', [
      fault(
        'smtp.no-banner',
        `${peer} finishes the TLS handshake, and then ${smtp.end === 'timeout' ? 'stays silent' : endedHow(smtp)} without a greeting: the mail server behind it is down or hangs.`,
      ),
    ]);
  if (wordless) {
    const how = smtp.end === 'reset' ? 'reset' : smtp.end === 'timeout' ? 'silent' : 'fin';
    const bare = silentOrReset(how, observation, context);
    // A vantage whose network answers for everyone can't lay the silence on the target.
    if (bare.state === 'inconclusive' || how === 'reset') return bare;
    const summary =
      how === 'fin'
        ? `${peer} accepts the connection and closed it at once without a greeting.`
        : `${peer} accepts the connection but sent no greeting in ${observation.timings.total} ms.${tlsHint(observation)}`;
    const also = how === 'silent' ? bare.faults.map((each) => ({ ...each, severity: 'warn' as const })) : [];
    return finding('broken', [fault('smtp.no-banner', summary), ...also]);
  }
  return finding('broken', [
    fault(
      'smtp.no-banner',
      `${peer} began a greeting ("${(smtp.unfinished ?? '').slice(0, 200)}"), but its last line "220 …" never came: it ${endedHow(smtp)} after ${observation.timings.total} ms.`,
    ),
  ]);
}

const notSmtp = (peer: string, what: string): Finding =>
  finding('broken', [fault('smtp.not-smtp', `${peer} ${what}.`)]);

/** Which bound was passed, for a person. */
export function tooLargeText({ tooLarge, unfinished }: SmtpResult): string {
  if (tooLarge === undefined) return 'more came than any reply may hold';
  const { what, limit } = tooLarge;
  const begin = `it begins "${(unfinished ?? '').slice(0, 80)}"`;
  switch (what) {
    case 'line':
      return `one line has over ${limit} bytes, where RFC 5321 allows 512; ${begin}`;
    case 'lines':
      return `a reply of over ${limit} lines; ${begin}`;
    case 'bytes':
      return `over ${limit} bytes without an end; ${begin}`;
    default:
      return what satisfies never;
  }
}

/** Asterisks, with the characters that Cisco's mask lets through: 2, 0 and space. */
export const isMasked = (text: string): boolean =>
  /^[*20 ]+$/.test(text) && (text.match(/\*/g)?.length ?? 0) >= 2;

export const isBannerMasked = (banner: SmtpReply | undefined): boolean =>
  banner?.lines.some(isMasked) ?? false;

export const maskedSummary = (banner: string): string =>
  `SMTP inspection of a firewall (Cisco ASA "inspect esmtp") masks the greeting: "${banner.slice(0, 120)}".`;

/** FTP greets with 220 as SMTP does (RFC 959 §5.4), but knows neither EHLO nor HELO. */
function isFtp({ banner, ehlo, helo }: SmtpResult): boolean {
  if (ehlo === undefined || ehlo.code < 500 || helo?.code === 250) return false;
  const says = /\bftp(d|s)?\b|ftpd/i.test(banner?.lines.join(' ') ?? '');
  const asksLogin = ehlo.code === 530 && /\buser\b|log ?in|logged in/i.test(ehlo.lines.join(' '));
  return says || asksLogin;
}

/** The name of the protocol that begins so, with a colon, or nothing. */
function protocolOf(text: string): string {
  const known: readonly (readonly [RegExp, string])[] = [
    [/^SSH-/, 'SSH: '],
    [/^HTTP\/|^<(!doctype|html)/i, 'HTTP: '],
    [/^\+OK/, 'POP3: '],
    [/^\* (OK|BYE|PREAUTH)/, 'IMAP: '],
    [/^\\x1[56]\\x03/, 'TLS (use smtps:// for a port that speaks TLS from the first byte): '],
    [/^\\xff/, 'Telnet: '],
    [/^RFB /, 'VNC: '],
  ];
  return known.find(([pattern]) => pattern.test(text))?.[1] ?? '';
}

const tlsHint = ({ port, kind }: SmtpObservation): string =>
  port === 465 && kind === 'smtp'
    ? ' Port 465 expects TLS from the first byte (RFC 8314): test it as smtps://.'
    : '';
