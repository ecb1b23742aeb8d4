import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { RunStore } from '../service/ports/run-store.ts';
import { clientSettings } from './client-settings.ts';
import { orStoreFailed } from './store-failed.ts';

export interface S3RunStoreOptions {
  readonly bucket: string;
  /** For S3 at an address of its own, as in tests: `https://host/bucket/key`. */
  readonly forcePathStyle?: boolean;
}

/** Objects of runs in an S3 bucket. Reads and writes of one key are consistent there. */
export function createS3RunStore({ bucket, forcePathStyle = false }: S3RunStoreOptions): RunStore {
  const client = new S3Client({ ...clientSettings, forcePathStyle });
  const at = (key: string) => ({ Bucket: bucket, Key: key });
  return {
    put: (key, text, mediaType) =>
      orStoreFailed(`put ${key}`, async () => {
        await client.send(new PutObjectCommand({ ...at(key), Body: text, ContentType: mediaType }));
      }),
    get: (key) =>
      orStoreFailed(`get ${key}`, async () => {
        const { Body } = await client.send(new GetObjectCommand(at(key)));
        return (await Body?.transformToString('utf-8')) ?? '';
      }),
  };
}
