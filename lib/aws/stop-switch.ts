import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { parseJson } from '../model/parse-json.ts';
import { StopNotice } from '../model/stop-notice.ts';
import type { StopSwitch } from '../service/ports/stop-switch.ts';
import { STOP_KEY } from '../service/runs/keys.ts';
import { clientSettings } from './client-settings.ts';
import type { S3RunStoreOptions } from './run-store.ts';
import { orStoreFailed } from './store-failed.ts';

/** For an object that exists but can't be read: still stopped. */
const UNREADABLE: StopNotice = {
  by: 'unknown',
  at: '1970-01-01T00:00:00.000Z',
  reason: `${STOP_KEY} is there, but holds something else than who stopped the fleet`,
};

/** An object in the run bucket that exists while the fleet is stopped. S3 shows a write to all readers immediately. */
export function createS3StopSwitch({ bucket, forcePathStyle = false }: S3RunStoreOptions): StopSwitch {
  const client = new S3Client({ ...clientSettings, forcePathStyle });
  const at = { Bucket: bucket, Key: STOP_KEY };
  return {
    read: () =>
      orStoreFailed(`read ${STOP_KEY}`, async () => {
        // A GET alone can't tell: without the right to list the bucket it answers 403 for an object that doesn't exist.
        const list = new ListObjectsV2Command({ Bucket: bucket, Prefix: STOP_KEY, MaxKeys: 1 });
        const { Contents = [] } = await client.send(list);
        if (!Contents.some(({ Key }) => Key === STOP_KEY)) return undefined;
        const { Body } = await client.send(new GetObjectCommand(at));
        return noticeOf((await Body?.transformToString('utf-8')) ?? '');
      }),
    set: (notice) =>
      orStoreFailed(`put ${STOP_KEY}`, async () => {
        const Body = JSON.stringify(notice);
        await client.send(new PutObjectCommand({ ...at, Body, ContentType: 'application/json' }));
      }),
    clear: () =>
      orStoreFailed(`delete ${STOP_KEY}`, async () => {
        await client.send(new DeleteObjectCommand(at));
      }),
  };
}

const noticeOf = (text: string): StopNotice => StopNotice.safeParse(parseJson(text)).data ?? UNREADABLE;
