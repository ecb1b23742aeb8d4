/** What a validation of DNSSEC found, as plain data for observations. */
import * as z from 'zod';

/**
 * Why validating resolvers refuse an answer. `expired`, `not-yet-valid`: a signature outside its time. `ds-mismatch`: the parent's
 * DS records match no key of the zone. `unsigned`: a signed zone gives records or a denial without signatures. `no-key`: the
 * signature names a key that the zone does not publish. `invalid`: the signature is not of these records. `denial`: what the zone
 * denies is not proven by its NSEC or NSEC3 records. `excess`: more signatures, or keys for DS records, fail than a resolver tries.
 */
export const DnssecFault = z.object({
  is: z.enum([
    'expired',
    'not-yet-valid',
    'ds-mismatch',
    'unsigned',
    'no-key',
    'invalid',
    'denial',
    'excess',
  ]),
  /** The zone that has to be corrected; for `ds-mismatch` the one whose DS records do not fit, which are in its parent. */
  zone: z.string(),
  /** The records that the signature is about. */
  owner: z.string(),
  type: z.string(),
  keyTag: z.number().optional(),
  /** When the signature ended, or will begin to count (ISO 8601 UTC). */
  at: z.string().optional(),
  /** For `ds-mismatch`: the parent's DS records, and the keys of the zone as `TAG ALGORITHM` (257 flags: a key that a DS can name). */
  ds: z.array(z.string()).optional(),
  keys: z.array(z.string()).optional(),
});
export type DnssecFault = z.infer<typeof DnssecFault>;

/**
 * `secure`: signed without a gap from the trust anchor on. `insecure`: a parent says, signed, that the zone is not signed, or its
 * algorithms are not known. `bogus`: signed, and wrong: validating resolvers answer SERVFAIL. `indeterminate`: it could not be found out.
 */
export const DnssecStatus = z.enum(['secure', 'insecure', 'bogus', 'indeterminate']);
export type DnssecStatus = z.infer<typeof DnssecStatus>;

/** Of one name's addresses. */
export const DnssecResult = z.object({
  status: DnssecStatus,
  /** `secure`: the zone that signed the answer. `insecure`: the zone that is not signed. `bogus`: the zone at fault. */
  zone: z.string().optional(),
  /** Only where it is `bogus`. */
  fault: DnssecFault.optional(),
  /** Only where it is `insecure` or `indeterminate`. */
  reason: z.string().optional(),
  /** Where no signatures came: what the resolver itself says without and with CD. */
  byResolver: z.object({ checked: z.string(), unchecked: z.string() }).optional(),
});
export type DnssecResult = z.infer<typeof DnssecResult>;
