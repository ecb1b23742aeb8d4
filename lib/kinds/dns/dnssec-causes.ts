import type { CauseGroup } from '../contract/cause.ts';

/** Signatures that are wrong. */
export const dnssecCauses = {
  'dns.dnssec-bogus': {
    code: 'dns.dnssec-bogus',
    summary: 'The DNSSEC signatures of the name are wrong or missing.',
    proof:
      'Asked with DO and CD, the answer came, and its signatures were verified here from the trust anchor of the root on: the zone ' +
      'is signed (its parent has DS records for it) and the records, or the denial, carry no valid signature; the summary ' +
      'names records and key. Validating resolvers answer SERVFAIL, so their users cannot reach the name; those of other resolvers ' +
      'can. Where the resolver removes signatures, it is claimed only if that resolver answers SERVFAIL without CD and an ' +
      'address with it.',
    next:
      'Sign the zone again with the keys that it publishes and see that all its servers load the new zone. If it is no longer to ' +
      'be signed, remove its DS record at the registrar first and wait for its TTL. dig +dnssec +cd NAME shows the signatures.',
    references: ['RFC 4035 §5', 'RFC 5155 §8', 'RFC 6840'],
  },
  'dns.dnssec-expired': {
    code: 'dns.dnssec-expired',
    summary: 'A DNSSEC signature of the name has expired.',
    proof:
      'The RRSIG record of the key and records in the summary ended at the time in the summary, by the clock of the vantage, and no ' +
      'other signature of the same records is valid. Validating resolvers answer SERVFAIL from then on.',
    next:
      'Sign the zone again, and find out why that did not happen by itself: the signer stopped, its keys are out of reach, or ' +
      'secondary servers no longer get the new zone from the primary.',
    references: ['RFC 4034 §3.1.5', 'RFC 4035 §5.3.1', 'RFC 6781 §4.4.2'],
  },
  'dns.dnssec-ds-mismatch': {
    code: 'dns.dnssec-ds-mismatch',
    summary: 'The DS record in the parent zone fits no key of the zone.',
    proof:
      'The parent’s DS records (in the summary, signed and verified) have the tag, algorithm and digest of no key that the zone ' +
      'publishes. It is usual after a move to another DNS provider, or a new key, when the registrar still has the ' +
      'old DS record. Validating resolvers answer SERVFAIL.',
    next:
      'At the registrar replace the DS record by that of the present key (the DNS provider shows it), or remove it where the zone is ' +
      'not signed. Caches keep the old one for its TTL, often a day.',
    references: ['RFC 4035 §5.2', 'RFC 6781 §4.1'],
  },
} satisfies Partial<CauseGroup<'dns'>['causes']>;
