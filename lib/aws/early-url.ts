import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { BatchPlace } from '../service/runs/keys.ts';
import { earlyKey } from '../service/runs/keys.ts';
import { clientSettings } from './client-settings.ts';
import type { S3RunStoreOptions } from './run-store.ts';

/**
 * Returns a URL whose holder can write, for this many seconds, what one vantage saw in one attempt so far: that one object, and nothing
 * else; so a prober needs no right to anything in the bucket. Its name has addresses of both families, as that of the stop
 * (`createStopUrl`).
 */
export function createEarlyUrl({ bucket, forcePathStyle = false }: S3RunStoreOptions) {
  const client = new S3Client({
    ...clientSettings,
    forcePathStyle,
    useDualstackEndpoint: !forcePathStyle,
    // Else the checksum of nothing is signed, and no other body would be taken.
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  return (place: BatchPlace, expiresIn: number): Promise<string> =>
    getSignedUrl(client, new PutObjectCommand({ Bucket: bucket, Key: earlyKey(place) }), { expiresIn });
}
