/** Who may see whether the fleet is stopped, and who may stop it: one object in the run bucket. */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { STOP_KEY } from '../service/runs/keys.ts';
import type { NodeFunction } from './node-function.ts';
import type { RunStorage } from './storage.ts';

/** A GET alone could not tell "not stopped" from "no right to see": without the right to list, both give 403. */
export function allowReadingStop({ role }: NodeFunction, { bucket }: RunStorage): void {
  role.addToPolicy(
    new PolicyStatement({
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { StringEquals: { 's3:prefix': STOP_KEY } },
    }),
  );
  role.addToPolicy(
    new PolicyStatement({ actions: ['s3:GetObject'], resources: [bucket.arnForObjects(STOP_KEY)] }),
  );
}

export function allowStopping(to: NodeFunction, storage: RunStorage): void {
  allowReadingStop(to, storage);
  to.role.addToPolicy(
    new PolicyStatement({
      actions: ['s3:PutObject', 's3:DeleteObject'],
      resources: [storage.bucket.arnForObjects(STOP_KEY)],
    }),
  );
}
