import type { CauseCode } from '../../model/vocabulary.ts';
import type { Cause } from '../contract/cause.ts';

/** Causes of what the server accepts, and of where the mail of a domain goes. */
export const smtpPolicyCauses = {
  'smtp.sender-refused': {
    code: 'smtp.sender-refused',
    summary: "The mail server refuses the tester's MAIL FROM.",
    proof:
      'MAIL FROM got a 5xx. The reply tells whether the address of the tester, its domain, the empty sender <> or missing ' +
      'encryption is the reason. A server that refuses <> also loses bounces and breaks RFC 5321 §4.5.5.',
    next:
      'Permit the sender or address named in the reply, or test with another sender. A server that refuses the empty sender from ' +
      'everyone must be changed: it has to accept it.',
    references: ['RFC 5321 §4.1.1.2', 'RFC 5321 §4.5.5'],
  },
  'smtp.client-refused': {
    code: 'smtp.client-refused',
    summary: 'The mail server refuses this prober, not the recipient: other senders may be taken.',
    proof:
      'A reply of 4xx or 5xx names the client: its address on a block list, no name for it in reverse DNS (5.7.25), its name at ' +
      'EHLO, its network, or a limit for it. Servers hold such a refusal back to RCPT TO (Postfix: smtpd_delay_reject), so the stage ' +
      'at which it comes proves nothing of the recipient. Because others may be taken, the check is inconclusive.',
    next:
      'See what the reply names. No reverse name: give the source address a PTR record, and that name an address record that leads ' +
      'back. HELO: set --ehlo-name to a name that leads to the source address. Block list: have the address taken off it. Or have the ' +
      'source address permitted on the mail server, or check from another one.',
    references: [
      'RFC 7372 §3.3 (5.7.25)',
      'RFC 3463 §3.8',
      'https://www.postfix.org/postconf.5.html#smtpd_delay_reject',
      'https://learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-in-exchange-online/non-delivery-reports-in-exchange-online',
    ],
  },
  'smtp.login-required': {
    code: 'smtp.login-required',
    summary: 'The mail server takes mail only after a login, or only inside TLS.',
    proof:
      'The reply is 530, or says that the client has to log in (5.7.57 of Exchange), or that encryption is needed (5.7.10, 523, 538). ' +
      'Mail from other domains comes without a login, so a server for incoming mail must not ask for one; a port for users ' +
      '(submission, 587 and 465) does.',
    next:
      'Login: check port 25 in place of a submission port. On Exchange allow anonymous users on the receive connector for ' +
      'incoming mail; on Postfix take reject_sender_login_mismatch, permit_sasl_authenticated, reject out of port 25. Encryption: offer ' +
      'STARTTLS with a certificate that works, or do not require it on port 25 (RFC 3207 §4 forbids that for a public server).',
    references: ['RFC 4954 §4 (530)', 'RFC 3207 §4', 'RFC 6409 §4.3'],
  },
  'smtp.recipient-refused': {
    code: 'smtp.recipient-refused',
    summary: 'The mail server refuses the recipient.',
    proof:
      'RCPT TO for the given address was refused, and the reply names neither this client nor a fault of the mail system. 550 ' +
      '5.1.1: no such mailbox. 550 or 554 5.7.1, and 454 4.7.1 of Postfix: the server does not take mail for this domain ("relay ' +
      'access denied"). 550 5.4.1 of Microsoft 365: the address is not in its directory. 552 5.2.2: the mailbox is full. The reply is in ' +
      'the evidence.',
    next:
      'Domain not served: add it to the domains that the server takes mail for (Postfix: mydestination, relay_domains or ' +
      'virtual_mailbox_domains; Exchange: accepted domains), or correct the MX. No such mailbox: create the mailbox or alias. A rule: ' +
      'find it in the mail log at the time given.',
    references: [
      'RFC 5321 §4.1.1.3',
      'RFC 3463 §3',
      'https://www.postfix.org/postconf.5.html#relay_domains_reject_code',
    ],
  },
  'smtp.recipient-greylisted': {
    code: 'smtp.recipient-greylisted',
    summary: 'The mail server postpones the first attempt of an unknown sender (greylisting).',
    proof:
      'A 4xx that says so, in words or in those that the vendor documents (Mimecast: "Internal resources are temporarily ' +
      'unavailable"). Greylisting refuses the first attempt of an unknown client, sender and recipient and takes the next one after ' +
      'some minutes; real mail servers try again, so mail gets through late. Any other 4xx is read for what it says.',
    next:
      'Test again from the same source with the same sender and recipient after five minutes or more. If it stays, see the mail log. To ' +
      'have a clear result at once, exempt the tester from greylisting.',
    references: ['RFC 6647', 'RFC 5321 §4.5.4.1'],
  },
  'smtp.relay-suspected': {
    code: 'smtp.relay-suspected',
    summary: 'The mail server accepted a foreign recipient: it may be an open relay.',
    proof:
      'RCPT TO for an address at example.com got a 2xx. example.com takes no mail (it has a null MX), so the server is not responsible ' +
      'for it. Only sending a message would prove that it is passed on, and this tester never does that: some servers accept ' +
      'every recipient and refuse after DATA.',
    next:
      'Restrict relaying to your own networks and to signed-in users (Postfix: smtpd_relay_restrictions with ' +
      'reject_unauth_destination; Exchange: no anonymous relay on the receive connector). Test again at once: open relays are found and ' +
      'abused within hours.',
    references: ['RFC 5321 §7.9', 'RFC 2505 §2.1'],
  },
  'smtp.mx-elsewhere': {
    code: 'smtp.mx-elsewhere',
    summary: "The domain's MX does not point at this server, so its mail goes elsewhere.",
    proof:
      'The MX records of the domain, followed to their A and AAAA records (or those of the domain itself when it has no MX, RFC 5321 ' +
      '§5.1), do not include the address that was tested, or name it only as a fallback behind others. An open port 25 does not help ' +
      'then: replies to the domain never come here.',
    next:
      'Set the MX of the domain to the name of this server with the lowest preference number, or correct the A and AAAA records of ' +
      'that name. After a change wait for the old TTL to run out.',
    references: ['RFC 5321 §5.1'],
  },
  'smtp.mx-is-address': {
    code: 'smtp.mx-is-address',
    summary: 'An MX record holds an IP address where a host name belongs.',
    proof:
      'The exchange of the MX is an address, or nothing but digits and dots. RFC 5321 §5.1 wants a domain name there; most sending ' +
      'servers look it up as a name, find nothing and return the mail (Postfix: "numeric domain name in resource data of MX record").',
    next:
      'Give the mail server a host name with an A or AAAA record, and put that name into the MX. A control panel that asks for a mail ' +
      'server wants the name as well.',
    references: ['RFC 5321 §5.1', 'RFC 1035 §3.3.9', 'RFC 1123 §2.1'],
  },
  'smtp.mx-is-alias': {
    code: 'smtp.mx-is-alias',
    summary: 'An MX record names an alias (CNAME).',
    proof:
      'The name in the MX has a CNAME record. RFC 2181 §10.3 forbids it; most senders follow it all the same, some refuse, and ' +
      'some rewrite the name so that certificates and DANE records no longer fit.',
    next: 'Put the name that the CNAME leads to into the MX, or give the name in the MX A and AAAA records of its own.',
    references: ['RFC 2181 §10.3', 'RFC 5321 §5.1'],
  },
  'smtp.null-mx': {
    code: 'smtp.null-mx',
    summary: 'The domain declares that it takes no mail (null MX).',
    proof:
      'The only MX record of the domain is "0 ." (RFC 7505). Senders do not even connect: mail to the domain is returned at once.',
    next:
      'If the domain should receive mail or replies, replace the null MX by an MX that names the mail server. If it should not, remove ' +
      'the check of its port PORT.',
    references: ['RFC 7505 §3'],
  },
} as const satisfies Partial<Record<CauseCode, Cause>>;
