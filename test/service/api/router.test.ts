import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { answered, type HandlersOf, refused } from '../../../lib/service/api/handler.ts';
import { MAX_BODY_BYTES } from '../../../lib/service/api/read-request.ts';
import { routesOf } from '../../../lib/service/api/route.ts';
import { createRouter } from '../../../lib/service/api/router.ts';
import type { Contract } from '../../../lib/service/contracts/contract.ts';
import { problem } from '../../../lib/service/contracts/problem.ts';
import { failure } from '../../../lib/service/runs/failure.ts';
import { invocation, memoryTelemetry } from '../runs/ports.ts';

const contracts = {
  list: {
    id: 'list',
    method: 'GET',
    path: '/things',
    tag: 'targets',
    summary: '',
    query: z.strictObject({ limit: z.coerce.number().int().max(9).default(5) }),
    status: 200,
    result: z.unknown(),
  },
  get: {
    id: 'get',
    method: 'GET',
    path: '/things/{name}',
    tag: 'targets',
    summary: '',
    params: z.strictObject({ name: z.string().max(20) }),
    status: 200,
    result: z.unknown(),
  },
  special: {
    id: 'special',
    method: 'GET',
    path: '/things/special',
    tag: 'targets',
    summary: '',
    status: 200,
    result: z.string(),
    mediaType: 'text/plain',
  },
  put: {
    id: 'put',
    method: 'PUT',
    path: '/things/{name}',
    tag: 'targets',
    summary: '',
    params: z.strictObject({ name: z.string() }),
    body: z.strictObject({ size: z.number().int().min(1) }),
    status: 201,
    result: z.unknown(),
  },
  remove: {
    id: 'remove',
    method: 'DELETE',
    path: '/things/{name}',
    tag: 'targets',
    summary: '',
    params: z.strictObject({ name: z.string() }),
    status: 204,
  },
} as const satisfies Record<string, Contract>;

const handlers: HandlersOf<typeof contracts> = {
  list: async ({ query, caller }) => answered({ query, caller }),
  get: async ({ params: { name } }) => {
    if (name === 'broken') throw new TypeError('secret of the house');
    if (name === 'gone') throw failure('StoreFailed', 'get TARGET#gone: TimeoutError: no answer');
    if (name === 'none') return refused('not-found', 'there is no thing "none"', 'path.name');
    return answered({ name });
  },
  special: async () => answered('x'.repeat(200_000)),
  put: async ({ params, body }) => answered({ ...params, ...body }),
  remove: async () => answered(undefined),
};

const ARN = 'arn:aws:sts::123456789012:assumed-role/operator/somebody';

function ask(method: string, rawPath: string, more: Readonly<Record<string, unknown>> = {}) {
  const telemetry = memoryTelemetry();
  const router = createRouter({ routes: routesOf(contracts, handlers), telemetry });
  const event = {
    version: '2.0',
    rawPath,
    rawQueryString: '',
    headers: { 'content-type': 'application/json' },
    requestContext: { http: { method }, authorizer: { iam: { userArn: ARN } } },
    isBase64Encoded: false,
    ...more,
  };
  const answer = router(event, invocation());
  return answer.then(({ body, ...rest }) => ({ ...rest, body, telemetry }));
}

const json = (text: string | undefined): unknown => JSON.parse(text ?? 'null');

