/** OpenSSL's verification errors in words (openssl-verification-options(1), X509_STORE_CTX_get_error(3)). */

const WORDS: Readonly<Record<string, string>> = {
  CERT_SIGNATURE_FAILURE: 'a signature on the path does not verify',
  UNABLE_TO_DECRYPT_CERT_SIGNATURE: 'a signature on the path cannot be read',
  UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY: 'the key of an issuer cannot be read',
  ERROR_IN_CERT_NOT_BEFORE_FIELD: 'the date from which a certificate is valid is malformed',
  ERROR_IN_CERT_NOT_AFTER_FIELD: 'the date until which a certificate is valid is malformed',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed and not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'the root that was sent is not trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'an issuer on the path was not found',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'an issuer on the path was not found',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'no certificate was found that could verify the first one',
  CERT_CHAIN_TOO_LONG: 'the chain is too long',
  INVALID_CA: 'a certificate that issued another is no authority',
  PATH_LENGTH_EXCEEDED: 'there are more authorities on the path than one of them allows',
  INVALID_PURPOSE: 'a certificate on the path is not meant for TLS servers',
  CERT_UNTRUSTED: 'the root is not trusted for this purpose',
  CERT_REJECTED: 'the root is marked as rejected for this purpose',
  OUT_OF_MEM: 'there was no memory left',
  UNSPECIFIED: 'a rule is broken that Node.js has no name for',
};

export function verifyErrorText(code: string): string {
  const words = WORDS[code];
  return words === undefined
    ? `OpenSSL rejects the chain with ${code}`
    : `${words} (OpenSSL rejects the chain with ${code})`;
}
