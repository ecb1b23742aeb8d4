/** A private key that signs and can't be read: a file of this machine, or a key in a KMS. */
export interface Signer {
  /** Public key as SPKI DER, base64. */
  readonly publicKey: string;
  /** The Ed25519 signature (RFC 8032, 64 bytes) of a message of at most 4,096 bytes. Rejects when the key can't be reached. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}
