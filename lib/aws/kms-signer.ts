import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { ed25519Key } from '../report/signature/key.ts';
import { createSeal, type Seal } from '../report/signature/signature.ts';
import type { Signer } from '../report/signature/signer.ts';
import { orStoreFailed } from './store-failed.ts';

/** KMS answers in tens of milliseconds; the code that waits for it has 60 s for everything, and can continue without it. */
const settings = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
};

/**
 * A key in KMS of the spec ECC_NIST_EDWARDS25519, which never leaves KMS. ED25519_SHA_512 is plain Ed25519 (RFC 8032) and
 * accepts the message itself, at most 4,096 bytes (KMS API reference, Sign). Rejects with `StoreFailed` when KMS can't be
 * reached or refuses.
 *
 * @param keyId id or ARN
 */
export async function openKmsSigner(keyId: string): Promise<Signer> {
  const client = new KMSClient(settings);
  const { PublicKey = new Uint8Array() } = await orStoreFailed('kms GetPublicKey', () =>
    client.send(new GetPublicKeyCommand({ KeyId: keyId })),
  );
  const publicKey = Buffer.from(PublicKey).toString('base64');
  if (ed25519Key(publicKey) === undefined) throw new Error(`${keyId} is no Ed25519 key`);
  return {
    publicKey,
    async sign(message) {
      const { Signature } = await orStoreFailed('kms Sign', () =>
        client.send(
          new SignCommand({
            KeyId: keyId,
            Message: message,
            MessageType: 'RAW',
            SigningAlgorithm: 'ED25519_SHA_512',
          }),
        ),
      );
      if (Signature === undefined) throw new Error('KMS signed nothing');
      return Signature;
    },
  };
}

/** The seal of a function: its key is requested once, at first use, and again only after a failure. */
export function kmsSeal(keyId: string): () => Promise<Seal> {
  let opened: Promise<Seal> | undefined;
  return () => {
    opened ??= openKmsSigner(keyId)
      .then((signer) => createSeal(signer, Date.now))
      .catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
    return opened;
  };
}
