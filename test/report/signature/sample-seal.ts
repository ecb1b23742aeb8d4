import { generateKeyPairSync, sign } from 'node:crypto';
import { spkiOf } from '../../../lib/report/signature/key.ts';
import { createSeal, type Seal } from '../../../lib/report/signature/signature.ts';
import type { Signer } from '../../../lib/report/signature/signer.ts';

/** A signer of its own key, and the key's PEM. */
export function newSigner(): { signer: Signer; pem: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    signer: { publicKey: spkiOf(publicKey), sign: async (message) => sign(null, message, privateKey) },
    pem: publicKey.export({ format: 'pem', type: 'spki' }) as string,
  };
}

export const NOW = Date.UTC(2026, 2, 1, 9, 31);
export const newSeal = (): Seal => createSeal(newSigner().signer, () => NOW);
