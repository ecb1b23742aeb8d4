/** The evidence of a mail route without the people in it: TLS-RPT records name mailboxes. */
import type { EvidenceOf } from '../contract/evidence.ts';
import type { Redaction } from '../contract/redaction.ts';
import type { SmtpReply, SmtpResult } from '../smtp/observation.ts';
import type { MxObservation } from './observation.ts';

/** RFC 8460 §3: `rua=mailto:NAME@HOST`, several with commas. */
const MAILBOX = /mailto:([^\s,;!]+@[^\s,;!]+)/gi;

export const mxRedaction: Redaction<EvidenceOf<MxObservation>> = {
  named: ({ route }) => (route?.tlsRpt ?? []).flatMap((text) => [...text.matchAll(MAILBOX)].map(mailboxOf)),
  ours: () => [],
  said: () => [],
  without: ({ route, ...rest }, erase, mark) => ({
    ...rest,
    ...(route && {
      route: {
        ...route,
        exchanges: route.exchanges.map(({ visits, ...exchange }) => ({
          ...exchange,
          visits: visits.map(({ smtp, ...visit }) => ({
            ...visit,
            ...(smtp && { smtp: withoutPeople(smtp, erase) }),
          })),
        })),
        ...(route.tlsRpt && {
          tlsRpt: route.tlsRpt.map((text) => erase(text.replace(MAILBOX, `mailto:${mark}`))),
        }),
      },
    }),
  }),
};

const mailboxOf = (match: RegExpMatchArray): string => match[1] ?? '';

const REPLIES = ['banner', 'ehlo', 'helo', 'starttls', 'ehloAfterTls', 'mail', 'quit'] as const;

/** A server may repeat a name that it was not told in this session. */
function withoutPeople(smtp: SmtpResult, erase: (text: string) => string): SmtpResult {
  const replies = REPLIES.flatMap((name) => {
    const reply: SmtpReply | undefined = smtp[name];
    return reply === undefined ? [] : [[name, { ...reply, lines: reply.lines.map(erase) }] as const];
  });
  return { ...smtp, ...Object.fromEntries(replies) };
}
