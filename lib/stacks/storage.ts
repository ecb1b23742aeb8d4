/** Where runs are stored: reports and raw observations in S3, targets and the latest states in one DynamoDB table. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { LISTED_INDEX } from '../aws/table-layout.ts';
import { LISTENER_SECRETS } from '../service/runs/keys.ts';
import { MAX_DAYS as MAX_SHARE_DAYS } from '../service/state/share-lifetime.ts';

export interface RunStorageProps {
  /** After so many days an object of a run is deleted. */
  readonly retentionDays: number;
  readonly logRetentionDays: number;
}

/** Kept when the stack is destroyed: what was measured for customers is not lost by mistake. */
export class RunStorage extends Construct {
  /** `runs/RUNID/…`, `shares/ID/…` (lib/service/runs/keys.ts) and `sweeps/…` (item lists and results of sweeps). */
  readonly bucket: IBucket;
  /** Single table, keys `pk` and `sk` (lib/service/state/keys.ts); `ttl` in epoch seconds. */
  readonly table: TableV2;

  constructor(scope: Construct, id: string, props: RunStorageProps) {
    super(scope, id);
    const accessLog = newBucket(this, 'AccessLog', {
      lifecycleRules: [{ id: 'expire', expiration: Duration.days(props.logRetentionDays) }],
    });
    this.bucket = newBucket(this, 'Runs', {
      serverAccessLogsBucket: accessLog,
      serverAccessLogsPrefix: 'runs/',
      lifecycleRules: [
        // Not the whole bucket: a fleet that is stopped (control/) must not start again by itself.
        { id: 'expire', prefix: 'runs/', expiration: Duration.days(props.retentionDays) },
        { id: 'expire-sweeps', prefix: 'sweeps/', expiration: Duration.days(props.retentionDays) },
        // The key of a run with listeners is worth nothing once the run has ended.
        { id: 'expire-listener-secrets', prefix: LISTENER_SECRETS, expiration: Duration.days(1) },
        { id: 'abort-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
        // The copies that links lead to outlive no link by more than a day.
        {
          id: 'expire-shares',
          prefix: 'shares/',
          expiration: Duration.days(Math.min(MAX_SHARE_DAYS + 1, props.retentionDays)),
        },
      ],
    });
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      // Sparse: only items with a `kind` and a `name` are in it (targets, shares, schedules, webhooks).
      globalSecondaryIndexes: [
        {
          indexName: LISTED_INDEX,
          partitionKey: { name: 'kind', type: AttributeType.STRING },
          sortKey: { name: 'name', type: AttributeType.STRING },
        },
      ],
      billing: Billing.onDemand(),
      // AWS's own key: encrypted at rest without a price for each request.
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'ttl',
      deletionProtection: true,
      // Also when the first deployment is rolled back: what is protected can't be deleted, and a rollback that can't
      // delete what it made ends as ROLLBACK_FAILED.
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}

/** Private, encrypted, TLS only, kept, unless it was made by the same deployment that is rolled back. CDK's own types don't satisfy exactOptionalPropertyTypes, so the `as` is needed. */
function newBucket(scope: Construct, id: string, props: BucketProps): IBucket {
  return new Bucket(scope, id, {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    ...props,
  }) as IBucket;
}
