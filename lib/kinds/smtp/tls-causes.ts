import type { CauseCode } from '../../model/vocabulary.ts';
import type { Cause } from '../contract/cause.ts';

/** Causes around STARTTLS. */
export const smtpTlsCauses = {
  'smtp.starttls-missing': {
    code: 'smtp.starttls-missing',
    summary: 'The mail server does not offer STARTTLS, so mail reaches it in clear.',
    proof:
      'The reply to EHLO lists no STARTTLS keyword (RFC 8460: starttls-not-supported). Mail still flows, because most senders fall ' +
      'back to clear text; under MTA-STS "enforce" or DANE they must not, and then this fails. A firewall that removes the whole ' +
      'line, rather than masking it, looks the same: compare with EHLO on the server itself.',
    next:
      'Give the mail server a certificate and turn STARTTLS on (Postfix: smtpd_tls_security_level = may; Exchange: assign the ' +
      'certificate to the SMTP service). If EHLO on the server itself shows STARTTLS, turn SMTP inspection off in the firewall.',
    references: ['RFC 3207', 'RFC 8460 §4.3', 'RFC 8461 §4.1'],
  },
  'smtp.starttls-stripped': {
    code: 'smtp.starttls-stripped',
    summary: 'A device between replaced the STARTTLS keyword, so encryption is prevented on the way.',
    proof:
      'The reply to EHLO has a keyword of X characters (XXXXXXXA) where STARTTLS stood. No mail server sends this; Cisco ASA and PIX ' +
      'do with "inspect esmtp", and so do other inspection proxies.',
    next:
      'On the ASA: policy-map type inspect esmtp …, parameters, allow-tls; or take "inspect esmtp" out of the policy. If the ' +
      "inspecting device is not yours, it is in the tester's network or at a provider: compare with another vantage.",
    references: [
      'Cisco ASA Series Firewall CLI Configuration Guide: SMTP and Extended SMTP Inspection (_default_esmtp_map: mask-banner, no allow-tls)',
      'Cisco document 118550',
      'RFC 3207 §6',
    ],
  },
  'smtp.starttls-failed': {
    code: 'smtp.starttls-failed',
    summary: 'STARTTLS is offered but does not work.',
    proof:
      'The server offered STARTTLS and then answered the command with something other than 220 (454: TLS not available now), or the ' +
      'TLS handshake after the 220 failed; the causes found together with this one name the fault of the handshake. A 500 or 502 to a STARTTLS that was ' +
      'offered comes from a firewall that changes the command on the way where the session shows its marks (a masked greeting, X’s); ' +
      'else the server itself may say so.',
    next:
      'See the TLS lines of the mail log at the time given: a key that cannot be read, a certificate without its key, or a cipher list that ' +
      'is too narrow. Try openssl s_client -starttls smtp -connect HOST:PORT on the server itself; if it works there, look for SMTP or TLS ' +
      'inspection in the path.',
    references: ['RFC 3207 §4', 'RFC 8460 §4.3'],
  },
} as const satisfies Partial<Record<CauseCode, Cause>>;
