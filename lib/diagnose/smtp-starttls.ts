import type { Fault, Finding } from '../model/finding.ts';
import type { SmtpObservation, SmtpReply, SmtpResult, TlsResult } from '../model/observation.ts';
import type { CauseCode } from '../model/vocabulary.ts';
import type { DiagnosisContext } from './diagnosis-context.ts';
import { fault } from './fault.ts';
import { diagnoseTls } from './tls.ts';

/** The TLS ladder on the handshake inside a mail session. */
export function tlsFinding(observation: SmtpObservation, tls: TlsResult, context: DiagnosisContext): Finding {
  const { smtp: _, kind: __, ...common } = observation;
  return diagnoseTls({ ...common, kind: 'tls', tls }, context);
}

/**
 * What is wrong with STARTTLS. Without the assertion `starttls` it warns, because senders fall back to clear text or don't look at
 * the certificate (RFC 7435); with it (MTA-STS "enforce", DANE) it fails. Names in brackets are result types of RFC 8460 §4.3.
 */
export function starttlsFaults(
  observation: SmtpObservation,
  smtp: SmtpResult,
  context: DiagnosisContext,
): Fault[] {
  if (observation.kind === 'smtps' || smtp.extensions === undefined) return [];
  const strict = context.endpoint.assertions?.starttls === true;
  const peer = observation.host;
  if (smtp.starttlsOffered !== true) return [notOffered(smtp, peer, strict)];

  const faults: Fault[] = [];
  const failed = (summary: string, severity: Fault['severity']) =>
    faults.push(
      fault('smtp.starttls-failed', `${summary} (RFC 8460: starttls-not-supported).`, { severity }),
    );
  const { starttls, tls } = smtp;

  if (starttls === undefined) {
    if (smtp.lastPhase === 'starttls' && smtp.end !== 'deadline')
      failed(`${peer} offered STARTTLS and ${endedHow(smtp)} when it was asked for`, 'fail');
    return faults;
  }
  if (starttls.code !== 220) {
    // RFC 3207 §4: the session may go on in clear, and did.
    failed(
      `${peer} offered STARTTLS but answered it with "${quote(starttls)}"${inspected(starttls)}`,
      strict || starttls.code === 421 ? 'fail' : 'warn',
    );
    return faults;
  }
  if (tls === undefined || tls.handshake.status === 'deadline') return faults;
  const detail = tlsFinding(observation, tls, beyondDoubt(context));
  if (tls.handshake.status !== 'complete') {
    const why = detail.summary.replace(/\.$/, '');
    faults.push(
      fault('smtp.starttls-failed', `TLS after STARTTLS failed: ${why} (RFC 8460: validation-failure).`),
    );
    // The handshake's own cause says why, beside the one that says where. What silence in TCP can mean is settled: SMTP was spoken.
    const own = detail.faults.filter(({ cause }) => cause.startsWith('tls.'));
    faults.push(...own.map((each) => ({ ...each, severity: softer(each.severity, false) })));
    return faults;
  }
  if (smtp.lastPhase === 'ehlo-after-tls' && smtp.end !== 'complete' && smtp.end !== 'deadline')
    failed(`${peer} finished the TLS handshake and then ${endedHow(smtp)} in answer to EHLO`, 'fail');
  else if (smtp.ehloAfterTls !== undefined && smtp.ehloAfterTls.code !== 250)
    failed(
      `${peer} finished the TLS handshake and then refused EHLO with "${quote(smtp.ehloAfterTls)}"`,
      'fail',
    );
  for (const each of detail.faults) {
    const type = resultType(each.cause);
    faults.push({
      ...each,
      severity: softer(each.severity, strict),
      summary: `${each.summary.replace(/\.$/, '')} (STARTTLS${type === undefined ? '' : `; RFC 8460: ${type}`}).`,
    });
  }
  return faults;
}

function notOffered(smtp: SmtpResult, peer: string, strict: boolean): Fault {
  const severity = strict ? { severity: 'fail' as const } : {};
  if (smtp.starttlsMasked === true)
    return fault(
      'smtp.starttls-stripped',
      `A device between overwrote EHLO keywords of ${peer} with X's ("${(smtp.extensions ?? []).join(', ').slice(0, 120)}"), and STARTTLS is missing: SMTP inspection prevents encryption (RFC 8460: starttls-not-supported).`,
      severity,
    );
  return fault(
    'smtp.starttls-missing',
    `${peer} does not offer STARTTLS (RFC 8460: starttls-not-supported)${strict ? ', which is required' : '; mail reaches it in clear'}.`,
    severity,
  );
}

function softer(severity: Fault['severity'], strict: boolean): Fault['severity'] {
  return severity === 'fail' && !strict ? 'warn' : severity;
}

/** A network that answers for everyone can't have invented the mail server's words before STARTTLS. */
function beyondDoubt({ vantage, ...rest }: DiagnosisContext): DiagnosisContext {
  const { negative: _, ...proven } = vantage;
  return { ...rest, vantage: proven };
}

/** RFC 8460 §4.3; undefined for what breaks no policy. */
function resultType(cause: CauseCode): string | undefined {
  switch (cause) {
    case 'tls.cert-expired':
      return 'certificate-expired';
    case 'tls.cert-name-mismatch':
      return 'certificate-host-mismatch';
    case 'tls.cert-self-signed':
    case 'tls.cert-untrusted-root':
    case 'tls.chain-incomplete':
    case 'tls.cert-not-yet-valid':
      return 'certificate-not-trusted';
    default:
      return undefined;
  }
}

/** A server that knows the command but has no TLS says 454; "unknown command" for an offered one is a device's doing. */
function inspected(reply: SmtpReply): string {
  return reply.code === 500 || reply.code === 502
    ? ': a firewall with SMTP inspection changes the command on the way'
    : '';
}

/** How a session ended before its time, as the predicate of a sentence. */
export function endedHow({ end }: Pick<SmtpResult, 'end'>): string {
  switch (end) {
    case 'fin':
      return 'closed the connection';
    case 'reset':
      return 'reset the connection (RST)';
    case 'timeout':
      return 'did not answer in time';
    case 'too-large':
      return 'sent more than any SMTP reply may hold';
    case 'deadline':
      return 'had not answered when the run ended';
    case 'complete':
      return 'ended the session';
    default:
      return end satisfies never;
  }
}

/** A reply in one line, at most about 200 characters. */
export function quote(reply: SmtpReply): string {
  const text = `${reply.code} ${reply.lines.join(' / ')}`.trimEnd();
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
