import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { STOP_KEY } from '../service/runs/keys.ts';
import { clientSettings } from './client-settings.ts';
import type { S3RunStoreOptions } from './run-store.ts';

/**
 * Returns a URL whose holder can see, for this many seconds, whether the fleet is stopped: 200 when it is,
 * else 403 or 404. It gives access to that one object and nothing else. Its name has addresses of both families (Amazon
 * S3 user guide, "Using Amazon S3 dual-stack endpoints"): a prober with IPv6 alone must see a stop, too.
 */
export function createStopUrl({ bucket, forcePathStyle = false }: S3RunStoreOptions) {
  // The SDK refuses a dual-stack endpoint together with an address of one's own, which goes with path style.
  const client = new S3Client({ ...clientSettings, forcePathStyle, useDualstackEndpoint: !forcePathStyle });
  return (expiresIn: number): Promise<string> =>
    getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: STOP_KEY }), { expiresIn });
}
