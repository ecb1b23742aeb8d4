import * as z from 'zod';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** `SHA256:` and the base64 (no padding) of the SHA-256 of the public key's SPKI DER, as ssh-keygen -l prints one. */
export const KeyId = z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/);
export type KeyId = z.infer<typeof KeyId>;

/**
 * Who signed a report. What is signed is the line `inbound-check/report-signature@1`, a line feed, and the
 * canonical JSON (RFC 8785) of all these fields except `signature`: short enough for a KMS to sign without hashing it first.
 */
export const Signature = z
  .strictObject({
    alg: z.literal('Ed25519'),
    keyId: KeyId.describe(
      'SHA-256 of the public key’s SPKI DER: compare it with the one that the signer gave you.',
    ),
    publicKey: z.base64().max(200).describe('SPKI DER.'),
    signedAt: z.iso.datetime(),
    report: Sha256.describe('SHA-256 of the report’s canonical JSON (RFC 8785), without `signature`.'),
    page: Sha256.optional().describe(
      'SHA-256 of the HTML page’s UTF-8 bytes, without the text of the element that holds the signature.',
    ),
    signature: z.base64().max(200),
  })
  .meta({ id: 'Signature' });
export type Signature = z.infer<typeof Signature>;
