/** Makes and checks the signature object that says which key signed which digests. */

import { verify } from 'node:crypto';
import type { KeyId, Signature } from '../../model/signature.ts';
import { isoTime } from '../../net/clock.ts';
import { canonicalJson } from './canonical.ts';
import { ed25519Key, keyIdOf } from './key.ts';
import type { Signer } from './signer.ts';

const DOMAIN = 'inbound-check/report-signature@1';

/** What is signed: SHA-256, hex, of the report's canonical JSON and, where there is one, of the page. */
export type Digests = Pick<Signature, 'report'> & Partial<Pick<Signature, 'page'>>;

/** What a format needs to sign: it has no access to the key, only to its name. */
export interface Seal {
  readonly keyId: KeyId;
  sign(digests: Digests): Promise<Signature>;
}

const message = (claims: Omit<Signature, 'signature'>): Uint8Array =>
  Buffer.from(`${DOMAIN}\n${canonicalJson(claims)}`, 'utf8');

/** @param now epoch ms, for `signedAt` */
export function createSeal(signer: Signer, now: () => number): Seal {
  const keyId = keyIdOf(signer.publicKey);
  return {
    keyId,
    async sign(digests) {
      const claims = {
        alg: 'Ed25519',
        keyId,
        publicKey: signer.publicKey,
        signedAt: isoTime(now()),
        ...digests,
      } as const;
      const signature = await signer.sign(message(claims));
      return { ...claims, signature: Buffer.from(signature).toString('base64') };
    },
  };
}

/**
 * The seal for several forms of the same reports: where a report's data are already signed, that signature is returned
 * instead of making another. So write the page first; its signature names the data, too.
 */
export function signOnce(seal: Seal): Seal {
  let last: Signature | undefined;
  return {
    keyId: seal.keyId,
    async sign(digests) {
      const isTold = digests.page === undefined || digests.page === last?.page;
      if (last === undefined || last.report !== digests.report || !isTold) last = await seal.sign(digests);
      return last;
    },
  };
}

/**
 * Does the signature fit its own claims and key? Says nothing about the report: its digest is compared elsewhere.
 * The base64 text has to be exactly the one for its bytes: the last character has unused bits, and a decoder skips other characters.
 */
export function isGenuine(envelope: Signature): boolean {
  const { signature, ...claims } = envelope;
  if (!isCanonicalBase64(signature) || !isCanonicalBase64(claims.publicKey)) return false;
  const key = ed25519Key(claims.publicKey);
  if (key === undefined || keyIdOf(claims.publicKey) !== claims.keyId) return false;
  return verify(null, message(claims), key, Buffer.from(signature, 'base64'));
}

const isCanonicalBase64 = (text: string): boolean => Buffer.from(text, 'base64').toString('base64') === text;
