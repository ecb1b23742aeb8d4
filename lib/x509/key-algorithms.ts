/** Names and sizes of the key and signature algorithms that certificates use. */
import { type Der, oidText, readAll, readDer, readSequence, TAG } from './der.ts';

/** Curves and their field sizes in bits (RFC 5480 §2.1.1.1, RFC 5639, SEC 2). */
const CURVE_BITS: Readonly<Record<string, number>> = {
  '1.2.840.10045.3.1.1': 192,
  '1.2.840.10045.3.1.7': 256,
  '1.3.132.0.33': 224,
  '1.3.132.0.34': 384,
  '1.3.132.0.35': 521,
  '1.3.132.0.10': 256,
  '1.3.132.0.6': 112,
  '1.3.132.0.8': 160,
  '1.3.132.0.31': 192,
  '1.3.132.0.32': 224,
  '1.3.36.3.3.2.8.1.1.7': 256,
  '1.3.36.3.3.2.8.1.1.11': 384,
  '1.3.36.3.3.2.8.1.1.13': 512,
};

/** Names of the curves that are not NIST's. */
const OTHER_CURVES: Readonly<Record<string, string>> = {
  '1.3.132.0.10': 'secp256k1',
  '1.3.132.0.6': 'secp112r1',
  '1.3.132.0.8': 'secp160r1',
  '1.3.132.0.31': 'secp192k1',
  '1.3.132.0.32': 'secp224k1',
  '1.3.36.3.3.2.8.1.1.7': 'brainpoolP256r1',
  '1.3.36.3.3.2.8.1.1.11': 'brainpoolP384r1',
  '1.3.36.3.3.2.8.1.1.13': 'brainpoolP512r1',
};

/** Key types that have one size only (RFC 8410): bits of the curve. */
const FIXED_KEYS: Readonly<Record<string, readonly [type: string, bits: number]>> = {
  '1.3.101.112': ['ed25519', 256],
  '1.3.101.113': ['ed448', 456],
};

const SIGNATURES: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.2': 'md2WithRSAEncryption',
  '1.2.840.113549.1.1.4': 'md5WithRSAEncryption',
  '1.2.840.113549.1.1.5': 'sha1WithRSAEncryption',
  '1.3.14.3.2.29': 'sha1WithRSA',
  '1.2.840.113549.1.1.11': 'sha256WithRSAEncryption',
  '1.2.840.113549.1.1.12': 'sha384WithRSAEncryption',
  '1.2.840.113549.1.1.13': 'sha512WithRSAEncryption',
  '1.2.840.113549.1.1.14': 'sha224WithRSAEncryption',
  '1.2.840.10045.4.1': 'ecdsa-with-SHA1',
  '1.2.840.10045.4.3.1': 'ecdsa-with-SHA224',
  '1.2.840.10045.4.3.2': 'ecdsa-with-SHA256',
  '1.2.840.10045.4.3.3': 'ecdsa-with-SHA384',
  '1.2.840.10045.4.3.4': 'ecdsa-with-SHA512',
  '1.2.840.10040.4.3': 'dsa-with-SHA1',
  '2.16.840.1.101.3.4.3.2': 'dsa-with-SHA256',
  '1.3.101.112': 'ed25519',
  '1.3.101.113': 'ed448',
};
const EC_PUBLIC_KEY = '1.2.840.10045.2.1';
const RSASSA_PSS = '1.2.840.113549.1.1.10';
const HASHES: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'SHA1',
  '2.16.840.1.101.3.4.2.1': 'SHA256',
  '2.16.840.1.101.3.4.2.2': 'SHA384',
  '2.16.840.1.101.3.4.2.3': 'SHA512',
};

interface KeyFacts {
  readonly keyType: string;
  readonly keyBits: number;
  readonly curve?: string;
}

/**
 * Type and size in bits of a SubjectPublicKeyInfo; `keyType` is the dotted OID and `keyBits` 0 when unknown. A curve
 * that is none of NIST's is named, by its dotted OID when unknown.
 */
