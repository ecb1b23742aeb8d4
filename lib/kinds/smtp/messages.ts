import { catalogue, sentences } from '../contract/sentences.ts';

export const smtpCatalogue = catalogue('smtp', {
  answers: '{parts}.',
  answersAsMailServer: '{peer} answers as a mail server: "{banner}" after {ms} ms',
  overTls: '{protocol}',
  starttlsWith: 'STARTTLS with {protocol}',
  discarded: '{bytes} bytes sent in clear after the 220 to STARTTLS were discarded',
  accepted: '{recipient} is accepted ({code})',
  relayDenied: 'relaying is denied ({code})',

  /** How a session ended before its time, as the predicate of a sentence. */
  endClosed: 'closed the connection',
  endReset: 'reset the connection (RST)',
  endSilent: 'did not answer in time',
  endTooLarge: 'sent more than any SMTP reply may hold',
  endDeadline: 'had not answered when the run ended',
  endComplete: 'ended the session',
  /** Which limit was exceeded. */
  tooLarge: 'more came than any reply may hold',
  tooLongLine: 'one line has over {limit} bytes, where RFC 5321 allows 512; it begins "{begin}"',
  tooManyLines: 'a reply of over {limit} lines; it begins "{begin}"',
  tooManyBytes: 'over {limit} bytes without an end; it begins "{begin}"',

  rejectedOnConnect: '{peer} answers, but refuses this client at the greeting: "{reply}".',
  rejectedOnConnectFor:
    '{peer} answers, but refuses this prober at the greeting: "{reply}". Others may be taken. {remedy}',
  spokenBefore:
    '{peer} complains at once that the client spoke too early: "{reply}". This client had sent nothing: a balancer or firewall in front sends something of its own, usually a PROXY header, and the mail server does not expect it.',
  greylistedAtGreeting:
    '{peer} greets with greylisting: "{reply}". Test again from the same source after 5 minutes or more.',
  noSessionNow: '{peer} answers, but takes no session now: its greeting is "{reply}".',
  greetsOtherwise: '{peer} greets with "{reply}" where SMTP says 220.',
  greetsAsNntp: '{peer} greets with "{reply}" (NNTP greets so) where SMTP says 220.',
  isFtp: '{peer} is an FTP server: it greets with "{banner}" and answers EHLO with "{reply}".',
  ehloNoReply: '{peer} greets with 220, but its answer to EHLO is no SMTP reply: "{text}".',
  /** What prevents every command after it. */
  proxyHeaderUnexpected:
    '{peer} sent "{reply}" in answer to something that this client did not send: a balancer or firewall in front sends a PROXY header, and the mail server takes it for a command. All replies after it answer the command before, so nothing is said of STARTTLS, recipients or relaying.',
  outOfStep:
    '{peer} sent "{reply}" without a question, so that its replies no longer fit the commands; nothing is said of STARTTLS, recipients or relaying.',
  stutters:
    '{peer} is a tarpit, or takes this prober for a sender of spam: its reply comes byte by byte ({bytes} bytes in {seconds} s). Nothing is said of STARTTLS, recipients or relaying.',
  repeatsLine:
    '{peer} is a tarpit, or takes this prober for a sender of spam: it repeats the line "{line}" and never ends its reply ({count} times and more). Nothing is said of STARTTLS, recipients or relaying.',
  acceptsSlowly:
    '{peer} is a tarpit, or takes this prober for a sender of spam: each of its replies took {seconds} s or more, and it accepts what it is asked. Its acceptance of recipients proves nothing.',
  acceptsAll:
    '{peer} is a tarpit or a trap: it answers every command, QUIT too, with "{reply}". Its acceptance of recipients proves nothing.',
  cutByInspection:
    '{peer}: SMTP inspection of a firewall (Cisco ASA "inspect esmtp") masks the greeting ("{banner}"), and the session {end} in answer to EHLO.',

  /** The client itself is refused: where, and what can be changed. */
  clientRefused:
    '{peer} refuses this prober {stage}, whatever it asks for: "{reply}". Others may be taken, so the mail service is not judged. {remedy}',
  atGreeting: 'at the greeting',
  atEhlo: 'at EHLO',
  atMail: 'at MAIL FROM',
  atRcpt: 'at RCPT TO',
  remedyReverseName:
    'Give the source address of the check a PTR record, and the name in it an A or AAAA record that leads back.',
  remedyHeloName:
    'Let the check give a name at EHLO (--ehlo-name) that exists in DNS and leads to its source address.',
  remedyBlockList:
    'Have the source address of the check taken off the list that the reply names, or check from another one.',
  remedyNetwork:
    'Check from a fixed address of an office or a data centre: this network is one of end users.',
  remedyRate: 'Check less often, or have the source address of the check excepted from the limit.',
  remedyAccess:
    'Have the source address of the check permitted in the rules of the mail server, or check from another one.',
  loginRequired:
    '{peer} takes no mail without a login ({stage}: "{reply}"): a port for users (submission), or a receive connector that does not allow anonymous senders.',
  encryptionRequired: '{peer} takes no mail without TLS ({stage}: "{reply}").',

  masked: '{peer}: SMTP inspection of a firewall (Cisco ASA "inspect esmtp") masks the greeting: "{banner}".',
  answersWith: '{peer} answers with "{text}".',
  answersWithProtocol: '{peer} answers with {protocol}: "{text}".',
  answersWithTls:
    '{peer} answers with TLS (use smtps:// for a port that speaks TLS from the first byte): "{text}".',
  greetingEndless: '{peer} never ends its greeting: {bound}.',
  silentAfterTls:
    '{peer} finishes the TLS handshake, and then stays silent without a greeting: the mail server behind it is down or hangs.',
  endedAfterTls:
    '{peer} finishes the TLS handshake, and then {end} without a greeting: the mail server behind it is down or hangs.',
  closedWithoutGreeting: '{peer} accepts the connection and closed it at once without a greeting.',
  noGreeting:
    '{peer} accepts the connection but sent no greeting in {ms} ms. Mail servers wait for one for up to 5 minutes (RFC 5321 §4.5.3.2.1), so one that is only slower than that still gets mail.',
  noGreetingMaybeTls:
    '{peer} accepts the connection but sent no greeting in {ms} ms. Port 465 expects TLS from the first byte (RFC 8314): test it as smtps://.',
  greetingCut:
    '{peer} began a greeting ("{begin}"), but its last line "220 …" never came: it {end} after {ms} ms.',

  inClear: '{fault} It speaks SMTP in clear: test it as smtp://, which uses STARTTLS.',
  delayed: '{peer} greeted only after {seconds} s: slow, not closed.',
  ehloOtherwise: '{peer} answers EHLO with "{reply}" where SMTP says 250.',
  ehloNotNow: '{peer} answered EHLO with "{reply}".',
  ehloRefusedHeloWorks:
    '{peer} refuses EHLO with "{reply}"; HELO works, but without EHLO there is no STARTTLS.',
  ehloRefusedHeloUnanswered: '{peer} refuses EHLO with "{reply}"; to HELO it {end}.',
  ehloAndHeloRefused: '{peer} refuses EHLO with "{reply}", and HELO with "{helo}".',

  /** What was asked, within other sentences. */
  ehlo: 'EHLO',
  mailFrom: 'MAIL FROM',
  mailFromUnasked: 'MAIL FROM, so {recipient} could not be asked about',
  rcptTo: 'RCPT TO:<{recipient}>',
  rcptToForeign: 'RCPT TO of the foreign recipient',
  senderRefused: '{peer} refuses MAIL FROM with "{reply}".',
  senderRefusedAtRcpt:
    '{peer} refuses the sender, at RCPT TO, with "{reply}": nothing is known of the recipient.',
  greylistedAtMail:
    '{peer} answers MAIL FROM with greylisting: "{reply}". Test again from the same source after 5 minutes or more.',
  senderRefusedUnasked: '{peer} refuses MAIL FROM with "{reply}", so {recipient} could not be asked about.',
  senderNotNow: '{peer} answers MAIL FROM with "{reply}".',
  senderNotNowUnasked: '{peer} answers MAIL FROM with "{reply}", so {recipient} could not be asked about.',
  relay:
    '{peer} accepted the foreign recipient {recipient} with "{reply}": it may relay for anyone. No message was sent, so this is not proven.',
  recipientRefused: '{peer} refuses the recipient {recipient} with "{reply}".',
  greylisted:
    '{peer} postpones the recipient {recipient} by greylisting: "{reply}". Test again from the same source after 5 minutes or more.',
  domainNotServed:
    '{peer} refuses the recipient {recipient} with "{reply}": it does not take mail for that domain.',
  noMailbox:
    '{peer} refuses the recipient {recipient} with "{reply}": it knows no such mailbox, or has shut it.',
  mailboxFull: '{peer} does not take mail for {recipient}, as the mailbox is full: "{reply}".',
  recipientNotNow: '{peer} cannot take mail for {recipient} now: "{reply}".',
  frontEndAlone:
    '{peer} cannot take mail for {recipient} now: "{reply}". An Exchange front end says so when it does not reach the transport service behind it.',
  relayNotJudged:
    '{peer} postpones the foreign recipient {recipient} with "{reply}": whether it would relay is not known.',
  answeredNoReply: '{peer} answered {what} with no SMTP reply: "{text}".',
  answeredEndless: '{peer} answered {what} without end: {bound}.',
  dropped: '{peer} {end} in answer to {what}.',
  pending:
    '{peer} had not answered {what} when the time of this check was over, {ms} ms in all. Sending servers wait five minutes (RFC 5321 §4.5.3.2): that is slow, and neither a yes nor a no.',

  starttlsDropped:
    '{host} offered STARTTLS and {end} when it was asked for (RFC 8460: starttls-not-supported).',
  starttlsRefused:
    '{host} offered STARTTLS but answered it with "{reply}" (RFC 8460: starttls-not-supported).',
  starttlsInspected:
    '{host} offered STARTTLS but answered it with "{reply}": a firewall with SMTP inspection changes the command on the way (RFC 8460: starttls-not-supported).',
  starttlsUnknown:
    '{host} offered STARTTLS but answered it with "{reply}", as if it did not know the command (RFC 8460: starttls-not-supported). Nothing else in the session shows a device between, so the server itself may say so.',
  starttlsHandshake: 'TLS after STARTTLS failed: {-fault} (RFC 8460: validation-failure).',
  droppedAfterTls:
    '{host} finished the TLS handshake and then {end} in answer to EHLO (RFC 8460: starttls-not-supported).',
  ehloRefusedAfterTls:
    '{host} finished the TLS handshake and then refused EHLO with "{reply}" (RFC 8460: starttls-not-supported).',
  starttlsFault: '{-fault} (STARTTLS).',
  starttlsPolicyFault: '{-fault} (STARTTLS; RFC 8460: {type}).',
  starttlsStripped:
    'A device between overwrote EHLO keywords of {host} with X\'s ("{extensions}"), and STARTTLS is missing: SMTP inspection prevents encryption (RFC 8460: starttls-not-supported).',
  starttlsMissing:
    '{host} does not offer STARTTLS (RFC 8460: starttls-not-supported); mail reaches it in clear.',
  starttlsRequired: '{host} does not offer STARTTLS (RFC 8460: starttls-not-supported), which is required.',

  nullMx: '{domain} has the null MX "0 .": it declares that it takes no mail, so senders never connect.',
  onlyFallback: '{address} is only a fallback for mail to {domain}: senders try {exchanges} first ({mx}).',
  noDomain: '{domain} does not exist in DNS (NXDOMAIN), so mail to it never comes here.',
  mxUnknown: 'Where mail to {domain} goes is not known: the look-up of its MX ended with {code}.',
  mxDoubted:
    'Where mail to {domain} goes is not known: {code} to the question for its MX, or for the addresses of that, comes from a resolver that does not know a name that exists, or denies none.',
  mxWithoutAddress: 'Mail to {domain} reaches no server: {mx} and no address.',
  mxElsewhere: 'Mail to {domain} goes to {addresses} ({mx}), not to {address}.',
  mxIsAddress:
    'The MX of {domain} is an IP address ({exchanges}), where RFC 5321 wants a host name: most senders refuse to use it.',
  mxPartlyAddress:
    'The MX of {domain} names IP addresses ({exchanges}) in addition to host names: most senders skip them.',
  mxIsAlias:
    'The MX of {domain} names aliases (CNAME): {aliases}. RFC 2181 wants a name with addresses of its own, and some senders refuse this.',
  mx: 'MX {records}',
  noMx: 'no MX record, so its own address counts',
});

export const smtpSentence = sentences(smtpCatalogue);
