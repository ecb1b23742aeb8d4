import type { KindDescriptor } from '../contract/descriptor.ts';

/** Mail servers deny-list clients that connect more often, and greylisting requires five minutes or more. */
const MAIL_PAUSE_MS = 5 * 60_000;
const PACING = { oneAtATime: true, pauseMs: MAIL_PAUSE_MS } as const;

/**
 * Senders wait up to 5 minutes for the greeting (RFC 5321 §4.5.3.2.1), so a server that greets after 45 s gets its mail,
 * and is slow, not silent. A tester can't wait that long; within a minute every delay that is known in practice is over
 * (postscreen 6 s, look-ups of the client's name and ident up to 45 s), with time left for the session after it. A server that does
 * not answer at all is noticed sooner: the connect has a limit of its own.
 */
const MAIL_TIMEOUT_MS = 60_000;

export const smtp: KindDescriptor = {
  title: 'SMTP',
  transport: 'tcp',
  defaultPort: 25,
  timeoutMs: MAIL_TIMEOUT_MS,
  uri: 'host',
  dialsHost: true,
  assertions: [
    'certDaysWarn',
    'certDaysFail',
    'tlsMinVersion',
    'starttls',
    'recipient',
    'relayTest',
    'mxDomain',
  ],
  pacing: PACING,
  tls: 'starttls',
  standIn: 'smtp',
  answer: 'a byte of the greeting',
  silence: 'control-decides',
};

export const smtps: KindDescriptor = {
  title: 'SMTPS',
  transport: 'tcp',
  defaultPort: 465,
  timeoutMs: MAIL_TIMEOUT_MS,
  uri: 'host',
  dialsHost: true,
  assertions: ['certDaysWarn', 'certDaysFail', 'tlsMinVersion', 'recipient', 'relayTest', 'mxDomain'],
  pacing: PACING,
  tls: 'implicit',
  standIn: 'smtps',
  answer: 'a byte of the greeting, or a TLS record',
  silence: 'control-decides',
};
