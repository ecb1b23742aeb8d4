import type { Fault, Finding } from '../../model/finding.ts';
import { atMost } from '../../model/severity-order.ts';
import { deadlineReached, diagnoseConnect, peerOf } from '../connection/connect-diagnosis.ts';
import type { Diagnose, DiagnosisContext } from '../contract/diagnosis.ts';
import { fault, finding, storedText } from '../contract/fault.ts';
import { type Sentence, within } from '../contract/sentences.ts';
import { SLOW_BANNER_MS } from './greeting.ts';
import { ehloFaults } from './judge/ehlo.ts';
import { diagnoseGreeting, isBannerMasked, judged, maskedSentence } from './judge/greeting.ts';
import { mailRoutingFaults } from './judge/mx.ts';
import { notJudgeable } from './judge/order.ts';
import { starttlsFaults, tlsFinding } from './judge/starttls.ts';
import { mailFaults } from './judge/transaction.ts';
import { quoteReply } from './judge/words.ts';
import { smtpSentence as say } from './messages.ts';
import type { SmtpObservation, SmtpResult } from './observation.ts';

/** The diagnosis of smtp and smtps, step by step: connect, TLS (smtps), greeting, EHLO, STARTTLS, MAIL, RCPT, and where the mail goes according to DNS. */
export const diagnoseSmtp: Diagnose<SmtpObservation> = (observation, context) => {
  const rung = diagnoseSession(observation, context);
  const routing = mailRoutingFaults(observation, context);
  if (routing.length === 0) return rung;
  // An inconclusive session stays inconclusive and says first why; what DNS says is still true.
  const beside = rung.state === 'inconclusive' ? atMost('warn', routing) : routing;
  const healthy = rung.faults.length === 0;
  const failed = rung.faults.some(({ severity }) => severity === 'fail');
  // The user asked where mail goes and it could not be found out: not a pass, but not a failure either.
  const unknown = rung.state === 'open' && !failed && routing.some(({ cause }) => cause.startsWith('dns.'));
  const state = unknown ? 'inconclusive' : rung.state;
  return finding(state, [...rung.faults, ...beside], healthy || unknown ? undefined : rung);
};

const diagnoseSession: Diagnose<SmtpObservation> = (observation, context) => {
  const failed = diagnoseConnect(observation.connect, observation, context);
  if (failed !== undefined) return failed;
  const { smtp } = observation;
  if (smtp === undefined) return deadlineReached(observation);
  if (smtp.lastPhase === 'tls' && smtp.tls !== undefined) return beforeGreeting(observation, smtp, context);

  const greeting = diagnoseGreeting(observation, smtp, context);
  if (greeting !== undefined) return withCertificate(greeting, observation, smtp, context);

  const unjudged = notJudgeable(observation, smtp, context);
  if (unjudged !== undefined) return unjudged;

  const faults = sessionFaults(observation, smtp, context);
  // Cut short by our own deadline: the protocol answered, but the result of the check is not known.
  if (smtp.end === 'deadline' && context.endpoint.expect === 'open')
    return finding('inconclusive', [...atMost('warn', faults), ...deadlineReached(observation).faults]);
  return judged(faults, context, () => healthySentence(observation, smtp));
};

/** smtps: the handshake failed, so nothing of SMTP was seen. */
function beforeGreeting(observation: SmtpObservation, smtp: SmtpResult, context: DiagnosisContext) {
  const tls = smtp.tls;
  if (tls === undefined) return deadlineReached(observation);
  const found = tlsFinding(observation, tls, context);
  const inClear = tls.handshake.status === 'not-tls' && /^[245]\d\d[ -]/.test(tls.handshake.firstBytes);
  if (!inClear) return found;
  return finding(
    found.state,
    found.faults.map((each) =>
      each.cause === 'tls.not-tls' ? { ...each, ...storedText(say.inClear({ fault: within(each) })) } : each,
    ),
  );
}

/** smtps: the handshake was over before the greeting failed, and what is wrong with its certificate is still true. */
function withCertificate(
  found: Finding,
  observation: SmtpObservation,
  smtp: SmtpResult,
  context: DiagnosisContext,
): Finding {
  const implicit = observation.kind === 'smtps' && context.endpoint.expect === 'open';
  if (!implicit || smtp.tls === undefined || found.state === 'inconclusive') return found;
  return finding(found.state, [...found.faults, ...tlsFinding(observation, smtp.tls, context).faults]);
}

/** Everything that is wrong after a 220, over all phases. */
function sessionFaults(observation: SmtpObservation, smtp: SmtpResult, context: DiagnosisContext): Fault[] {
  const faults = greetingRemarks(observation, smtp);
  if (context.endpoint.expect === 'closed') return faults;
  faults.push(...ehloFaults(observation, smtp, context));
  if (observation.kind === 'smtps' && smtp.tls !== undefined)
    faults.push(...tlsFinding(observation, smtp.tls, context).faults);
  faults.push(...starttlsFaults(observation, smtp, context));
  faults.push(...mailFaults(observation, smtp, context));
  return faults;
}

function greetingRemarks(observation: SmtpObservation, { banner, bannerMs }: SmtpResult): Fault[] {
  const faults: Fault[] = [];
  if (banner !== undefined && isBannerMasked(banner))
    faults.push(fault('smtp.banner-masked', maskedSentence(peerOf(observation), quoteReply(banner))));
  if (bannerMs !== undefined && bannerMs > SLOW_BANNER_MS)
    faults.push(
      fault(
        'smtp.banner-delayed',
        say.delayed({ peer: peerOf(observation), seconds: (bannerMs / 1_000).toFixed(1) }),
      ),
    );
  return faults;
}

function healthySentence(observation: SmtpObservation, smtp: SmtpResult): Sentence {
  const { banner, bannerMs, tls, recipient, relay, discardedAfterStarttls } = smtp;
  const protocol = tls?.protocol;
  return say.answers({
    parts: [
      say.answersAsMailServer({
        peer: peerOf(observation),
        banner: banner === undefined ? '' : quoteReply(banner),
        ms: bannerMs ?? 0,
      }),
      ...(protocol === undefined
        ? []
        : [observation.kind === 'smtps' ? say.overTls({ protocol }) : say.starttlsWith({ protocol })]),
      ...(discardedAfterStarttls === undefined ? [] : [say.discarded({ bytes: discardedAfterStarttls })]),
      ...(recipient === undefined
        ? []
        : [say.accepted({ recipient: recipient.address, code: recipient.reply.code })]),
      ...(relay === undefined ? [] : [say.relayDenied({ code: relay.reply.code })]),
    ],
  });
}
