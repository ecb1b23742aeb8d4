import type { Fault, Finding } from '../model/finding.ts';
import type { SmtpObservation, SmtpReply, SmtpResult } from '../model/observation.ts';
import { deadlineReached, diagnoseConnect, peerName } from './connect.ts';
import type { Diagnose, DiagnosisContext } from './diagnosis-context.ts';
import { fault, finding } from './fault.ts';
import { diagnoseGreeting, isBannerMasked, maskedSummary, tooLargeText } from './smtp-greeting.ts';
import { mailRoutingFaults } from './smtp-mx.ts';
import { endedHow, quote, starttlsFaults, tlsFinding } from './smtp-starttls.ts';

/**
 * A greeting later than this is worth a warning, ms. postscreen waits 6 s by design: slow, not closed. Its clock has
 * whole seconds, so that it takes anything from 5 s on, less what this side was late in looking at the connection.
 */
export const SLOW_BANNER_MS = 4_000;

/** The ladder of smtp and smtps: connect, TLS (smtps), greeting, EHLO, STARTTLS, MAIL, RCPT, and where the mail goes by DNS. */
export const diagnoseSmtp: Diagnose<SmtpObservation> = (observation, context) => {
  const rung = diagnoseSession(observation, context);
  const routing = mailRoutingFaults(observation, context);
  if (routing.length === 0) return rung;
  // An inconclusive session stays so, and says first why; what DNS says is true all the same.
  const beside = rung.state === 'inconclusive' ? routing.map(asWarning) : routing;
  const healthy = rung.faults.length === 0;
  return finding(rung.state, [...rung.faults, ...beside], healthy ? undefined : rung.summary);
};

const asWarning = (each: Fault): Fault => (each.severity === 'fail' ? { ...each, severity: 'warn' } : each);

const diagnoseSession: Diagnose<SmtpObservation> = (observation, context) => {
  const failed = diagnoseConnect(observation.connect, observation, context);
  if (failed !== undefined) return failed;
  const { smtp } = observation;
  if (smtp === undefined) return deadlineReached(observation);
  if (smtp.lastPhase === 'tls' && smtp.tls !== undefined) return beforeGreeting(observation, smtp, context);

  const greeting = diagnoseGreeting(observation, smtp, context);
  if (greeting !== undefined) return withCertificate(greeting, observation, smtp, context);

  const faults = sessionFaults(observation, smtp, context);
  // Cut short by our own deadline: the protocol answered, but what was asked of it is not known.
  if (smtp.end === 'deadline' && context.endpoint.expect === 'open')
    return finding('inconclusive', [...faults.map(asWarning), ...deadlineReached(observation).faults]);
  return finding('open', faults, faults.length === 0 ? healthySummary(observation, smtp) : undefined);
};

/** smtps: the handshake failed, so nothing of SMTP was seen. */
function beforeGreeting(observation: SmtpObservation, smtp: SmtpResult, context: DiagnosisContext) {
  const tls = smtp.tls;
  if (tls === undefined) return deadlineReached(observation);
  const found = tlsFinding(observation, tls, context);
  const inClear = tls.handshake.status === 'not-tls' && /^[245]\d\d[ -]/.test(tls.handshake.firstBytes);
  if (!inClear) return found;
  const hint = ' It speaks SMTP in clear: test it as smtp://, which uses STARTTLS.';
  return finding(
    found.state,
    found.faults.map((each) =>
      each.cause === 'tls.not-tls' ? { ...each, summary: each.summary + hint } : each,
    ),
  );
}

/** smtps: the handshake was over before the greeting failed, and what is wrong with its certificate is true all the same. */
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
    faults.push(fault('smtp.banner-masked', `${peerName(observation)}: ${maskedSummary(quote(banner))}`));
  if (bannerMs !== undefined && bannerMs > SLOW_BANNER_MS)
    faults.push(
      fault(
        'smtp.banner-delayed',
        `${peerName(observation)} greeted only after ${(bannerMs / 1_000).toFixed(1)} s: slow, not closed.`,
      ),
    );
  return faults;
}

function ehloFaults(observation: SmtpObservation, smtp: SmtpResult, context: DiagnosisContext): Fault[] {
  const { ehlo, helo } = smtp;
  const strict = context.endpoint.assertions?.starttls === true;
  if (ehlo === undefined) return smtp.lastPhase === 'ehlo' ? dropped(observation, smtp, 'EHLO', 'fail') : [];
  if (ehlo.code === 250) return [];
  if (ehlo.code < 400)
    return [
      fault(
        'smtp.not-smtp',
        `${peerName(observation)} answers EHLO with "${quote(ehlo)}" where SMTP says 250.`,
      ),
    ];
  if (ehlo.code < 500)
    return [
      fault('smtp.temporarily-unavailable', `${peerName(observation)} answered EHLO with "${quote(ehlo)}".`),
    ];
  const heloWorks = helo?.code === 250;
  const also = heloWorks
    ? '; HELO works, but without EHLO there is no STARTTLS'
    : helo === undefined
      ? `; to HELO it ${endedHow(smtp)}`
      : `, and HELO with "${quote(helo)}"`;
  return [
    fault(
      'smtp.ehlo-refused',
      `${peerName(observation)} refuses EHLO with "${quote(ehlo)}"${also}.`,
      heloWorks && !strict ? { severity: 'warn' } : {},
    ),
  ];
}

