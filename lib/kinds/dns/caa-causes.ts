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
    next:
      'Add the CAA record in the summary beside the others, or remove the critical property. With accounturi or ' +
      'validationmethods (RFC 8657) also see that account and method are those of the ACME client.',
    references: ['RFC 8659 §3 and §4', 'RFC 8657'],
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
