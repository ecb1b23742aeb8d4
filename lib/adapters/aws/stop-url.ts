import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { STOP_KEY } from '../../fleet/keys.ts';
import { clientSettings } from './client-settings.ts';
import type { S3RunStoreOptions } from './run-store.ts';

/**
 * Gives an address at which whoever has it may see, for so many seconds, whether the fleet is stopped: 200 when it is,
 * else 403 or 404. It opens that one object and nothing else.
 */
export function createStopUrl({ bucket, forcePathStyle = false }: S3RunStoreOptions) {
  const client = new S3Client({ ...clientSettings, forcePathStyle });
  return (expiresIn: number): Promise<string> =>
    getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: STOP_KEY }), { expiresIn });
}
