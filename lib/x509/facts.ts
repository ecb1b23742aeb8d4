/** What is read from a certificate, and where its chain leads. */
import * as z from 'zod';

export const CertificateFacts = z.object({
  subject: z.string(),
  issuer: z.string(),
  /** Lower-case dNSName and iPAddress entries, e.g. `DNS:www.example.com`, `IP:192.0.2.1`. */
  altNames: z.array(z.string()),
  /** How many of them the certificate has, when `altNames` holds fewer. */
  altNameCount: z.number().optional(),
  serial: z.string(),
  notBefore: z.string(),
  notAfter: z.string(),
  /** `rsa` | `rsa-pss` | `ec` | `ed25519`… and its size in bits (EC: field size). */
  keyType: z.string(),
  keyBits: z.number(),
  /** Name of an elliptic curve that is none of NIST's P-192 to P-521, e.g. `secp256k1`. */
  curve: z.string().optional(),
  /** e.g. `sha256WithRSAEncryption`, `ecdsa-with-SHA384`, or the dotted OID when unknown. */
  signatureAlgorithm: z.string(),
  /** Hex SHA-256 of the DER, lower case, no colons. */
  fingerprint256: z.string(),
  selfSigned: z.boolean(),
  isCa: z.boolean(),
});
export type CertificateFacts = z.infer<typeof CertificateFacts>;

/**
 * How a certificate covers a host. `exact`: the name or address itself. `wildcard`: `*.` and the rest of the host
 * name. `wildcard-over-one-label`: the same where the rest is a single label (`*.test`).
 */
export const NameForm = z.enum(['exact', 'wildcard', 'wildcard-over-one-label']);
export type NameForm = z.infer<typeof NameForm>;

/**
 * How a client chooses among several certificates for one issuer, without a second try. `first-valid`: trusted ones
 * before sent ones, the first that is valid now. `first-sent`: the first sent, whatever its dates.
 */
export const IssuerChoice = z.enum(['first-valid', 'first-sent']);
export type IssuerChoice = z.infer<typeof IssuerChoice>;

/** Where the chain leads, judged apart from dates and names. `detail` is one sentence. */
export const Trust = z.object({
  /** `chain-invalid`: leads to a trusted root, but breaks a rule on the way (no CA, path length, name constraints…). */
  status: z.enum([
    'anchored',
    'self-signed-leaf',
    'untrusted-root',
    'issuer-missing',
    'bad-signature',
    'chain-invalid',
  ]),
  anchor: z.string().optional(),
  anchorNotBefore: z.string().optional(),
  anchorNotAfter: z.string().optional(),
  anchorKeyType: z.string().optional(),
  anchorKeyBits: z.number().optional(),
  anchorCurve: z.string().optional(),
  /** Subject of a certificate on the path that is for any purpose, and does not name that of a TLS server. */
  anyPurpose: z.string().optional(),
  detail: z.string().optional(),
  /** With `issuer-missing`: what the issuer that was not sent probably is, judged by the certificates that were sent. */
  missing: z.enum(['intermediate', 'root']).optional(),
  /**
   * Ways to choose among several certificates for one issuer that end on a path that fails, while another path is
   * sound: which way, and what is wrong with that path in half a sentence.
   */
  strays: z.array(z.object({ choice: IssuerChoice, detail: z.string() })).optional(),
  /** The path as indices into `chain`, leaf (0) first, as far as it leads; the anchor is in it only if it was sent. */
  path: z.array(z.number()).optional(),
});
export type Trust = z.infer<typeof Trust>;
