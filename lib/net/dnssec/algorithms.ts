/** Which keys and digests are known, and how Node.js verifies with them. */
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { wireOf } from './domain-name.ts';
import type { DnsKey, Ds } from './records.ts';

type Algorithm =
  | { readonly key: 'rsa'; readonly hash: string }
  | { readonly key: 'ec'; readonly hash: string; readonly curve: string; readonly bytes: number }
  | { readonly key: 'ed'; readonly curve: string; readonly bytes: number };

/**
 * https://www.iana.org/assignments/dns-sec-alg-numbers/, those that RFC 8624 §3.1 has for validation. All others
 * (DSA, GOST) count as unknown, which makes a zone insecure and not bogus (RFC 4035 §5.2).
 */
const ALGORITHMS: Readonly<Record<number, Algorithm>> = {
  5: { key: 'rsa', hash: 'sha1' },
  7: { key: 'rsa', hash: 'sha1' },
  8: { key: 'rsa', hash: 'sha256' },
  10: { key: 'rsa', hash: 'sha512' },
  13: { key: 'ec', hash: 'sha256', curve: 'P-256', bytes: 32 },
  14: { key: 'ec', hash: 'sha384', curve: 'P-384', bytes: 48 },
  15: { key: 'ed', curve: 'Ed25519', bytes: 32 },
  16: { key: 'ed', curve: 'Ed448', bytes: 57 },
};

/** https://www.iana.org/assignments/ds-rr-types/. */
const DIGESTS: Readonly<Record<number, string>> = { 1: 'sha1', 2: 'sha256', 4: 'sha384' };
const SHA1 = 1;

/** Longer RSA keys (RFC 3110 §3) and exponents only cost time. */
const MAX_RSA_BYTES = 512;
const MAX_EXPONENT_BYTES = 8;

export const isKnownAlgorithm = (algorithm: number): boolean => ALGORITHMS[algorithm] !== undefined;

/** The DS records that can be used. RFC 4509 §3: SHA-1 does not count beside another digest. */
export function usableDs(all: readonly Ds[]): Ds[] {
  const known = all.filter(
    ({ algorithm, digestType }) => isKnownAlgorithm(algorithm) && DIGESTS[digestType] !== undefined,
  );
  const stronger = known.filter(({ digestType }) => digestType !== SHA1);
  return stronger.length > 0 ? stronger : known;
}

/** RFC 4034 §5.1.4. */
export function isDigestOf(ds: Ds, zone: string, key: DnsKey): boolean {
  const hash = DIGESTS[ds.digestType];
  if (hash === undefined || ds.tag !== key.tag || ds.algorithm !== key.algorithm) return false;
  return createHash(hash).update(wireOf(zone)).update(key.data).digest().equals(ds.digest);
}

/** False also for a key or a signature that is none. */
export function isSignatureOf(signed: Buffer, signature: Buffer, { algorithm, key }: DnsKey): boolean {
  const how = ALGORITHMS[algorithm];
  if (how === undefined) return false;
  try {
    const publicKey = keyObject(how, key);
    if (publicKey === undefined) return false;
    switch (how.key) {
      case 'rsa':
        return verify(how.hash, signed, publicKey, signature);
      case 'ec':
        return verify(how.hash, signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
      case 'ed':
        return verify(null, signed, publicKey, signature);
      default:
        return how satisfies never;
    }
  } catch {
    return false;
  }
}

function keyObject(how: Algorithm, key: Buffer): KeyObject | undefined {
  if (how.key === 'rsa') {
    // RFC 3110 §2: the exponent after its length in one byte, or in two after a zero.
    const long = key.readUInt8(0) === 0;
    const start = long ? 3 : 1;
    const end = start + (long ? key.readUInt16BE(1) : key.readUInt8(0));
    const modulus = key.subarray(end);
    if (end - start > MAX_EXPONENT_BYTES || modulus.length > MAX_RSA_BYTES) return undefined;
    return publicKeyOf({ kty: 'RSA', e: base64(key.subarray(start, end)), n: base64(modulus) });
  }
  if (how.key === 'ec') {
    if (key.length !== how.bytes * 2) return undefined;
    const [x, y] = [base64(key.subarray(0, how.bytes)), base64(key.subarray(how.bytes))];
    return publicKeyOf({ kty: 'EC', crv: how.curve, x, y });
  }
  return key.length === how.bytes ? publicKeyOf({ kty: 'OKP', crv: how.curve, x: base64(key) }) : undefined;
}

const publicKeyOf = (key: Record<string, string>): KeyObject => createPublicKey({ key, format: 'jwk' });
const base64 = (bytes: Buffer): string => bytes.toString('base64url');
