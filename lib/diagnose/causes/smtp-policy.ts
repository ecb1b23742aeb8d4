import type { CauseCode } from '../../model/vocabulary.ts';
import type { Cause } from './cause.ts';

/** Causes of what the server accepts, and of where the mail of a domain goes. */
export const smtpPolicyCauses = {
  'smtp.sender-refused': {
    code: 'smtp.sender-refused',
    side: 'service',
    severity: 'warn',
    summary: "The mail server refuses the tester's MAIL FROM.",
    proof:
      'MAIL FROM got a 5xx. The reply tells whether the address of the tester, its domain, the empty sender <> or missing ' +
      'encryption is the reason. A server that refuses <> also loses bounces and breaks RFC 5321 §4.5.5.',
    next:
      'Permit the sender or address named in the reply, or test with another sender. A server that refuses the empty sender from ' +
      'everyone must be changed: it has to accept it.',
    references: ['RFC 5321 §4.1.1.2', 'RFC 5321 §4.5.5'],
  },
  'smtp.recipient-refused': {
    code: 'smtp.recipient-refused',
    side: 'service',
    severity: 'fail',
    summary: 'The mail server refuses the recipient.',
    proof:
      'RCPT TO for the given address got a 5xx. 550 5.1.1: no such mailbox; 550 or 554 5.7.1: the server does not take mail for this ' +
      'domain ("relay access denied"), or a policy forbids this client. The reply is in the evidence.',
    next:
      "Create the mailbox or alias, or add the domain to the server's list of domains it accepts mail for. If the reply names a block " +
      'list or a policy, permit the tester and test again.',
    references: ['RFC 5321 §4.1.1.3', 'RFC 3463 §3'],
  },
  'smtp.recipient-greylisted': {
    code: 'smtp.recipient-greylisted',
    side: 'service',
    severity: 'warn',
    summary: 'The mail server postponed the recipient: greylisting, or a fault that passes.',
    proof:
      'RCPT TO for the given address got a 4xx. Greylisting refuses the first attempt of an unknown client, sender and recipient and ' +
      'takes the next one after some minutes; real mail servers try again, so mail gets through late. A full disk or mailbox (452) and a ' +
      'look-up that fails (451) give 4xx codes too: the text of the reply tells.',
    next:
      'Test again from the same source with the same sender and recipient after five minutes or more. If it stays, see the mail log. To ' +
      'have a clear result at once, exempt the tester from greylisting.',
    references: ['RFC 6647', 'RFC 5321 §4.5.4.1'],
  },
  'smtp.relay-suspected': {
    code: 'smtp.relay-suspected',
    side: 'service',
    severity: 'fail',
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
    side: 'dns',
    severity: 'fail',
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
  'smtp.null-mx': {
    code: 'smtp.null-mx',
    side: 'dns',
    severity: 'warn',
    summary: 'The domain declares that it takes no mail (null MX).',
    proof:
      'The only MX record of the domain is "0 ." (RFC 7505). Senders do not even connect: mail to the domain is returned at once.',
    next:
      'If the domain should receive mail or replies, replace the null MX by an MX that names the mail server. If it should not, remove ' +
      'the check of its port 25.',
    references: ['RFC 7505 §3'],
  },
} as const satisfies Partial<Record<CauseCode, Cause>>;
