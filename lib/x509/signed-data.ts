/** Signatures over DER that is no certificate: certificate revocation lists and OCSP responses. */
import { constants, type KeyObject, verify } from 'node:crypto';
import type { Der } from './der.ts';
import { signatureName } from './key-algorithms.ts';

/**
 * Does the key verify the signature? Never throws.
 *
 * @param algorithm AlgorithmIdentifier that stands beside the signature
 * @param signature BIT STRING
 */
export function verifiesData(key: KeyObject, algorithm: Der, data: Buffer, signature: Der): boolean {
  const name = signatureName(algorithm);
  const digest = /sha-?(1|256|384|512)/i.exec(name)?.[1];
  const type = key.asymmetricKeyType ?? '';
  const isOwnDigest = type.startsWith('ed');
  // No bits of the last byte are unused: signatures are whole bytes.
  if ((!isOwnDigest && digest === undefined) || signature.content[0] !== 0) return false;
  const isPss = name.startsWith('RSASSA-PSS');
  try {
    return verify(
      isOwnDigest ? null : `sha${digest}`,
      data,
      isPss
        ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
        : key,
      signature.content.subarray(1),
    );
  } catch {
    return false;
  }
}
