/** The evidence of a mail session without its recipient. */

import type { EvidenceOf } from '../contract/evidence.ts';
import type { Redaction } from '../contract/redaction.ts';
import type { SmtpObservation, SmtpReply, SmtpResult } from './observation.ts';

type Erase = (text: string) => string;

export const smtpRedaction: Redaction<EvidenceOf<SmtpObservation>> = {
  named: ({ smtp }) => (smtp?.recipient === undefined ? [] : [smtp.recipient.address]),
  // The relay test asks for a recipient at example.com.
  ours: ({ smtp }) => (smtp?.relay === undefined ? [] : [smtp.relay.address]),
  said: ({ smtp }) => smtp?.recipient?.reply.lines ?? [],
  without: ({ smtp, ...rest }, erase, mark) => ({
    ...rest,
    ...(smtp && { smtp: withoutRecipient(smtp, erase, mark) }),
  }),
};

const replyWithout = (reply: SmtpReply, erase: Erase): SmtpReply => ({
  ...reply,
  lines: reply.lines.map(erase),
});

function withoutRecipient(smtp: SmtpResult, erase: Erase, mark: string): SmtpResult {
  const { recipient, notSmtp, unfinished, extensions, extensionsAfterTls, ...rest } = smtp;
  const replies = (['banner', 'ehlo', 'helo', 'starttls', 'ehloAfterTls', 'mail', 'quit'] as const).flatMap(
    (name) => {
      const reply = rest[name];
      return reply === undefined ? [] : [[name, replyWithout(reply, erase)] as const];
    },
  );
  const { relay, outOfStep } = rest;
  return {
    ...rest,
    ...Object.fromEntries(replies),
    ...(relay && { relay: { ...relay, reply: replyWithout(relay.reply, erase) } }),
    ...(outOfStep && { outOfStep: { reply: replyWithout(outOfStep.reply, erase) } }),
    ...(notSmtp !== undefined && { notSmtp: erase(notSmtp) }),
    ...(unfinished !== undefined && { unfinished: erase(unfinished) }),
    ...(extensions && { extensions: extensions.map(erase) }),
    ...(extensionsAfterTls && { extensionsAfterTls: extensionsAfterTls.map(erase) }),
    ...(recipient && {
      recipient: { address: mark, reply: { code: recipient.reply.code, lines: [mark] } },
    }),
  };
}
