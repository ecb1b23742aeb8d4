/** The real SDK client against a Lambda API that answers as the case asks. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAssumeRole } from '../../lib/aws/assumed-role.ts';
import { createLambdaInvoker } from '../../lib/aws/prober-invoker.ts';
import { startService, stopService } from './service.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;
let server: Server;
let answer: Answer;
let calls: { url: string; body: string }[];

beforeEach(async () => {
  calls = [];
  server = await startService('LAMBDA', async (request, response) => {
    const body = await text(request);
    calls.push({ url: request.url ?? '', body });
    answer(request, response, body);
  });
});
afterEach(() => stopService(server));

const FUNCTION = { region: 'eu-west-1', functionName: 'prober-eu-west-1' };
const invoke = (timeoutMs = 15_000) => createLambdaInvoker()(FUNCTION, '{"runId":"run-1"}', { timeoutMs });

const apiError =
  (status: number, type: string, message = 'because'): Answer =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type });
    response.end(JSON.stringify({ Type: 'User', message }));
  };
const functionError =
  (payload: unknown): Answer =>
  (_, response) => {
    response.writeHead(200, { 'x-amz-function-error': 'Unhandled' });
    response.end(JSON.stringify(payload));
  };

it('hands over the batch and gives the answer as it came', async () => {
  answer = (_, response) => response.end('{"vantage":"ü"}');
  expect(await invoke()).toEqual({ status: 'answered', text: '{"vantage":"ü"}' });
  expect(calls).toEqual([
    { url: '/2015-03-31/functions/prober-eu-west-1/invocations', body: '{"runId":"run-1"}' },
  ]);
});

describe('a prober in another account', () => {
  const role = 'arn:aws:iam::210987654321:role/inbound-check-invoke-eu-west-1-partner';
  const place = { ...FUNCTION, invokeAs: { role, externalId: 'reachability-7' } };
  const issued = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
    <Credentials><AccessKeyId>ASSUMED</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
    <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>
    <AssumedRoleUser><Arn>arn</Arn><AssumedRoleId>id</AssumedRoleId></AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>`;
  let tokenService: Server;
  let asked: { form: URLSearchParams; authorization: string }[];
  let reply: { status: number; body: string };

  beforeEach(async () => {
    asked = [];
    reply = { status: 200, body: issued };
    tokenService = await startService('STS', async (request, response) => {
      const authorization = request.headers.authorization ?? '';
      asked.push({ form: new URLSearchParams(await text(request)), authorization });
      response.writeHead(reply.status, { 'content-type': 'text/xml' }).end(reply.body);
    });
  });
  afterEach(() => stopService(tokenService));

  it('is invoked as the role that is assumed at home, once for many calls', async () => {
    const keys: (string | undefined)[] = [];
    answer = (request, response) => {
      keys.push(
        /Credential=([^/]+)\/\d+\/([^/]+)/
          .exec(request.headers.authorization ?? '')
          ?.slice(1, 3)
          .join(),
      );
      expect(request.headers['x-amz-security-token']).toBe('t');
      response.end('1');
    };
    const invoker = createLambdaInvoker(createAssumeRole('eu-central-1'));
    for (let call = 0; call < 3; call += 1)
      expect(await invoker(place, '{}', { timeoutMs: 15_000 })).toEqual({ status: 'answered', text: '1' });
    expect(keys).toEqual(Array(3).fill('ASSUMED,eu-west-1'));
    expect(asked.map(({ form }) => Object.fromEntries(form))).toEqual([
      expect.objectContaining({
        Action: 'AssumeRole',
        RoleArn: role,
        RoleSessionName: 'inbound-check-dispatcher',
        ExternalId: 'reachability-7',
      }),
    ]);
    expect(asked[0]?.authorization).toMatch(/Credential=none\/\d+\/eu-central-1\/sts\//);
  });

  it('is missing where the role may not be assumed, and its own account is not asked', async () => {
    reply = {
      status: 403,
      body: '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>',
    };
    const invoked = await createLambdaInvoker(createAssumeRole('eu-central-1'))(place, '{}', {
      timeoutMs: 15_000,
    });
    expect(invoked).toEqual({
      status: 'missing',
      message: 'AccessDenied: not authorized to perform: sts:AssumeRole',
    });
    expect(calls).toEqual([]);
  });
});

it('gets through when it was throttled twice', async () => {
  answer = (request, response, body) =>
    calls.length <= 2
      ? apiError(429, 'TooManyRequestsException')(request, response, body)
      : response.end('1');
  expect(await invoke()).toEqual({ status: 'answered', text: '1' });
  expect(calls).toHaveLength(3);
});

it.each<[string, Answer, string]>([
  ['throttled for long', apiError(429, 'TooManyRequestsException'), 'throttled'],
  ['ill', apiError(500, 'ServiceException'), 'unreachable'],
  ['without such a function', apiError(404, 'ResourceNotFoundException'), 'missing'],
  ['without the right', apiError(403, 'AccessDeniedException'), 'missing'],
  ['cut off', (request) => request.socket.destroy(), 'unreachable'],
  ['making the interfaces of an idle function anew', apiError(502, 'ResourceNotReadyException'), 'starting'],
  ['not done with them', apiError(502, 'ENINotReadyException'), 'starting'],
  [
    'making the function',
    apiError(409, 'ResourceConflictException', 'The function is currently in the following state: Pending'),
    'starting',
  ],
  ['at odds with an update', apiError(409, 'ResourceConflictException'), 'missing'],
])('an API that is %s', async (_, given, status) => {
  answer = given;
  expect(await invoke()).toMatchObject({ status });
});

it.each([
  ['it threw', { errorType: 'TypeError', errorMessage: 'x is undefined', trace: [] }, 'TypeError'],
  [
    'it was killed',
    { errorType: 'Runtime.ExitError', errorMessage: 'RequestId: 1 Error: …' },
    'Runtime.ExitError',
  ],
  [
    'it ran out of time',
    { errorMessage: '2026-03-01T09:30:00Z 1 Task timed out after 3.00 seconds' },
    'Sandbox.Timedout',
  ],
  ['nobody knows why', 'text', 'Unhandled'],
])('a function that failed: %s', async (_, payload, errorType) => {
  answer = functionError(payload);
  expect(await invoke()).toMatchObject({ status: 'function-error', errorType });
  expect(calls).toHaveLength(1);
});

it('gives a function up that does not answer, and does not call it again', async () => {
  answer = () => undefined;
  expect(await invoke(300)).toEqual({ status: 'timeout', message: 'gave up after 300 ms' });
  expect(calls).toHaveLength(1);
});

it('finds a region unreachable whose API does not listen', async () => {
  await new Promise((resolve) => server.close(resolve));
  expect(await invoke()).toMatchObject({ status: 'unreachable' });
});
