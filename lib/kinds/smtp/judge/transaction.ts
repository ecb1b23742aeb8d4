import type { Fault } from '../../../model/finding.ts';
import { peerOf } from '../../connection/connect-diagnosis.ts';
import type { DiagnosisContext } from '../../contract/diagnosis.ts';
import { fault } from '../../contract/fault.ts';
import type { Sentence } from '../../contract/sentences.ts';
import { smtpSentence as say } from '../messages.ts';
import type { SmtpObservation, SmtpReply, SmtpResult } from '../observation.ts';
import { exceededLimitPhrase } from './greeting.ts';
import { readRefusal } from './refusal.ts';
import { clientRefused, loginRequired, senderRefused } from './refusal-faults.ts';
import { endPhrase, quoteReply } from './words.ts';

type FaultSeverity = Fault['severity'];

export const isOk = (reply: SmtpReply): boolean => reply.code >= 200 && reply.code < 300;

/** MAIL, the given recipient, and the foreign one. */
export function mailFaults(
  observation: SmtpObservation,
  smtp: SmtpResult,
  context: DiagnosisContext,
): Fault[] {
  const { mail, recipient, relay, lastPhase } = smtp;
  const wanted = context.endpoint.assertions?.recipient;
  const peer = peerOf(observation);
  const grave = wanted === undefined ? ('warn' as const) : ('fail' as const);
  const faults: Fault[] = [];

  if (lastPhase === 'mail' && mail === undefined)
    faults.push(
      ...dropped(
        observation,
        smtp,
        wanted === undefined ? say.mailFrom({}) : say.mailFromUnasked({ recipient: wanted }),
        grave,
      ),
    );
  if (lastPhase === 'rcpt' && recipient === undefined)
    faults.push(...dropped(observation, smtp, say.rcptTo({ recipient: wanted ?? '' }), 'fail'));
  if (lastPhase === 'relay' && relay === undefined)
    faults.push(...dropped(observation, smtp, say.rcptToForeign({}), 'warn'));

  if (mail !== undefined && !isOk(mail)) faults.push(mailFault(peer, mail, wanted, grave));
  if (recipient !== undefined && !isOk(recipient.reply))
    faults.push(recipientFault(peer, recipient.address, recipient.reply));
  if (relay !== undefined) {
    // A recipient that was accepted shows that the server accepts this client.
    const trusted = recipient !== undefined && isOk(recipient.reply);
    faults.push(...relayFaults(peer, relay.address, relay.reply, trusted));
  }
  return faults;
}

function mailFault(peer: Sentence, mail: SmtpReply, wanted: string | undefined, grave: FaultSeverity): Fault {
  const reply = quoteReply(mail);
  const refusal = readRefusal(mail, 'mail');
  switch (refusal.about) {
    case 'client':
      return clientRefused(peer, 'mail', refusal.trait, mail, grave);
    case 'login':
    case 'encryption':
      // A port for submission asks for a login, a strict one for TLS: not a fault unless the port should accept mail.
      return loginRequired(peer, 'mail', refusal, mail, wanted === undefined ? 'info' : 'fail');
    case 'sender':
      return senderRefused(peer, 'mail', refusal, mail, wanted, grave);
    case 'greylisting':
      return fault('smtp.recipient-greylisted', say.greylistedAtMail({ peer, reply }));
    case 'out-of-turn':
    case 'domain':
    case 'mailbox':
    case 'mailbox-full':
    case 'system':
    case 'unsaid':
      if (mail.code >= 500) return senderRefused(peer, 'mail', refusal, mail, wanted, grave);
      return fault(
        'smtp.temporarily-unavailable',
        wanted === undefined
          ? say.senderNotNow({ peer, reply })
          : say.senderNotNowUnasked({ peer, reply, recipient: wanted }),
        { severity: grave },
      );
    default:
      return refusal satisfies never;
  }
}

