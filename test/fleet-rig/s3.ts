/** S3: s3rver behind a front that knows IAM's names of the actions and does conditional writes, which s3rver ignores. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { type Action, type Front, passOn, startFront } from './front.ts';
import type { ApiAnswer, ApiRequest } from './loopback-server.ts';

const ACTIONS: Readonly<Record<string, string>> = {
  PUT: 's3:PutObject',
  GET: 's3:GetObject',
  // There is no right of its own for HEAD (S3 API reference, HeadObject).
  HEAD: 's3:GetObject',
  DELETE: 's3:DeleteObject',
};

/** With the values of the condition keys that IAM knows of S3. */
type Authorise = (
  request: ApiRequest,
  action: Action,
  keys: Readonly<Record<string, readonly string[]>>,
) => string | undefined;

export interface ObjectStore extends Front {
  /** The text of an object, past the front; `undefined`: there is none. */
  read(bucket: string, key: string): Promise<string | undefined>;
  write(bucket: string, key: string, text: string): Promise<void>;
  keys(bucket: string, prefix: string): Promise<string[]>;
}

export async function startS3(buckets: readonly string[], authorise: Authorise): Promise<ObjectStore> {
  const directory = mkdtempSync(join(tmpdir(), 'fleet-rig-s3-'));
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: buckets.map((name) => ({ name })),
  });
  const { port } = await server.run();
  const url = `http://127.0.0.1:${port}`;
  const front = await startFront({
    actionOf,
    authorise: (request, action) =>
      authorise(request, action, { 's3:prefix': request.query.getAll('prefix') }),
    deny: (message) => xmlError(403, 'AccessDenied', message),
    async service(request, action) {
      if (request.method === 'PUT' && request.headers['if-none-match'] === '*') {
        const there = await fetch(new URL(request.target, url), { method: 'HEAD' });
        if (there.ok)
          return xmlError(
            412,
            'PreconditionFailed',
            'At least one of the pre-conditions you specified did not hold',
          );
      }
      // s3rver knows one access key alone; who may do what was judged already.
      const answer = await passOn(url, unsigned(request), [
        'authorization',
        'x-amz-content-sha256',
        'x-amz-date',
        'if-none-match',
      ]);
      // Who may not list must not learn that there is nothing (S3 API reference, GetObject, "Permissions").
      const bucket = action.resource.split('/', 1)[0] ?? '';
      const hidden =
        answer.status === 404 && action.action === 's3:GetObject'
          ? authorise(request, { action: 's3:ListBucket', resource: bucket }, { 's3:prefix': [] })
          : undefined;
      return hidden === undefined ? answer : xmlError(403, 'AccessDenied', hidden);
    },
  });
  const closeFront = front.close;
  const at = (bucket: string, key: string): string =>
    `${url}/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
  return Object.assign(front, {
    async read(bucket: string, key: string) {
      const answer = await fetch(at(bucket, key));
      return answer.ok ? await answer.text() : undefined;
    },
    async write(bucket: string, key: string, text: string) {
      const answer = await fetch(at(bucket, key), { method: 'PUT', body: text });
      if (!answer.ok) throw new Error(`s3rver does not take ${key}: ${answer.status}`);
    },
    async keys(bucket: string, prefix: string) {
      const answer = await fetch(`${url}/${bucket}?list-type=2&prefix=${encodeURIComponent(prefix)}`);
      return [...(await answer.text()).matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => key).sort();
    },
    close: async () => {
      await closeFront();
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  } satisfies Partial<ObjectStore>);
}

/** A presigned request bears its signature in the query (API reference, "Authenticating Requests: Using Query Parameters"). */
function unsigned({ target, ...request }: ApiRequest): ApiRequest {
  const url = new URL(target, 'http://s3');
  for (const name of [...url.searchParams.keys()])
    if (name.toLowerCase().startsWith('x-amz-')) url.searchParams.delete(name);
  return { ...request, target: `${url.pathname}${url.search}` };
}

/** Path-style addresses alone: `/BUCKET/KEY`. */
function actionOf({ method, path, query }: ApiRequest): Action | undefined {
  const [, bucket = '', ...rest] = path.split('/').map(decodeURIComponent);
  const key = rest.join('/');
  if (bucket === '') return undefined;
  if (key === '')
    return method === 'GET' && query.has('list-type')
      ? { action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}` }
      : undefined;
  const action = ACTIONS[method];
  return action === undefined ? undefined : { action, resource: `arn:aws:s3:::${bucket}/${key}` };
}

export const xmlError = (status: number, code: string, message: string): ApiAnswer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')}</Message></Error>`,
});
