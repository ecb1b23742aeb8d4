import type { Assertions } from '../../../model/endpoint.ts';
import type { Fault, Finding } from '../../../model/finding.ts';
import { atMost } from '../../../model/severity-order.ts';
import type { CauseCode } from '../../../model/vocabulary.ts';
import { peerOf } from '../../connection/connect-diagnosis.ts';
import { mailHelloFaults } from '../../connection/hello-diagnosis.ts';
import { diagnoseHandshake } from '../../connection/tls-diagnosis.ts';
import type { DiagnosisContext } from '../../contract/diagnosis.ts';
import { fault, storedText } from '../../contract/fault.ts';
import { type Sentence, within } from '../../contract/sentences.ts';
import type { TlsResult } from '../../contract/tls-result.ts';
import { smtpSentence as say } from '../messages.ts';
import type { SmtpObservation, SmtpReply, SmtpResult } from '../observation.ts';
import { isInspected } from './greeting.ts';
import { readRefusal } from './refusal.ts';
import { clientRefused } from './refusal-faults.ts';
import { endPhrase, quoteReply } from './words.ts';

/** The TLS diagnosis of the handshake inside a mail session. */
export function tlsFinding(observation: SmtpObservation, tls: TlsResult, context: DiagnosisContext): Finding {
  return diagnoseHandshake(tls, observation, context);
}

/**
 * What is wrong with STARTTLS. Without the assertion `starttls` it warns, because senders fall back to clear text or don't look at
 * the certificate (RFC 7435); with it (MTA-STS "enforce", DANE) it fails, and so does what breaks another assertion
 * (`certDaysFail`, `tlsMinVersion`). Names in brackets are result types of RFC 8460 §4.3.
 */
export function starttlsFaults(
  observation: SmtpObservation,
  smtp: SmtpResult,
  context: DiagnosisContext,
): Fault[] {
  if (observation.kind === 'smtps' || smtp.extensions === undefined) return [];
  const { assertions } = context.endpoint;
  const strict = assertions?.starttls === true;
  const { host } = observation;
  if (smtp.starttlsOffered !== true) return [notOffered(smtp, host, needsTls(assertions))];

  const faults: Fault[] = [];
  const failed = (said: Sentence, severity: Fault['severity']) =>
    faults.push(fault('smtp.starttls-failed', said, { severity }));
  const { starttls, tls } = smtp;

  if (starttls === undefined) {
    if (smtp.lastPhase === 'starttls' && smtp.end !== 'deadline')
      failed(say.starttlsDropped({ host, end: endPhrase(smtp) }), 'fail');
    return faults;
  }
  if (starttls.code !== 220) {
    // RFC 3207 §4: the session may continue without encryption, and did.
    const severity = needsTls(assertions) || starttls.code === 421 ? 'fail' : 'warn';
    const filling = { host, reply: quoteReply(starttls) };
    if (isUnknownCommand(starttls) && (isInspected(smtp) || quotesMask(starttls)))
      faults.push(
        fault('smtp.starttls-failed', say.starttlsInspected(filling), { severity, side: 'network' }),
      );
    else
      failed(
        isUnknownCommand(starttls) ? say.starttlsUnknown(filling) : say.starttlsRefused(filling),
        severity,
      );
    return faults;
  }
  if (tls === undefined || tls.handshake.status === 'deadline') return faults;
  faults.push(...mailHelloFaults(observation));
  const detail = tlsFinding(observation, tls, asProven(context));
  if (tls.handshake.status !== 'complete') {
    faults.push(fault('smtp.starttls-failed', say.starttlsHandshake({ fault: within(detail) })));
    // The handshake's own cause says why, next to the one that says where. Silence in TCP is no question here: the server answered in SMTP.
    const own = detail.faults.filter(({ cause }) => cause.startsWith('tls.'));
    faults.push(...atMost('warn', own));
    return faults;
  }
  if (smtp.lastPhase === 'ehlo-after-tls' && smtp.end !== 'complete' && smtp.end !== 'deadline')
    failed(say.droppedAfterTls({ host, end: endPhrase(smtp) }), 'fail');
  else if (smtp.ehloAfterTls !== undefined && smtp.ehloAfterTls.code !== 250) {
    const refusal = readRefusal(smtp.ehloAfterTls, 'ehlo');
    if (refusal.about === 'client')
      faults.push(clientRefused(peerOf(observation), 'ehlo', refusal.trait, smtp.ehloAfterTls, 'fail'));
    else failed(say.ehloRefusedAfterTls({ host, reply: quoteReply(smtp.ehloAfterTls) }), 'fail');
  }
  for (const each of detail.faults) {
    const type = resultType(each.cause);
    faults.push({
      ...each,
      severity: softer(each.severity, strict || breaksAssertion(each.cause, assertions)),
      ...storedText(
        type === undefined
          ? say.starttlsFault({ fault: within(each) })
          : say.starttlsPolicyFault({ fault: within(each), type }),
      ),
    });
  }
  return faults;
}

/** Assertions about a certificate or the version can't be true where there is no TLS. */
export const needsTls = (assertions: Assertions | undefined): boolean =>
  assertions?.starttls === true ||
  assertions?.certDaysFail !== undefined ||
  assertions?.tlsMinVersion !== undefined;

/** Does the fault break an explicit assertion? Then it fails, even if senders tolerate it. */
function breaksAssertion(cause: CauseCode, assertions: Assertions | undefined): boolean {
  switch (cause) {
    case 'tls.cert-expired':
    case 'tls.cert-expires-soon':
      return assertions?.certDaysFail !== undefined;
    case 'tls.protocol-too-old':
      return assertions?.tlsMinVersion !== undefined;
    default:
      return false;
  }
}

function notOffered(smtp: SmtpResult, host: string, strict: boolean): Fault {
  const severity = strict ? { severity: 'fail' as const } : {};
  if (smtp.starttlsMasked === true)
    return fault(
      'smtp.starttls-stripped',
      say.starttlsStripped({ host, extensions: (smtp.extensions ?? []).join(', ').slice(0, 120) }),
      severity,
    );
  return fault(
    'smtp.starttls-missing',
    strict ? say.starttlsRequired({ host }) : say.starttlsMissing({ host }),
    severity,
  );
}

function softer(severity: Fault['severity'], strict: boolean): Fault['severity'] {
  return severity === 'fail' && !strict ? 'warn' : severity;
}

/** A network that answers in place of every address can't have sent the mail server's replies before STARTTLS. */
function asProven({ vantage, ...rest }: DiagnosisContext): DiagnosisContext {
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

/**
 * A server that knows the command but has no TLS says 454. "Unknown command" for an offered command comes from a device where
 * the session shows it: a mask, or the command quoted back in X's. Without such a sign the server itself may say so.
 */
const isUnknownCommand = ({ code }: SmtpReply): boolean => code === 500 || code === 502;
const quotesMask = ({ lines }: SmtpReply): boolean => lines.some((line) => /X{6,}/.test(line));