function recipientFault(peer: Sentence, recipient: string, answer: SmtpReply): Fault {
  const filling = { peer, recipient, reply: quoteReply(answer) };
  const refusal = readRefusal(answer, 'rcpt');
  switch (refusal.about) {
    case 'client':
      return clientRefused(peer, 'rcpt', refusal.trait, answer, 'fail');
    case 'login':
    case 'encryption':
      return loginRequired(peer, 'rcpt', refusal, answer, 'fail');
    case 'sender':
      return senderRefused(peer, 'rcpt', refusal, answer, recipient, 'fail');
    case 'greylisting':
      return fault('smtp.recipient-greylisted', say.greylisted(filling));
    case 'domain':
      return fault('smtp.recipient-refused', say.domainNotServed(filling));
    case 'mailbox':
      return fault('smtp.recipient-refused', say.noMailbox(filling));
    case 'mailbox-full':
      return answer.code < 500
        ? fault('smtp.temporarily-unavailable', say.mailboxFull(filling))
        : fault('smtp.recipient-refused', say.mailboxFull(filling));
    case 'system':
      return fault('smtp.temporarily-unavailable', systemSentence(filling));
    case 'out-of-turn':
    case 'unsaid':
      return fault('smtp.recipient-refused', say.recipientRefused(filling));
    default:
      return refusal satisfies never;
  }
}

type Filling = { readonly peer: Sentence; readonly recipient: string; readonly reply: string };

/** Microsoft, "451 4.7.0 Temporary server error. Please try again later. PRX…": the proxy part has found no transport service. */
const systemSentence = (filling: Filling): Sentence =>
  /\bPRX\d|NextHop/i.test(filling.reply) ? say.frontEndAlone(filling) : say.recipientNotNow(filling);

/** 5xx and 4xx both mean denial (Postfix: 454), but only where the refusal is about the recipient. */
function relayFaults(peer: Sentence, recipient: string, answer: SmtpReply, trusted: boolean): Fault[] {
  const reply = quoteReply(answer);
  if (isOk(answer)) return [fault('smtp.relay-suspected', say.relay({ peer, recipient, reply }))];
  if (trusted) return [];
  const refusal = readRefusal(answer, 'rcpt');
  switch (refusal.about) {
    case 'client':
      return [clientRefused(peer, 'rcpt', refusal.trait, answer, 'warn')];
    case 'greylisting':
      return [
        fault('smtp.recipient-greylisted', say.relayNotJudged({ peer, recipient, reply }), {
          severity: 'warn',
        }),
      ];
    case 'system':
      return [
        fault('smtp.temporarily-unavailable', say.relayNotJudged({ peer, recipient, reply }), {
          severity: 'warn',
        }),
      ];
    default:
      return [];
  }
}

/** RFC 5321 §4.5.3.2.2 and §4.5.3.2.3 let the answer to MAIL and RCPT take five minutes: our own time is much shorter. */
const MAY_TAKE_MINUTES: ReadonlySet<SmtpResult['lastPhase']> = new Set(['mail', 'rcpt', 'relay']);

/** A session that ended in the middle counts as 451 (RFC 5321 §3.8). Our own deadline is said once, elsewhere. */
export function dropped(
  observation: SmtpObservation,
  smtp: SmtpResult,
  what: Sentence,
  severity: FaultSeverity,
): Fault[] {
  const peer = peerOf(observation);
  if (smtp.notSmtp !== undefined)
    return [
      fault('smtp.not-smtp', say.answeredNoReply({ peer, what, text: smtp.notSmtp.slice(0, 200) }), {
        severity,
      }),
    ];
  if (smtp.tooLarge !== undefined)
    return [
      fault('smtp.not-smtp', say.answeredEndless({ peer, what, bound: exceededLimitPhrase(smtp) }), {
        severity,
      }),
    ];
  if (smtp.end === 'deadline') return [];
  if (smtp.end === 'timeout' && MAY_TAKE_MINUTES.has(smtp.lastPhase)) {
    const ms = Math.round(observation.timings.total);
    return [fault('smtp.reply-pending', say.pending({ peer, what, ms }), { severity })];
  }
  return [
    fault('smtp.temporarily-unavailable', say.dropped({ peer, end: endPhrase(smtp), what }), { severity }),
  ];
}
