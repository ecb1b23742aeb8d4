/**
 * Where a sweep's item list and its results are in the run bucket. CDK would let the sweep read and write the whole
 * bucket, every customer's reports with it; these let it reach its own prefix.
 */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { JsonPath, ResultWriterV2, S3JsonItemReader } from 'aws-cdk-lib/aws-stepfunctions';

/** Keys of item lists begin with it. */
export const LISTS_PREFIX = 'sweeps/lists';
export const RESULTS_PREFIX = 'sweeps/results';

/** Reads the JSON array at the key in `$.targetsKey`. */
export class SweepList extends S3JsonItemReader {
  private readonly objects: string;

  constructor(bucket: IBucket) {
    super({ bucket, key: JsonPath.stringAt('$.targetsKey') });
    this.objects = bucket.arnForObjects(`${LISTS_PREFIX}/*`);
  }

  override providePolicyStatements(): PolicyStatement[] {
    return [new PolicyStatement({ actions: ['s3:GetObject'], resources: [this.objects] })];
  }
}

/** Writes the outcome of each child, and a manifest, below a folder that Step Functions names after the Map Run. */
export class SweepResults extends ResultWriterV2 {
  private readonly objects: string;

  constructor(bucket: IBucket) {
    super({ bucket, prefix: RESULTS_PREFIX });
    this.objects = bucket.arnForObjects(`${RESULTS_PREFIX}/*`);
  }

  override providePolicyStatements(): PolicyStatement[] {
    return [
      new PolicyStatement({
        actions: ['s3:PutObject', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'],
        resources: [this.objects],
      }),
    ];
  }
}