/** MAIL, the given recipient, and the foreign one. */
function mailFaults(observation: SmtpObservation, smtp: SmtpResult, context: DiagnosisContext): Fault[] {
  const { mail, recipient, relay, lastPhase } = smtp;
  const wanted = context.endpoint.assertions?.recipient;
  const peer = peerName(observation);
  const unasked = wanted === undefined ? '' : `, so ${wanted} could not be asked about`;
  const grave = wanted === undefined ? ('warn' as const) : ('fail' as const);
  const faults: Fault[] = [];

  if (lastPhase === 'mail' && mail === undefined)
    faults.push(...dropped(observation, smtp, `MAIL FROM${unasked}`, grave));
  if (lastPhase === 'rcpt' && recipient === undefined)
    faults.push(...dropped(observation, smtp, `RCPT TO:<${wanted ?? ''}>`, 'fail'));
  if (lastPhase === 'relay' && relay === undefined)
    faults.push(...dropped(observation, smtp, 'RCPT TO of the foreign recipient', 'warn'));

  if (mail !== undefined && mail.code >= 500) {
    // A submission server asks for a login, a strict one for TLS, before MAIL: no fault unless we meant to go on.
    const conditional = mail.code === 530 && wanted === undefined;
    faults.push(
      fault('smtp.sender-refused', `${peer} refuses MAIL FROM with "${quote(mail)}"${unasked}.`, {
        severity: conditional ? 'info' : grave,
      }),
    );
  } else if (mail !== undefined && mail.code >= 300) {
    faults.push(
      fault('smtp.temporarily-unavailable', `${peer} answers MAIL FROM with "${quote(mail)}"${unasked}.`, {
        severity: grave,
      }),
    );
  }
  if (recipient !== undefined) faults.push(...recipientFaults(peer, recipient.address, recipient.reply));
  // 5xx and 4xx both deny: Postfix defers relaying with 454 by default, which is no greylisting.
  if (relay !== undefined && isOk(relay.reply))
    faults.push(
      fault(
        'smtp.relay-suspected',
        `${peer} accepted the foreign recipient ${relay.address} with "${quote(relay.reply)}": it may relay for anyone. No message was sent, so this is not proven.`,
      ),
    );
  return faults;
}

function recipientFaults(peer: string, address: string, reply: SmtpReply): Fault[] {
  if (isOk(reply)) return [];
  if (reply.code >= 500)
    return [
      fault('smtp.recipient-refused', `${peer} refuses the recipient ${address} with "${quote(reply)}".`),
    ];
  const says = /gr[ea]y-?list|postgrey|4\.7\.1|try (again|later)|retry|come back/i.test(
    reply.lines.join(' '),
  );
  const kind = says ? 'by greylisting' : 'for now (greylisting, or a fault that passes)';
  return [
    fault(
      'smtp.recipient-greylisted',
      `${peer} postpones the recipient ${address} ${kind}: "${quote(reply)}". Test again from the same source after 5 minutes or more.`,
    ),
  ];
}

/** A session that ended in the middle counts as 451 (RFC 5321 §3.8). Our own deadline is said once, elsewhere. */
function dropped(
  observation: SmtpObservation,
  smtp: SmtpResult,
  what: string,
  severity: Fault['severity'],
): Fault[] {
  const peer = peerName(observation);
  if (smtp.notSmtp !== undefined)
    return [
      fault(
        'smtp.not-smtp',
        `${peer} answered ${what} with no SMTP reply: "${smtp.notSmtp.slice(0, 200)}".`,
        {
          severity,
        },
      ),
    ];
  if (smtp.tooLarge !== undefined)
    return [
      fault('smtp.not-smtp', `${peer} answered ${what} without end: ${tooLargeText(smtp)}.`, { severity }),
    ];
  if (smtp.end === 'deadline') return [];
  return [
    fault('smtp.temporarily-unavailable', `${peer} ${endedHow(smtp)} in answer to ${what}.`, { severity }),
  ];
}

const isOk = (reply: SmtpReply): boolean => reply.code >= 200 && reply.code < 300;

function healthySummary(observation: SmtpObservation, smtp: SmtpResult): string {
  const { banner, bannerMs, tls, recipient, relay, discardedAfterStarttls } = smtp;
  const parts = [
    `${peerName(observation)} answers as a mail server: "${banner === undefined ? '' : quote(banner)}" after ${bannerMs ?? 0} ms`,
  ];
  if (tls?.protocol !== undefined)
    parts.push(observation.kind === 'smtps' ? tls.protocol : `STARTTLS with ${tls.protocol}`);
  if (discardedAfterStarttls !== undefined)
    parts.push(`${discardedAfterStarttls} bytes sent in clear behind the 220 to STARTTLS were thrown away`);
  if (recipient !== undefined) parts.push(`${recipient.address} is accepted (${recipient.reply.code})`);
  if (relay !== undefined) parts.push(`relaying is denied (${relay.reply.code})`);
  return `${parts.join('; ')}.`;
}
