import type { Finding } from '../../../model/finding.ts';
import { peerOf } from '../../connection/connect-diagnosis.ts';
import type { DiagnosisContext } from '../../contract/diagnosis.ts';
import { fault, finding } from '../../contract/fault.ts';
import type { Sentence } from '../../contract/sentences.ts';
import { smtpSentence as say } from '../messages.ts';
import type { SmtpObservation, SmtpReply, SmtpResult } from '../observation.ts';
import { needsTls } from './starttls.ts';
import { quoteReply, repeatedLine } from './words.ts';

/**
 * The finding where replies can't be matched with commands: they are out of step, or the peer only delays clients
 * on purpose. Then nothing is claimed about STARTTLS, recipients or relaying.
 */
export function notJudgeable(
  observation: SmtpObservation,
  smtp: SmtpResult,
  context: DiagnosisContext,
): Finding | undefined {
  const peer = peerOf(observation);
  if (smtp.outOfStep !== undefined) return outOfStep(peer, smtp.outOfStep.reply, smtp);
  const trap = tarpit(peer, smtp);
  if (trap === undefined) return undefined;
  // It is known that the port is open; the result of further checks is not.
  const { assertions } = context.endpoint;
  const asked = assertions?.recipient !== undefined || assertions?.relayTest === true || needsTls(assertions);
  const decides = asked && context.endpoint.expect === 'open';
  return finding(decides ? 'inconclusive' : 'open', [
    fault('smtp.tarpit', trap, decides ? { severity: 'fail' } : {}),
  ]);
}

/** A PROXY header comes before all that this client sends, so the server complains about it first. */
function outOfStep(peer: Sentence, reply: SmtpReply, { ehlo }: SmtpResult): Finding {
  const first = ehlo !== undefined && ehlo.code >= 500 ? ehlo : reply;
  const filling = { peer, reply: quoteReply(first) };
  return finding('open', [
    first.code >= 500
      ? fault('tcp.proxy-header-unexpected', say.proxyHeaderUnexpected(filling))
      : fault('smtp.out-of-step', say.outOfStep(filling)),
  ]);
}

function tarpit(peer: Sentence, smtp: SmtpResult): Sentence | undefined {
  const repeated = repeatedLine(smtp);
  if (repeated !== undefined) return say.repeatsLine({ peer, ...repeated });
  const { stutter, slowRepliesMs, recipient, relay, quit, mail } = smtp;
  if (stutter !== undefined)
    return say.stutters({ peer, bytes: stutter.bytes, seconds: (stutter.ms / 1_000).toFixed(1) });
  const taken = [recipient, relay].flatMap((asked) =>
    asked !== undefined && asked.reply.code < 300 ? [asked.reply] : [],
  );
  if (taken.length === 0) return undefined;
  if (slowRepliesMs !== undefined)
    return say.acceptsSlowly({ peer, seconds: (slowRepliesMs / 1_000).toFixed(1) });
  // RFC 5321 §4.2.4: QUIT is answered by 221, and never as MAIL is.
  if (quit === undefined || mail === undefined) return undefined;
  const same = [mail, ...taken].every((reply) => quoteReply(reply) === quoteReply(quit));
  return same ? say.acceptsAll({ peer, reply: quoteReply(quit) }) : undefined;
}
