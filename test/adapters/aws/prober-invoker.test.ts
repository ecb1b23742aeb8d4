/** The real SDK client against a Lambda API that answers as the case asks. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createLambdaInvoker } from '../../../lib/adapters/aws/prober-invoker.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;
let server: Server;
let answer: Answer;
let calls: { url: string; body: string }[];

beforeEach(async () => {
  calls = [];
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    calls.push({ url: request.url ?? '', body });
    answer(request, response, body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', `http://127.0.0.1:${port}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'none');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'none');
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

const FUNCTION = { region: 'eu-west-1', functionName: 'prober-eu-west-1' };
const invoke = (timeoutMs = 15_000) => createLambdaInvoker()(FUNCTION, '{"runId":"run-1"}', { timeoutMs });

const apiError =
  (status: number, type: string): Answer =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type });
    response.end(JSON.stringify({ Type: 'User', message: 'because' }));
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
