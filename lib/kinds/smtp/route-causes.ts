import type { CauseCode } from '../../model/vocabulary.ts';
import type { Cause } from '../contract/cause.ts';

/** Causes of the route that mail takes to a domain: its MX records, and what it tells senders about TLS. */
export const mailRouteCauses = {
  'smtp.mx-invalid': {
    code: 'smtp.mx-invalid',
    summary: 'An MX record of the domain leads to no server that a sender could reach.',
    proof:
      'The name in the MX has neither an A nor an AAAA record, or its address is not on the internet (private, loopback, link-local); or ' +
      'the domain does not exist; or a null MX ("0 .") stands beside other records. A warning where another MX of the domain works: ' +
      'senders pass over the bad one, some only after they have tried it.',
    next:
      'Correct the record that the summary quotes: give the name in it a public A or AAAA record, or remove the MX. A null MX stands ' +
      'alone, or not at all.',
    references: ['RFC 5321 §5.1', 'RFC 7505 §3', 'RFC 2181 §10.3'],
  },
  'smtp.mx-dead': {
    code: 'smtp.mx-dead',
    summary: 'A mail server that the domain names takes no mail.',
    proof:
      'No address of the server was found to take mail: the connect failed or was dropped (with a control on port PORT that answered), or the ' +
      'session broke before a recipient could be named. The summary quotes what was seen. A failure where no server of the domain is left; ' +
      'a warning for a backup, or for one address of several.',
    next:
      'Repair the server, or let TCP PORT in to it. A backup that is not wanted any more is removed from the MX records: an unattended ' +
      'one delays mail, and is what senders of spam look for.',
    references: ['RFC 5321 §5.1', 'RFC 5321 §4.5.4.1'],
  },
  'smtp.mta-sts-mismatch': {
    code: 'smtp.mta-sts-mismatch',
    summary:
      "A mail server breaks the domain's own MTA-STS policy, so senders that honour it defer the mail.",
    proof:
      'The policy was fetched as senders do, and the server is not among its mx patterns, offers no STARTTLS, or sends a certificate that is ' +
      'not valid for its name by the public authorities. With mode enforce a failure where no other server fits, else a ' +
      'warning, as senders go on to the next; with testing a warning: senders only report it; with none information.',
    next:
      'Correct what the summary names: the certificate of the mail server (its name in the MX record must be in it), or the mx lines of the ' +
      'policy. After each change of the policy write a new id into the TXT record at _mta-sts. Until it is repaired, "mode: testing" lets ' +
      'mail through; senders keep the old policy until its max_age is over or they see the new id.',
    references: ['RFC 8461 §4', 'RFC 8461 §5', 'RFC 8460 §4.3'],
  },
  'smtp.mta-sts-unreachable': {
    code: 'smtp.mta-sts-unreachable',
    summary: 'The domain announces an MTA-STS policy that senders can not use.',
    proof:
      'The TXT record at _mta-sts is there, and it is not valid (several of them, no id), or the policy could not be fetched from ' +
      'https://mta-sts.DOMAIN/.well-known/mta-sts.txt by the rules for senders: valid certificate, no redirect, status 200, text/plain, at ' +
      'most 64 KiB, the syntax of RFC 8461 §3.2. Senders that have no earlier policy deliver without one, so that mail arrives, unprotected; ' +
      'the others keep to the earlier one.',
    next:
      'Make the address in the summary answer as RFC 8461 §3.3 says. A domain that wants no policy any more publishes one with "mode: none" and a ' +
      'new id, waits until the old max_age is over, and removes both then.',
    references: ['RFC 8461 §3.1', 'RFC 8461 §3.2', 'RFC 8461 §3.3', 'RFC 8461 §8.3'],
  },
  'smtp.dane-mismatch': {
    code: 'smtp.dane-mismatch',
    summary:
      'The TLSA records of a mail server do not fit its certificate, so senders that honour DANE defer the mail.',
    proof:
      'TLSA records at _25._tcp of the server, whose DNSSEC signatures were verified from the root on, were held against the certificates that it ' +
      'sent after STARTTLS, and none fits (usage 3: its own; usage 2: an issuer that it sent, and the name too); or it offers no ' +
      'STARTTLS; or the signatures are bogus, which validating resolvers answer with SERVFAIL. Records in a zone that is not signed are ignored ' +
      'by senders and are no fault. A failure where no other server fits, else a warning.',
    next:
      'Publish the record that the summary gives, or put the certificate back that the present record is of. When a key changes, publish the ' +
      'new record beside the old one, wait for the TTL, change the key, and remove the old record then. For bogus signatures sign the ' +
      'zone again, or correct its DS record in the zone above.',
    references: ['RFC 7672 §2.2', 'RFC 7672 §3.1', 'RFC 6698 §2.1', 'RFC 7671 §8.1'],
  },
} as const satisfies Partial<Record<CauseCode, Cause>>;
