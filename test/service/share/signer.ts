/** A key of this process, in place of one in a KMS. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { keyIdOf, spkiOf } from '../../../lib/report/signature/key.ts';
import { createSeal, type Seal } from '../../../lib/report/signature/signature.ts';

export interface CountingSeal {
  readonly seal: Seal;
  readonly keyId: string;
  /** Signatures made so far. */
  readonly signed: () => number;
}

export function countingSeal(now: () => number): CountingSeal {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const spki = spkiOf(publicKey);
  let signed = 0;
  const seal = createSeal(
    {
      publicKey: spki,
      sign: async (message) => {
        signed += 1;
        return sign(null, message, privateKey);
      },
    },
    now,
  );
  return { seal, keyId: keyIdOf(spki), signed: () => signed };
}
