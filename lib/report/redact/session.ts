/** The evidence of a mail session without its recipient. */
import { ExchangeLine, type SmtpReply, SmtpResult } from '../../model/observation.ts';
import { isRcptTo, isSaidToRecipient, REDACTED } from './secrets.ts';

type Erase = (text: string) => string;

const replyWithout = (reply: SmtpReply, erase: Erase): SmtpReply => ({
  ...reply,
  lines: reply.lines.map(erase),
});

/** @param erase takes the recipient out of prose and of words of the peer */
export function redactEvidence(evidence: Record<string, unknown>, erase: Erase): Record<string, unknown> {
  const smtp = SmtpResult.safeParse(evidence.smtp);
  const exchange = ExchangeLine.array().safeParse(evidence.exchange);
  return {
    ...evidence,
    // What can't be read can't be cleared of the recipient.
    ...(evidence.smtp !== undefined && {
      smtp: smtp.success ? redactSession(smtp.data, erase) : REDACTED,
    }),
    ...(evidence.exchange !== undefined && {
      exchange: exchange.success
        ? exchange.data.map((line, index, lines) => redactLine(line, index, lines, erase))
        : REDACTED,
    }),
  };
}

function redactSession(smtp: SmtpResult, erase: Erase): SmtpResult {
  const { recipient, notSmtp, unfinished, extensions, extensionsAfterTls, ...rest } = smtp;
  const replies = (['banner', 'ehlo', 'helo', 'starttls', 'ehloAfterTls', 'mail'] as const).flatMap(
    (name) => {
      const reply = rest[name];
      return reply === undefined ? [] : [[name, replyWithout(reply, erase)] as const];
    },
  );
  const { relay } = rest;
  return {
    ...rest,
    ...Object.fromEntries(replies),
    ...(relay && { relay: { ...relay, reply: replyWithout(relay.reply, erase) } }),
    ...(notSmtp !== undefined && { notSmtp: erase(notSmtp) }),
    ...(unfinished !== undefined && { unfinished: erase(unfinished) }),
    ...(extensions && { extensions: extensions.map(erase) }),
    ...(extensionsAfterTls && { extensionsAfterTls: extensionsAfterTls.map(erase) }),
    ...(recipient && {
      recipient: { address: REDACTED, reply: { code: recipient.reply.code, lines: [REDACTED] } },
    }),
  };
}

function redactLine(
  line: ExchangeLine,
  index: number,
  lines: readonly ExchangeLine[],
  erase: Erase,
): ExchangeLine {
  if (isRcptTo(line)) return { ...line, text: `RCPT TO:<${REDACTED}>` };
  if (!isSaidToRecipient(lines, index)) return { ...line, text: erase(line.text) };
  // The code stays: it is what the verdict rests on.
  const code = /^\d{3}(?=[ -]|$)/.exec(line.text)?.[0];
  return { ...line, text: code === undefined ? REDACTED : `${code} ${REDACTED}` };
}
