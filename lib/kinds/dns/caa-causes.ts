import type { CauseGroup } from '../contract/cause.ts';

/** What stops an authority from issuing a certificate. */
export const caaCauses = {
  'dns.caa-forbids': {
    code: 'dns.caa-forbids',
    summary: 'The CAA records do not let the authority issue a certificate for the name.',
    proof:
      'The CAA records of the name, or else of the nearest name above that has some, were read as RFC 8659 says: their issue ' +
      '(for *.NAME issuewild, where there is one) names other authorities than the one of the endpoint (--issuer), or a ' +
      'property that no authority knows is marked critical. Certificates that are there already stay valid.',
    next: 'Add the CAA record in the summary beside the others, or remove the critical property.',
    references: ['RFC 8659 §3 and §4', 'RFC 8657'],
  },
  'dns.caa-limits': {
    code: 'dns.caa-limits',
    summary:
      'The CAA records let the authority issue for one account, or by some methods of validation alone.',
    proof:
      'Each CAA record that names the authority of the endpoint (--issuer) has accounturi or validationmethods (RFC 8657). Whether they ' +
      'are those of the ACME client, the client alone knows, so this is a remark and no fault. A record with two accounts, or with parameters that do not ' +
      'follow the grammar, names nobody: that is dns.caa-forbids.',
    next:
      'Compare both with the ACME client: its account’s URL (certbot show_account), and http-01 or dns-01. After a move to another client, ' +
      'account or method, change the record before the next renewal.',
    references: ['RFC 8657', 'RFC 8659 §4.2'],
  },
  'dns.caa-servfail': {
    code: 'dns.caa-servfail',
    summary: 'The name servers do not answer for CAA records, so no authority may issue a certificate.',
    proof:
      'The name has an address, while the question for CAA at it, or at a name above before one with records, ended with an error or ' +
      'silence, from a second resolver too where there is one. An authority has to treat that as forbidden.',
    next:
      'Let all authoritative servers answer questions for CAA: with NOERROR and no records where there are none. Usual ' +
      'reasons are old servers or load balancers that drop unknown types, and DNSSEC denials that do not validate.',
    references: ['RFC 8659 §3', 'https://letsencrypt.org/docs/caa/'],
  },
} satisfies Partial<CauseGroup<'dns'>['causes']>;
