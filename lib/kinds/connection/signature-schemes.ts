/** SignatureScheme by number, as the IANA registry names them; those of TLS 1.2 by hash and key (RFC 5246 §7.4.1.4.1). */
const SCHEMES: Readonly<Record<number, string>> = {
  257: 'rsa_pkcs1_md5',
  513: 'rsa_pkcs1_sha1',
  514: 'dsa_sha1',
  515: 'ecdsa_sha1',
  769: 'rsa_pkcs1_sha224',
  770: 'dsa_sha224',
  771: 'ecdsa_sha224',
  1025: 'rsa_pkcs1_sha256',
  1026: 'dsa_sha256',
  1027: 'ecdsa_secp256r1_sha256',
  1281: 'rsa_pkcs1_sha384',
  1283: 'ecdsa_secp384r1_sha384',
  1537: 'rsa_pkcs1_sha512',
  1539: 'ecdsa_secp521r1_sha512',
  2052: 'rsa_pss_rsae_sha256',
  2053: 'rsa_pss_rsae_sha384',
  2054: 'rsa_pss_rsae_sha512',
  2055: 'ed25519',
  2056: 'ed448',
};

export const signatureSchemeName = (number: number): string =>
  SCHEMES[number] ?? `0x${number.toString(16).padStart(4, '0')}`;
