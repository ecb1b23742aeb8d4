/** What is known about the revocation of a certificate, and from where. */
import * as z from 'zod';

/** What one source says of one certificate of the path. */
export const Revocation = z.object({
  /** Its place in `chain`; 0 is the server's own. */
  certificate: z.number(),
  /** `none`: the certificate names neither a list nor a responder that can be asked. */
  source: z.enum(['crl', 'ocsp', 'staple', 'none']),
  /** Where it was asked; absent for a staple. Printable. */
  url: z.string().optional(),
  /** `unknown`: not found out; `detail` says why, as half a sentence. */
  status: z.enum(['good', 'revoked', 'unknown']),
  revokedAt: z.string().optional(),
  /** A name of RFC 5280 §5.3.1, as `keyCompromise`. */
  reason: z.string().optional(),
  /** When the list or response was issued, and when the next one comes at the latest. */
  thisUpdate: z.string().optional(),
  nextUpdate: z.string().optional(),
  detail: z.string().optional(),
});
export type Revocation = z.infer<typeof Revocation>;

/** The same without where it comes from: what a list or a response says. */
export type RevocationStatus = Omit<Revocation, 'certificate' | 'source' | 'url'>;
