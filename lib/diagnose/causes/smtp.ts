import type { CauseCode } from '../../model/vocabulary.ts';
import type { Cause } from './cause.ts';
import { smtpPolicyCauses } from './smtp-policy.ts';
import { smtpTlsCauses } from './smtp-tls.ts';

/** Causes of the first words of a mail session: who answers, and whether it will talk at all. */
const greetingCauses = {
  'smtp.not-smtp': {
    code: 'smtp.not-smtp',
    side: 'service',
    severity: 'fail',
    summary: 'Something answers on this port, but it does not speak SMTP.',
    proof:
      'The first bytes are not a reply as RFC 5321 §4.2 defines it (three digits, then a space or a hyphen), or the ' +
      'greeting is one of another protocol: FTP greets with 220 too, but knows neither EHLO nor HELO; NNTP greets with 200. A ' +
      'greeting that never ends (a line over 4,096 bytes, a reply of over 128 lines) counts here as well. The bytes are in ' +
      'the evidence.',
    next:
      'See which program listens on the port (ss -ltnp, netstat -abn) and which host the firewall or NAT rule forwards it to. ' +
      'A wrong port in the forwarding rule is the usual reason.',
    references: ['RFC 5321 §4.2', 'RFC 5321 §4.5.3.1.5'],
  },
  'smtp.no-banner': {
    code: 'smtp.no-banner',
    side: 'service',
    severity: 'fail',
    summary: 'The connection was accepted but the mail server never greeted.',
    proof:
      'TCP connected, and then no complete greeting came: silence until the time was up, or the connection was closed at ' +
      'once without a byte. In SMTP the server speaks first. Silence alone does not prove a mail server: middleboxes ' +
      'complete handshakes for dead hosts (tcp.accepts-then-silent). A server that waits for DNS before it greets (a PTR ' +
      'look-up that times out), one that is out of processes, and a port that expects TLS from the first byte (465) look the same.',
    next:
      'Connect from the mail server itself (nc -v 127.0.0.1 25) and from its own network. If the greeting comes there at once, ' +
      'a device between drops or swallows it; if not, see the mail log, the process limit and the DNS resolver of the server. ' +
      'Use smtps:// for a port that speaks TLS from the first byte.',
    references: ['RFC 5321 §3.1', 'RFC 5321 §4.5.3.2.1 (clients wait up to 5 minutes for the 220)'],
  },
  'smtp.banner-masked': {
    code: 'smtp.banner-masked',
    side: 'network',
    severity: 'warn',
    summary: "A firewall's SMTP inspection rewrites the session: the greeting is asterisks.",
    proof:
      'The text of the greeting is asterisks; the characters 2 and 0 may survive among them. Cisco ASA and PIX do this with ' +
      '"inspect esmtp" (formerly "fixup protocol smtp"). The same inspection hides ESMTP extensions and breaks STARTTLS.',
    next:
      'On the ASA: allow TLS in the inspection (policy-map type inspect esmtp …, parameters, allow-tls, no mask-banner), or take ' +
      '"inspect esmtp" out of the global policy. Then check again: the real greeting and STARTTLS must show.',
    references: [
      'Cisco ASA Series Firewall CLI Configuration Guide: SMTP and Extended SMTP Inspection (_default_esmtp_map: mask-banner, no allow-tls)',
      'Cisco document 118550',
    ],
  },
  'smtp.rejected-on-connect': {
    code: 'smtp.rejected-on-connect',
    side: 'service',
    severity: 'fail',
    summary: 'The mail server answers, but refuses this client at the greeting.',
    proof:
      'The greeting is 554, 521, 550 or another 5xx. The path through the network is open: the refusal is an answer of the ' +
      "server or of a filter in front of it, often for the reputation of the tester's address (a DNS block list, no PTR " +
      'record), or because the host accepts no mail at all (521). It says little about what other senders get.',
    next:
      "Look for the tester's source address in the mail log at the time given; the text of the reply usually names the list or " +
      'rule. Permit the address there, or test from an address with a PTR record and a clean reputation.',
    references: ['RFC 5321 §3.1', 'RFC 7504 (521)', 'https://www.postfix.org/POSTSCREEN_README.html'],
  },
  'smtp.temporarily-unavailable': {
    code: 'smtp.temporarily-unavailable',
    side: 'service',
    severity: 'fail',
    summary: 'The mail server answers, but cannot serve a session now.',
    proof:
      'The reply is 421 or another 4xx outside RCPT, or the session ended before it was done; a client has to treat that as 451 ' +
      '(RFC 5321 §3.8). The summary names the phase. Usual reasons: too many connections, a full disk, a filter or database behind ' +
      'the server that is down, a rate limit for this client, a device that cuts the session.',
    next:
      'See the mail log at the time given for the reason, then the load, the disk and the services behind the mail server. Test ' +
      'again after five minutes or more: a rate limit counts each attempt.',
    references: ['RFC 5321 §3.8', 'RFC 5321 §4.2.1'],
  },
  'smtp.ehlo-refused': {
    code: 'smtp.ehlo-refused',
    side: 'service',
    severity: 'fail',
    summary: 'The mail server refuses EHLO, so no extension, STARTTLS included, can be used.',
    proof:
      'EHLO got a 5xx. HELO was tried then and the evidence shows its reply. Every server has to know EHLO (RFC 5321 §3.2): a 500 or ' +
      '502 with a HELO that works points to a firewall that filters ESMTP (old Cisco fixup, some proxies); a 550 or 554 is a rule ' +
      'of the server about the name or address of the client.',
    next:
      'Take SMTP inspection or the SMTP proxy out of the path, or make it pass EHLO. If the text of the reply names a rule of the ' +
      'server (host name, PTR, block list), permit the tester there.',
    references: ['RFC 5321 §3.2', 'RFC 5321 §4.1.1.1'],
  },
  'smtp.banner-delayed': {
    code: 'smtp.banner-delayed',
    side: 'service',
    severity: 'warn',
    summary: 'The greeting came late.',
    proof:
      'Over 4 s lie between the connect and the last line of the greeting. Postfix postscreen waits 6 s by design to catch clients that ' +
      'speak too early, often after a teaser line "220-"; a DNS or ident (port 113) look-up of the client that times out gives ' +
      'delays of 5, 10 or 30 s. Slow is not closed, but impatient senders and monitors give up.',
    next:
      'If the delay is meant (postscreen, tarpit), nothing. Otherwise see that the server can resolve the PTR of its clients quickly and ' +
      'that packets to its ident queries are rejected, not dropped.',
    references: ['https://www.postfix.org/POSTSCREEN_README.html', 'RFC 5321 §4.5.3.2.1'],
  },
} as const satisfies Partial<Record<CauseCode, Cause>>;

/** Documentation of the smtp causes. */
export const smtpCauses: Readonly<Record<Extract<CauseCode, `smtp.${string}`>, Cause>> = {
  ...greetingCauses,
  ...smtpTlsCauses,
  ...smtpPolicyCauses,
};