export function publicKeyFacts(spki: Der): KeyFacts {
  const [algorithm, key] = readAll(spki.content) ?? [];
  const [type, parameters] = (algorithm && readAll(algorithm.content)) ?? [];
  const oid = type ? oidText(type.content) : '';
  switch (oid) {
    case '1.2.840.113549.1.1.1':
      return { keyType: 'rsa', keyBits: integerBits(readSequence(key?.content.subarray(1))?.[0]) };
    case RSASSA_PSS:
      return { keyType: 'rsa-pss', keyBits: integerBits(readSequence(key?.content.subarray(1))?.[0]) };
    case EC_PUBLIC_KEY:
      return parameters?.tag === TAG.oid
        ? namedCurveFacts(oidText(parameters.content))
        : { keyType: 'ec', keyBits: explicitCurveBits(parameters) };
    case '1.2.840.10040.4.1':
      return { keyType: 'dsa', keyBits: integerBits(parameters && readDer(parameters.content)) };
    default: {
      const [keyType, keyBits] = FIXED_KEYS[oid] ?? [oid, 0];
      return { keyType, keyBits };
    }
  }
}

function namedCurveFacts(oid: string): KeyFacts {
  const keyBits = CURVE_BITS[oid];
  const curve = OTHER_CURVES[oid] ?? (keyBits === undefined ? oid : undefined);
  return { keyType: 'ec', keyBits: keyBits ?? 0, ...(curve !== undefined && { curve }) };
}

/** Is the curve given by ECParameters (field, coefficients, base point) instead of its OID? RFC 5480 §2.1.1 forbids it. */
export function hasExplicitCurve(spki: Der): boolean {
  const [type, parameters] = readSequence(readAll(spki.content)?.[0]?.whole) ?? [];
  return type !== undefined && oidText(type.content) === EC_PUBLIC_KEY && parameters?.tag === TAG.sequence;
}

/** Field size of ECParameters (X9.62): version, then fieldID with the prime. */
function explicitCurveBits(parameters: Der | undefined): number {
  const fieldId = readSequence(parameters?.whole)?.[1];
  return integerBits(readSequence(fieldId?.whole)?.[1]);
}

/** Signed with a digest for which collisions can be made (RFC 6151, RFC 9155). */
export const isWeakSignature = (algorithm: string): boolean => /md2|md5|sha-?1(?!\d)/i.test(algorithm);

/** Least key sizes in bits (CA/Browser Forum BR §6.1.5; NIST SP 800-131A for EC). */
const LEAST_BITS: Readonly<Record<string, number>> = { rsa: 2048, 'rsa-pss': 2048, dsa: 2048, ec: 224 };

/** The least size for a key of this type; `undefined` where the type has one size only or is unknown. */
export const leastBits = (keyType: string): number | undefined => LEAST_BITS[keyType];

/** Name of an AlgorithmIdentifier that signs, or its dotted OID. */
export function signatureName(algorithm: Der): string {
  const [type, parameters] = readAll(algorithm.content) ?? [];
  const oid = type ? oidText(type.content) : '';
  if (oid !== RSASSA_PSS) return SIGNATURES[oid] ?? oid;
  // RFC 4055 §3.1: [0] hashAlgorithm, SHA-1 by default.
  const hash = readAll(parameters?.content ?? Buffer.alloc(0))?.find((field) => field.tag === 0xa0);
  const hashOid = readSequence(hash?.content)?.[0];
  const name = hashOid ? oidText(hashOid.content) : '1.3.14.3.2.26';
  return `RSASSA-PSS-with-${HASHES[name] ?? name}`;
}

/** Bits of an INTEGER without its leading zeros. */
function integerBits(integer: Der | undefined): number {
  if (integer?.tag !== TAG.integer) return 0;
  const first = integer.content.findIndex((byte) => byte !== 0);
  if (first < 0) return 0;
  return (integer.content.length - first) * 8 - (Math.clz32(integer.content[first] ?? 0) - 24);
}
