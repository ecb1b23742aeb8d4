/** The key that signs reports: it is made in KMS and never leaves it. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { NodeFunction } from './node-function.ts';

/**
 * Ed25519, as the reports signed on one machine are, so that `inbound-check verify` knows no difference. KMS rotates no
 * asymmetric key, and shouldn't: its fingerprint is what readers compare. Kept when the stack goes, because reports that
 * it signed still exist; to replace it, make a new key and publish its fingerprint.
 */
export const addSigningKey = (scope: Construct, id: string): Key =>
  new Key(scope, id, {
    description: 'Signs the reports of Inbound Check',
    keySpec: KeySpec.ECC_NIST_EDWARDS25519,
    keyUsage: KeyUsage.SIGN_VERIFY,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });

/** Signs with this key alone, and can't see it. */
export function allowSigning({ role }: NodeFunction, key: Key): void {
  key.grant(role, 'kms:Sign', 'kms:GetPublicKey');
}
