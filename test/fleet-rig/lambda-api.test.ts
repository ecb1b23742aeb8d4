import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DeployedFunction,
  type LambdaApi,
  MAX_ANSWER,
  MAX_REQUEST,
  startLambdaApi,
} from './lambda-api.ts';

const folder = mkdtempSync(join(tmpdir(), 'lambda-api-'));
const region = 'eu-west-1';

const SOURCES = {
  echo: `export const handler = async (event, context) => ({
    event, pid: process.pid, left: context.getRemainingTimeInMillis(), name: context.functionName, secret: process.env.HOME,
    given: process.env.GIVEN,
  });`,
  slow: `export const handler = () => new Promise((done) => setTimeout(done, 500, process.pid));`,
  throws: `export const handler = async () => { throw Object.assign(new Error('on purpose'), { name: 'OwnName' }); };`,
  hangs: `export const handler = () => new Promise(() => setInterval(() => {}, 1000));`,
  exits: `export const handler = () => process.exit(3);`,
  large: `export const handler = async ({ bytes }) => 'x'.repeat(bytes - 2);`,
  nothing: `export const handler = async () => undefined;`,
  unloadable: `throw new TypeError('at load');`,
  bounded: `export const handler = ({ ms }) => new Promise((done) => setTimeout(done, ms, 'done'));`,
} as const;

function deployed(name: keyof typeof SOURCES): DeployedFunction {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, SOURCES[name]);
  return {
    name,
    region,
    arn: `arn:aws:lambda:${region}:123456789012:function:${name}`,
    code: { file, handler: 'handler' },
    timeoutMs: name === 'hangs' ? 300 : 20_000,
    memoryMb: 128,
    ...(name === 'bounded' && { concurrency: 1 }),
  };
}

let api: LambdaApi;
let client: LambdaClient;

beforeAll(async () => {
  api = await startLambdaApi({
    functions: (Object.keys(SOURCES) as (keyof typeof SOURCES)[]).map(deployed),
    environment: () => ({ GIVEN: 'by the template' }),
    authorise: ({ caller }) => (caller?.accessKeyId === 'ALLOWED' ? undefined : 'not you'),
  });
  client = clientOf('ALLOWED');
});

afterAll(async () => {
  client.destroy();
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

function clientOf(accessKeyId: string, inRegion = region): LambdaClient {
  return new LambdaClient({
    endpoint: api.url,
    region: inRegion,
    credentials: { accessKeyId, secretAccessKey: 'rig' },
    maxAttempts: 1,
  });
}

async function call(name: string, payload: unknown = {}, by = client) {
  const { FunctionError, Payload } = await by.send(
    new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(payload) }),
  );
  return { failed: FunctionError, answer: JSON.parse(Payload?.transformToString() ?? '') };
}

describe('Lambda Invoke API of the rig', () => {
  it('runs the handler in a process of its own with the given environment alone, and keeps it warm', async () => {
    const first = await call('echo', { a: 1 });
    expect(first).toMatchObject({
      answer: { event: { a: 1 }, name: 'echo', given: 'by the template' },
    });
    expect(first.failed).toBeUndefined();
    expect(first.answer.secret).toBeUndefined();
    expect(first.answer.pid).not.toBe(process.pid);
    expect(first.answer.left).toBeGreaterThan(10_000);
    expect(first.answer.left).toBeLessThanOrEqual(20_000);
    expect((await call('echo')).answer.pid).toBe(first.answer.pid);
  });

  it('runs two calls at once in two processes', async () => {
    const [one, other] = await Promise.all([call('slow'), call('slow')]);
    expect(one.answer).not.toBe(other.answer);
  });

  it.each([
    ['throws', { errorType: 'OwnName', errorMessage: 'on purpose' }],
    [
      'hangs',
      {
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringMatching(/Task timed out after 0\.30 sec/),
      },
    ],
    ['exits', { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/exit status 3/) }],
    ['unloadable', { errorType: 'TypeError', errorMessage: 'at load' }],
  ])('tells of a function that %s as Lambda does', async (name, error) => {
    expect(await call(name)).toMatchObject({ failed: 'Unhandled', answer: error });
  });

  it('starts a new process after one was killed', async () => {
    await call('hangs');
    expect((await call('hangs')).answer.errorType).toBe('Sandbox.Timedout');
  });

  it('gives null for nothing', async () => {
    expect((await call('nothing')).answer).toBeNull();
  });

  it('takes answers up to the limit and refuses larger ones', async () => {
    expect((await call('large', { bytes: MAX_ANSWER })).failed).toBeUndefined();
    expect(await call('large', { bytes: MAX_ANSWER + 1 })).toMatchObject({
      failed: 'Unhandled',
      answer: { errorType: 'Function.ResponseSizeTooLarge' },
    });
  });

  it('refuses requests above the limit', async () => {
    await expect(call('echo', 'x'.repeat(MAX_REQUEST))).rejects.toMatchObject({
      name: 'RequestEntityTooLargeException',
      $metadata: { httpStatusCode: 413 },
    });
  });

  it('throttles above the reserved concurrency', async () => {
    const first = call('bounded', { ms: 1_000 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await expect(call('bounded', { ms: 1 })).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    });
    expect((await first).answer).toBe('done');
  });

  it('knows functions by region', async () => {
    const elsewhere = clientOf('ALLOWED', 'us-east-1');
    await expect(call('echo', {}, elsewhere)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    elsewhere.destroy();
  });

  it('lets nobody in whose role does not allow it', async () => {
    const stranger = clientOf('STRANGER');
    await expect(call('echo', {}, stranger)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 403 },
    });
    stranger.destroy();
  });

  it('kills what runs', async () => {
    const running = call('bounded', { ms: 30_000 });
    while (api.killBusy(({ name }) => name === 'bounded') === 0)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await running).toMatchObject({
      failed: 'Unhandled',
      answer: { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/signal: killed/) },
    });
  });
});
