import type { CauseCode } from '../../model/vocabulary.ts';
import type { Cause, CauseGroup } from '../contract/cause.ts';
import { smtpPolicyCauses } from './policy-causes.ts';
import { mailRouteCauses } from './route-causes.ts';
import { smtpTlsCauses } from './tls-causes.ts';

/** Causes at the start of a mail session: what answers, and whether it accepts a session at all. */
const greetingCauses = {
  'smtp.not-smtp': {
    code: 'smtp.not-smtp',
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
    summary: 'The connection was accepted but the mail server never greeted.',
    proof:
      'TCP connected, and then no complete greeting came: silence until the time was up, or the connection was closed at ' +
      'once without a byte. In SMTP the server speaks first. Silence alone does not prove a mail server: middleboxes ' +
      'complete handshakes for dead hosts (tcp.accepts-then-silent). A server that waits for DNS before it greets (a PTR ' +
      'look-up that times out), one that is out of processes, and a port that expects TLS from the first byte (465) look the same.',
    next:
      'Connect from the mail server itself (nc -v 127.0.0.1 PORT) and from its own network. If the greeting comes there at once, ' +
      'a device between drops or swallows it; if not, see the mail log, the process limit and the DNS resolver of the server. ' +
      'Use smtps:// for a port that speaks TLS from the first byte.',
    references: ['RFC 5321 §3.1', 'RFC 5321 §4.5.3.2.1 (clients wait up to 5 minutes for the 220)'],
  },
  'smtp.banner-masked': {
    code: 'smtp.banner-masked',
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
  'smtp.tarpit': {
    code: 'smtp.tarpit',
    summary: 'A tarpit answers: it holds clients up, or accepts everything.',
    proof:
      'A reply comes in pieces of a byte or two with pauses between (OpenBSD spamd sends a byte a second), or every reply takes ' +
      'four seconds or more and every recipient is accepted, or every command, QUIT too, gets the same answer. Such a peer is there to ' +
      'hold up or catch senders of spam: its words prove nothing about STARTTLS, recipients or relaying. spamd is placed before real mail ' +
      'servers as well, and does so with senders that it does not know or that are on its lists.',
    next:
      'See which program listens on the port. If it is a tarpit on purpose, check the mail server behind it from an address that it ' +
      'lets through (spamd: whitelist), or take the source address of the check off its list. If none was meant to be there, see where ' +
      'the firewall forwards the port to.',
    references: ['https://man.openbsd.org/spamd.8 (stuttering)', 'RFC 5321 §4.2.4'],
  },
  'smtp.out-of-step': {
    code: 'smtp.out-of-step',
    summary:
      'The mail server sends replies that nobody asked for, so that replies and commands no longer fit.',
    proof:
      'A reply came before the command that it would answer, or one more was left when QUIT had been answered. From then on each ' +
      'reply answers the command before, and an acceptance may be that of another command. Only 421 may come unasked (RFC 5321 §3.8).',
    next:
      'Compare with a session on the server itself. A device between that answers in the place of the server, or sends commands of ' +
      'its own (an SMTP proxy, a filter), is the usual reason.',
    references: ['RFC 5321 §4.1.1', 'RFC 5321 §3.8'],
  },
  'smtp.rejected-on-connect': {
    code: 'smtp.rejected-on-connect',
    summary: 'The mail server answers, but refuses this client at the greeting.',
    proof:
      'The greeting is 554, 521, 550 or another 5xx. The path through the network is open: the refusal is an answer of the ' +
      "server or of a filter in front of it, often for the reputation of the tester's address (a DNS block list, no PTR " +
      'record), or because the host accepts no mail at all (521). Where the reply names this client, others may be taken, and the check ' +
      'is inconclusive.',
    next:
      "Look for the tester's source address in the mail log at the time given; the text of the reply usually names the list or " +
      'rule. Permit the address there, or test from an address with a PTR record and a clean reputation.',
    references: ['RFC 5321 §3.1', 'RFC 7504 (521)', 'https://www.postfix.org/POSTSCREEN_README.html'],
  },
  'smtp.temporarily-unavailable': {
    code: 'smtp.temporarily-unavailable',
    summary: 'The mail server answers, but cannot serve a session now.',
    proof:
      'The reply is 421 or another 4xx that names neither this client nor the recipient nor greylisting (451 4.3.x, 452, a look-up or ' +
      'policy service that fails), or the session ended before it was done; a client has to treat that as 451 (RFC 5321 §3.8). The ' +
      'summary names the phase. Usual reasons: too many connections, a full disk, a filter or database behind the server that is ' +
      'down, an Exchange front end that does not reach its transport service ("451 4.7.0 … PRX"), a device that cuts the session. Some ' +
      'servers greylist without saying so: then the same recipient is taken from the same source after some minutes.',
    next:
      'See the mail log at the time given for the reason, then the load, the disk and the services behind the mail server. Test ' +
      'again after five minutes or more, with the same recipient from the same source.',
    references: [
      'RFC 5321 §3.8',
      'RFC 5321 §4.2.1',
      'RFC 3463 §3.4 (X.3.z)',
      'https://www.postfix.org/SMTPD_POLICY_README.html',
    ],
  },
  'smtp.reply-pending': {
    code: 'smtp.reply-pending',
    summary: 'The mail server greets, but its answer to MAIL or RCPT took longer than this check waits.',
    proof:
      'The command was sent and no answer had come when the time of the check was over; the connection was still up. A sending ' +
      'server waits five minutes for each of these answers, so mail may well be taken. What was asked (a recipient, relaying) is not ' +
      'known, and the check is inconclusive; where nothing was asked, it is a warning.',
    next:
      'Test again with a longer --timeout. On the mail server see what an answer to RCPT waits for: look-ups in DNS lists or ' +
      'directories, callouts to other servers, a tar pit for strangers, or a machine with too much to do.',
    references: ['RFC 5321 §4.5.3.2.2 (MAIL)', 'RFC 5321 §4.5.3.2.3 (RCPT)'],
  },
  'smtp.ehlo-refused': {
    code: 'smtp.ehlo-refused',
    summary: 'The mail server refuses EHLO, so no extension, STARTTLS included, can be used.',
    proof:
      'EHLO got a 5xx. HELO was tried then and the evidence shows its reply. Every server has to know EHLO (RFC 5321 §3.2): a 500 or ' +
      '502 with a HELO that works points to a firewall that filters ESMTP (old Cisco fixup, some proxies). A reply that begins with ' +
      '250 and ends with a 5xx line is a refusal, as its last line counts.',
    next:
      'Take SMTP inspection or the SMTP proxy out of the path, or make it pass EHLO. If the text of the reply names a rule of the ' +
      'server, see there.',
    references: ['RFC 5321 §3.2', 'RFC 5321 §4.1.1.1'],
  },
  'smtp.banner-delayed': {
    code: 'smtp.banner-delayed',
    summary: 'The greeting came late.',
    proof:
      'Over 4 s passed between the connect and the last line of the greeting. Postfix postscreen waits 6 s by design to catch clients that ' +
      'speak too early, often after a teaser line "220-"; a DNS or ident (port 113) look-up of the client that times out gives ' +
      'delays of 5, 10 or 30 s. Slow is not closed, but impatient senders and monitors give up.',
    next:
      'If the delay is meant (postscreen), nothing. Otherwise see that the server can resolve the PTR of its clients quickly and ' +
      'that packets to its ident queries are rejected, not dropped.',
    references: ['https://www.postfix.org/POSTSCREEN_README.html', 'RFC 5321 §4.5.3.2.1'],
  },
} as const satisfies Partial<Record<CauseCode, Cause>>;

/** Documentation of the smtp causes. */
const causes: CauseGroup<'smtp'>['causes'] = {
  ...greetingCauses,
  ...smtpTlsCauses,
  ...smtpPolicyCauses,
  ...mailRouteCauses,
};

export const smtpCauses: CauseGroup<'smtp'> = {
  title: 'SMTP',
  about: 'The mail session: greeting, extensions, STARTTLS, recipient. No message is ever sent.',
  causes,
};
