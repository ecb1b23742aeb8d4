import type { Fault } from '../../../model/finding.ts';
import { peerOf } from '../../connection/connect-diagnosis.ts';
import type { DiagnosisContext } from '../../contract/diagnosis.ts';
import { fault } from '../../contract/fault.ts';
import { smtpSentence as say } from '../messages.ts';
import type { SmtpObservation, SmtpResult } from '../observation.ts';
import { isInspected } from './greeting.ts';
import { readRefusal } from './refusal.ts';
import { clientRefused, loginRequired } from './refusal-faults.ts';
import { needsTls } from './starttls.ts';
import { dropped } from './transaction.ts';
import { endPhrase, quoteReply } from './words.ts';

/** What is wrong with the reply to EHLO. */
export function ehloFaults(
  observation: SmtpObservation,
  smtp: SmtpResult,
  context: DiagnosisContext,
): Fault[] {
  const { ehlo, helo } = smtp;
  const peer = peerOf(observation);
  if (ehlo === undefined) return cutAtEhlo(observation, smtp);
  if (ehlo.code === 250) return [];
  const reply = quoteReply(ehlo);
  if (ehlo.code < 400) return [fault('smtp.not-smtp', say.ehloOtherwise({ peer, reply }))];
  const heloWorks = helo?.code === 250;
  const refusal = readRefusal(ehlo, 'ehlo');
  if (refusal.about === 'client' && !heloWorks)
    return [clientRefused(peer, 'ehlo', refusal.trait, ehlo, 'fail')];
  if (refusal.about === 'login' || refusal.about === 'encryption')
    return [loginRequired(peer, 'ehlo', refusal, ehlo, 'fail')];
  if (ehlo.code < 500) return [fault('smtp.temporarily-unavailable', say.ehloNotNow({ peer, reply }))];
  const strict = needsTls(context.endpoint.assertions);
  return [
    fault(
      'smtp.ehlo-refused',
      heloWorks
        ? say.ehloRefusedHeloWorks({ peer, reply })
        : helo === undefined
          ? say.ehloRefusedHeloUnanswered({ peer, reply, end: endPhrase(smtp) })
          : say.ehloAndHeloRefused({ peer, reply, helo: quoteReply(helo) }),
      {
        ...(heloWorks && !strict && { severity: 'warn' }),
        // The greeting shows that a device rewrites the session.
        ...(isInspected(smtp) && { side: 'network' }),
      },
    ),
  ];
}

/** Nothing came in answer to EHLO. */
function cutAtEhlo(observation: SmtpObservation, smtp: SmtpResult): Fault[] {
  if (smtp.lastPhase !== 'ehlo') return [];
  const cut = smtp.end === 'fin' || smtp.end === 'reset';
  if (cut && isInspected(smtp))
    return [
      fault(
        'smtp.banner-masked',
        say.cutByInspection({
          peer: peerOf(observation),
          banner: smtp.banner === undefined ? '' : quoteReply(smtp.banner),
          end: endPhrase(smtp),
        }),
        { severity: 'fail' },
      ),
    ];
  return dropped(observation, smtp, say.ehlo({}), 'fail');
}
