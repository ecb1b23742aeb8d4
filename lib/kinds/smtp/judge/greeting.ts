import type { Fault, Finding } from '../../../model/finding.ts';
import { deadlineReached, peerOf, silentOrReset } from '../../connection/connect-diagnosis.ts';
import { headerToClient, proxyHeaderFaults } from '../../connection/proxy-header-diagnosis.ts';
import type { DiagnosisContext } from '../../contract/diagnosis.ts';
import { fault, finding } from '../../contract/fault.ts';
import type { Sentence } from '../../contract/sentences.ts';
import { breaksOffAtEhlo, isFtp } from '../greeting.ts';
import { smtpSentence as say } from '../messages.ts';
import type { SmtpObservation, SmtpReply, SmtpResult } from '../observation.ts';
import { readRefusal } from './refusal.ts';
import { clientRefused, rejectedOnConnect } from './refusal-faults.ts';
import { endPhrase, quoteReply, repeatedLine } from './words.ts';

/** The finding when the greeting is not that of a server that accepts mail now; undefined after a 220 of a mail server. */
export function diagnoseGreeting(
  observation: SmtpObservation,
  smtp: SmtpResult,
  context: DiagnosisContext,
): Finding | undefined {
  const peer = peerOf(observation);
  const { banner } = smtp;
  if (smtp.proxyHeader !== undefined)
    return finding(banner === undefined ? 'broken' : 'open', proxyHeaderFaults(smtp.proxyHeader, peer));
  if (banner === undefined) return noGreeting(observation, smtp, context);
  if (banner.code >= 400) return judged([refusedAtGreeting(peer, banner)], context);
  if (banner.code !== 220) {
    const filling = { peer, reply: quoteReply(banner) };
    const isNntp = banner.code === 200 || banner.code === 201;
    return notSmtp(isNntp ? say.greetsAsNntp(filling) : say.greetsOtherwise(filling));
  }
  if (isFtp(smtp))
    return notSmtp(say.isFtp({ peer, banner: quoteReply(banner), reply: quoteReply(smtp.ehlo ?? banner) }));
  if (breaksOffAtEhlo(smtp)) return notSmtp(say.ehloNoReply({ peer, text: smtp.notSmtp ?? '' }));
  return undefined;
}

/**
 * A mail server that refused this client does not say how it treats others, so that alone decides nothing; a
 * port that must be closed is still open.
 */
export function judged(
  faults: readonly Fault[],
  { endpoint }: DiagnosisContext,
  healthy?: () => Sentence,
): Finding {
  const grave = faults.filter(({ severity }) => severity === 'fail');
  const ours = grave.length > 0 && grave.every(({ side }) => side === 'prober');
  return finding(
    ours && endpoint.expect === 'open' ? 'inconclusive' : 'open',
    faults,
    faults.length === 0 ? healthy?.() : undefined,
  );
}

/** A greeting of 4xx or 5xx, by whom it is about. */
function refusedAtGreeting(peer: Sentence, banner: SmtpReply): Fault {
  const reply = quoteReply(banner);
  const refusal = readRefusal(banner, 'greeting');
  // Nothing was sent before it, so what the server saw came from a device in between.
  if (refusal.about === 'out-of-turn')
    return fault('tcp.proxy-header-unexpected', say.spokenBefore({ peer, reply }));
  if (banner.code >= 500)
    return refusal.about === 'client'
      ? rejectedOnConnect(peer, refusal.trait, banner)
      : fault('smtp.rejected-on-connect', say.rejectedOnConnect({ peer, reply }));
  if (refusal.about === 'client') return clientRefused(peer, 'greeting', refusal.trait, banner, 'fail');
  if (refusal.about === 'greylisting')
    return fault('smtp.recipient-greylisted', say.greylistedAtGreeting({ peer, reply }));
  return fault('smtp.temporarily-unavailable', say.noSessionNow({ peer, reply }));
}

