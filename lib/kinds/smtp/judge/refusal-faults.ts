import type { Fault } from '../../../model/finding.ts';
import { fault } from '../../contract/fault.ts';
import type { Sentence } from '../../contract/sentences.ts';
import { smtpSentence as say } from '../messages.ts';
import type { SmtpReply } from '../observation.ts';
import type { ClientTrait, Refusal, Stage } from './refusal.ts';
import { quoteReply } from './words.ts';

type FaultSeverity = Fault['severity'];

/** What the person who runs the check can change, so that this client is accepted. */
const REMEDIES: Readonly<Record<ClientTrait, Sentence>> = {
  'reverse-name': say.remedyReverseName({}),
  'helo-name': say.remedyHeloName({}),
  'block-list': say.remedyBlockList({}),
  network: say.remedyNetwork({}),
  rate: say.remedyRate({}),
  access: say.remedyAccess({}),
};

const STAGES: Readonly<Record<Stage, Sentence>> = {
  greeting: say.atGreeting({}),
  ehlo: say.atEhlo({}),
  mail: say.atMail({}),
  rcpt: say.atRcpt({}),
};

/** This client is refused; whether others are is not known. */
export const clientRefused = (
  peer: Sentence,
  stage: Stage,
  trait: ClientTrait,
  reply: SmtpReply,
  severity: FaultSeverity,
): Fault =>
  fault(
    'smtp.client-refused',
    say.clientRefused({ peer, stage: STAGES[stage], reply: quoteReply(reply), remedy: REMEDIES[trait] }),
    { severity },
  );

/** A refusal at the greeting: the cause says that it is this client that is refused, the side whether others are not. */
export const rejectedOnConnect = (peer: Sentence, trait: ClientTrait, reply: SmtpReply): Fault =>
  fault(
    'smtp.rejected-on-connect',
    say.rejectedOnConnectFor({ peer, reply: quoteReply(reply), remedy: REMEDIES[trait] }),
    { side: 'prober' },
  );

/** Mail is accepted only after a login or in TLS. */
export const loginRequired = (
  peer: Sentence,
  stage: Stage,
  { about }: Refusal,
  reply: SmtpReply,
  severity: FaultSeverity,
): Fault =>
  fault(
    'smtp.login-required',
    (about === 'encryption' ? say.encryptionRequired : say.loginRequired)({
      peer,
      stage: STAGES[stage],
      reply: quoteReply(reply),
    }),
    { severity },
  );

/** The sender is refused. One that is refused because of its domain's records is ours to fix; the empty one has no domain. */
export const senderRefused = (
  peer: Sentence,
  stage: Stage,
  refusal: Refusal,
  reply: SmtpReply,
  recipient: string | undefined,
  severity: FaultSeverity,
): Fault =>
  fault(
    'smtp.sender-refused',
    stage === 'rcpt'
      ? say.senderRefusedAtRcpt({ peer, reply: quoteReply(reply) })
      : recipient === undefined
        ? say.senderRefused({ peer, reply: quoteReply(reply) })
        : say.senderRefusedUnasked({ peer, reply: quoteReply(reply), recipient }),
    { severity, ...(refusal.about === 'sender' && refusal.domain && { side: 'prober' }) },
  );
