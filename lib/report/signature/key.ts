import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import type { KeyId } from '../../model/signature.ts';

/** @param spki public key as SPKI DER, base64 */
export function keyIdOf(spki: string): KeyId {
  const digest = createHash('sha256').update(Buffer.from(spki, 'base64')).digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}

/** SPKI DER, base64, of a public key. */
export const spkiOf = (key: KeyObject): string =>
  key.export({ format: 'der', type: 'spki' }).toString('base64');

/** The Ed25519 key in an SPKI DER (base64); undefined when it is not one. */
export function ed25519Key(spki: string): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(spki, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Fingerprint of the key in a PEM text, the public or the private one; undefined when it holds no Ed25519 key. */
export function keyIdOfPem(pem: string): KeyId | undefined {
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === 'ed25519' ? keyIdOf(spkiOf(key)) : undefined;
  } catch {
    return undefined;
  }
}

/** A fingerprint as people copy it: `SHA256:` may be missing, padding may be present. Undefined when it is not a fingerprint. */
export function parseKeyId(text: string): KeyId | undefined {
  const match = /^(?:SHA256:)?([A-Za-z0-9+/]{43})=?$/i.exec(text.trim());
  return match?.[1] === undefined ? undefined : `SHA256:${match[1]}`;
}