function noGreeting(
  observation: SmtpObservation,
  smtp: SmtpResult,
  context: DiagnosisContext,
): Finding | undefined {
  const peer = peerOf(observation);
  if (smtp.notSmtp !== undefined) {
    if (smtp.notSmtp.split('\\r\\n').some(isMaskedLine))
      return finding('broken', [
        fault('smtp.banner-masked', maskedSentence(peer, smtp.notSmtp), { severity: 'fail' }),
      ]);
    const toClient = headerToClient(smtp.notSmtp, peer);
    if (toClient !== undefined) return finding('broken', [toClient]);
    return notSmtp(otherProtocol(peer, smtp.notSmtp));
  }
  // The server, or the device before it, cut the masked greeting short.
  if (smtp.unfinished?.split('\\r\\n').some(isMaskedLine))
    return finding('broken', [
      fault('smtp.banner-masked', maskedSentence(peer, smtp.unfinished), { severity: 'fail' }),
    ]);
  // Long before its end it is clear what it is.
  if (smtp.stutter !== undefined || repeatedLine(smtp) !== undefined) return undefined;
  if (smtp.tooLarge !== undefined)
    return notSmtp(say.greetingEndless({ peer, bound: exceededLimitPhrase(smtp) }));
  if (smtp.end === 'deadline') return deadlineReached(observation);

  const wordless = smtp.unfinished === undefined;
  // A peer that completed TLS is not a middlebox that answers for a server that is down, whatever it does then.
  if (wordless && smtp.tls?.handshake.status === 'complete')
    return finding('broken', [
      fault(
        'smtp.no-banner',
        smtp.end === 'timeout'
          ? say.silentAfterTls({ peer })
          : say.endedAfterTls({ peer, end: endPhrase(smtp) }),
      ),
    ]);
  if (wordless) {
    const how = smtp.end === 'reset' ? 'reset' : smtp.end === 'timeout' ? 'silent' : 'fin';
    const bare = silentOrReset(how, observation, context);
    // A vantage whose network answers in place of every address can't blame the silence on the target.
    if (bare.state === 'inconclusive' || how === 'reset') return bare;
    const said =
      how === 'fin'
        ? say.closedWithoutGreeting({ peer })
        : expectsTls(observation)
          ? say.noGreetingMaybeTls({ peer, ms: observation.timings.total })
          : say.noGreeting({ peer, ms: observation.timings.total });
    const also = how === 'silent' ? bare.faults.map((each) => ({ ...each, severity: 'warn' as const })) : [];
    return finding('broken', [fault('smtp.no-banner', said), ...also]);
  }
  return finding('broken', [
    fault(
      'smtp.no-banner',
      say.greetingCut({
        peer,
        begin: (smtp.unfinished ?? '').slice(0, 200),
        end: endPhrase(smtp),
        ms: observation.timings.total,
      }),
    ),
  ]);
}

const notSmtp = (said: Sentence): Finding => finding('broken', [fault('smtp.not-smtp', said)]);

/** Which limit was exceeded, in words. */
export function exceededLimitPhrase({ tooLarge, unfinished }: SmtpResult): Sentence {
  if (tooLarge === undefined) return say.tooLarge({});
  const { what, limit } = tooLarge;
  const begin = (unfinished ?? '').slice(0, 80);
  switch (what) {
    case 'line':
      return say.tooLongLine({ limit, begin });
    case 'lines':
      return say.tooManyLines({ limit, begin });
    case 'bytes':
      return say.tooManyBytes({ limit, begin });
    default:
      return what satisfies never;
  }
}

/** Asterisks, with the characters that Cisco's mask does not replace: 2, 0 and space. */
export const isMasked = (text: string): boolean =>
  /^[*20 ]+$/.test(text) && (text.match(/\*/g)?.length ?? 0) >= 2;

/** The same after a code that was not masked. */
const isMaskedLine = (line: string): boolean => isMasked(line.replace(/^\d{3}[ -]/, ''));

export const isBannerMasked = (banner: SmtpReply | undefined): boolean =>
  banner?.lines.some(isMasked) ?? false;

/** Does the greeting or the reply to EHLO show signs of a device that rewrites the session? */
export const isInspected = ({ banner, starttlsMasked }: SmtpResult): boolean =>
  isBannerMasked(banner) || starttlsMasked === true;

export const maskedSentence = (peer: Sentence, banner: string): Sentence =>
  say.masked({ peer, banner: banner.slice(0, 120) });

const PROTOCOLS: readonly (readonly [RegExp, string])[] = [
  [/^SSH-/, 'SSH'],
  [/^HTTP\/|^<(!doctype|html)/i, 'HTTP'],
  [/^\+OK/, 'POP3'],
  [/^\* (OK|BYE|PREAUTH)/, 'IMAP'],
  [/^\\xff/, 'Telnet'],
  [/^RFB /, 'VNC'],
];
const TLS_RECORD = /^\\x1[56]\\x03/;

/** The answer is another protocol, which is named where its first bytes show which one. */
function otherProtocol(peer: Sentence, all: string): Sentence {
  const text = all.slice(0, 200);
  if (TLS_RECORD.test(all)) return say.answersWithTls({ peer, text });
  const protocol = PROTOCOLS.find(([pattern]) => pattern.test(all))?.[1];
  return protocol === undefined
    ? say.answersWith({ peer, text })
    : say.answersWithProtocol({ peer, protocol, text });
}

const expectsTls = ({ port, kind }: SmtpObservation): boolean => port === 465 && kind === 'smtp';