describe('the router', () => {
  it('hands over what the contract reads, with the caller, and forbids every cache', async () => {
    const answer = await ask('GET', '/things', { rawQueryString: 'limit=7' });
    expect(json(answer.body)).toEqual({
      query: { limit: 7 },
      caller: { arn: ARN, principal: ARN.replace('/somebody', '') },
    });
    expect(answer).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    });
  });

  it('takes a person of the console from what API Gateway says, and nothing that the caller sends', async () => {
    const subject = '0a1b2c3d-0000-4000-8000-000000000001';
    const method = `cognito-idp.eu-central-1.amazonaws.com/eu-central-1_A:CognitoSignIn:${subject}`;
    const router = createRouter({
      routes: routesOf(contracts, handlers),
      telemetry: memoryTelemetry(),
      console: { userPool: 'eu-central-1_A', identityPool: 'eu-central-1:pool' },
    });
    const callerOf = async (iam: object) => {
      const { body } = await router(
        {
          version: '2.0',
          rawPath: '/things',
          headers: { 'x-amzn-cognito-amr': method, authenticated: method },
          requestContext: { http: { method: 'GET' }, authorizer: { iam } },
        },
        invocation(),
      );
      return (json(body) as { caller: unknown }).caller;
    };
    const cognitoIdentity = { identityPoolId: 'eu-central-1:pool', amr: ['authenticated', method] };
    expect(await callerOf({ userArn: ARN, cognitoIdentity })).toEqual({
      arn: `cognito:eu-central-1_A/${subject}/operator`,
      principal: `cognito:eu-central-1_A/${subject}`,
    });
    const byRole = { arn: ARN, principal: ARN.replace('/somebody', '') };
    expect(await callerOf({ userArn: ARN, cognitoIdentity: null })).toEqual(byRole);
    expect(await callerOf({ userArn: ARN })).toEqual(byRole);
  });

  it.each([
    ['GET', '/things/a%20b%2Fc', { name: 'a b/c' }],
    ['GET', '/things/a b', { name: 'a b' }],
    ['PUT', '/things/x', { name: 'x', size: 2 }],
  ])('%s %s reads a name, encoded or not', async (method, path, value) => {
    const body =
      method === 'PUT' ? { body: Buffer.from('{"size":2}').toString('base64'), isBase64Encoded: true } : {};
    const answer = await ask(method, path, body);
    expect(json(answer.body)).toEqual(value);
    expect(answer.statusCode).toBe(method === 'PUT' ? 201 : 200);
  });

  it.each([
    ['PUT /things/{name}', 201],
    ['PUT /things', 404],
    ['PUT /others/{name}', 404],
    ['ANY /{unknown+}', 404],
  ])('does what IAM let through as %s, and nothing else: %d', async (routeKey, status) => {
    const answer = await ask('PUT', '/things/x', { routeKey, body: '{"size":2}' });
    expect(answer.statusCode).toBe(status);
  });

  it('says nothing with 204', async () => {
    const answer = await ask('DELETE', '/things/x');
    expect([answer.statusCode, answer.body]).toEqual([204, undefined]);
  });

  it('prefers what is there literally, and gzips what is large for whoever takes it', async () => {
    const accept = { headers: { 'accept-encoding': 'br, gzip' } };
    const zipped = await ask('GET', '/things/special', accept);
    expect(zipped).toMatchObject({
      isBase64Encoded: true,
      headers: { 'content-encoding': 'gzip', 'content-type': 'text/plain; charset=utf-8' },
    });
    expect(gunzipSync(Buffer.from(zipped.body ?? '', 'base64')).toString()).toBe('x'.repeat(200_000));
    for (const header of [undefined, 'gzip;q=0', 'br']) {
      const plain = await ask('GET', '/things/special', {
        headers: header === undefined ? {} : { 'accept-encoding': header },
      });
      expect(plain.body).toHaveLength(200_000);
    }
  });

  it.each<[string, string, Readonly<Record<string, unknown>>, number, string, string | undefined]>([
    ['GET', '/nothing', {}, 404, 'the API has no "/nothing"', undefined],
    ['GET', '/things/', {}, 404, 'the API has no', undefined],
    ['POST', '/things/x', {}, 405, '"/things/x" takes DELETE, GET, PUT, not "POST"', undefined],
    ['GET', '/things/%ff', {}, 400, 'the path is no percent-encoded UTF-8', 'path'],
    ['GET', '/things', { rawQueryString: 'limit=10' }, 400, 'query.limit:', 'query.limit'],
    ['GET', '/things', { rawQueryString: 'limt=1' }, 400, 'unknown key "limt"', 'query.limt'],
    ['GET', '/things', { rawQueryString: 'limit=1&limit=2' }, 400, '"limit" is given twice', 'query'],
    ['GET', '/things/x', { rawQueryString: 'a=1' }, 400, 'unknown key "a"', 'query.a'],
    ['GET', '/things/x', { body: '{}' }, 400, 'no body goes with this', 'body'],
    ['PUT', '/things/x', { body: '{"size":0}' }, 400, 'body.size:', 'body.size'],
    ['PUT', '/things/x', { body: '{"size":1,"shape":2}' }, 400, 'unknown key "shape"', 'body.shape'],
    ['PUT', '/things/x', { body: '{' }, 400, 'the body is no JSON', 'body'],
    ['PUT', '/things/x', {}, 400, 'the body is no JSON', 'body'],
    [
      'PUT',
      '/things/x',
      { body: '{}', headers: { 'content-type': 'text/plain' } },
      415,
      'application/json',
      'body',
    ],
    ['PUT', '/things/x', { body: 'x'.repeat(MAX_BODY_BYTES + 1) }, 413, 'more than', 'body'],
    ['GET', '/things/none', {}, 404, 'there is no thing "none"', 'path.name'],
    ['GET', '/things', { requestContext: { http: { method: 'GET' } } }, 403, 'not signed', undefined],
  ])('%s %s %j is a problem: %i', async (method, path, more, status, words, at) => {
    const answer = await ask(method, path, more);
    expect(answer).toMatchObject({
      statusCode: status,
      headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    });
    const told = json(answer.body) as { detail: string; status: number; at?: string };
    expect(told.status).toBe(status);
    expect(told.detail).toContain(words);
    expect(told.at).toBe(at);
    if (status === 405) expect(answer.headers.allow).toBe('DELETE, GET, PUT');
  });

  it('says that a service does not answer, and that a bug is one, without telling what', async () => {
    const gone = await ask('GET', '/things/gone');
    expect(json(gone.body)).toMatchObject({ ...problem('unavailable', ''), detail: expect.any(String) });
    const broken = await ask('GET', '/things/broken');
    expect(broken.statusCode).toBe(500);
    expect(broken.body).not.toContain('secret');
    expect(JSON.stringify(broken.telemetry)).toContain('secret of the house');
  });
});
