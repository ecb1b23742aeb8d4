import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { node24 } from '../node24.ts';
import {
  type DeployedFunction,
  invokeLater,
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
    given: process.env.GIVEN, node: process.version,
  });`,
  slow: `export const handler = () => new Promise((done) => setTimeout(done, 500, process.pid));`,
  throws: `export const handler = async () => { throw Object.assign(new Error('on purpose'), { name: 'OwnName' }); };`,
  hangs: `export const handler = () => new Promise(() => setInterval(() => {}, 1000));`,
  exits: `export const handler = () => process.exit(3);`,
  large: `export const handler = async ({ bytes }) => 'x'.repeat(bytes - 2);`,
  nothing: `export const handler = async () => undefined;`,
  unloadable: `throw new TypeError('at load');`,
  bounded: `import { existsSync, writeFileSync } from 'node:fs';
    export const handler = ({ started, until }) => new Promise((done) => {
      writeFileSync(started, '');
      const look = setInterval(() => existsSync(until) && done('done', clearInterval(look)), 10);
    });`,
} as const;

function deployed(name: keyof typeof SOURCES): DeployedFunction {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, SOURCES[name]);
  return {
    name,
    region,
    arn: `arn:aws:lambda:${region}:123456789012:function:${name}`,
    code: { file, handler: 'handler' },
    timeoutMs: name === 'hangs' ? 300 : 200_000,
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

/** A call of `bounded` that says when it began, and lasts until it is let go. */
function held(id: string) {
  const payload = { started: join(folder, `${id}-started`), until: join(folder, `${id}-until`) };
  return {
    payload,
    started: async (): Promise<void> => {
      while (!existsSync(payload.started)) await pause(10);
    },
    end: () => writeFileSync(payload.until, ''),
  };
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
    expect(first.answer.left).toBeGreaterThan(0);
    expect(first.answer.left).toBeLessThanOrEqual(200_000);
    expect((await call('echo')).answer.pid).toBe(first.answer.pid);
  });

  it('runs it on Node 24 where there is one, as Lambda does', async () => {
    const { answer } = await call('echo');
    if (node24() === undefined) expect(answer.node).toBe(process.version);
    else expect(answer.node).toMatch(/^v24\./);
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
  ])('reports a function that %s as Lambda does', async (name, error) => {
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
    const { payload, started, end } = held('throttled');
    const first = call('bounded', payload);
    await started();
    await expect(call('bounded', payload)).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    });
    end();
    expect((await first).answer).toBe('done');
  });

  it('throttles above what the account may run in a region, all functions without a place of their own together', async () => {
    api.accountConcurrency = 1;
    const running = call('slow');
    await expect(call('echo')).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      Reason: 'ConcurrentInvocationLimitExceeded',
    });
    // An asynchronous call waits for its turn instead.
    const later = await invokeLater(api, 'echo', { region, accessKeyId: 'ALLOWED', payload: '{"a":2}' });
    expect(await later.json()).toMatchObject({ event: { a: 2 } });
    await running;
    api.accountConcurrency = 1_000;
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
    const { payload, started } = held('killed');
    const running = call('bounded', payload);
    await started();
    expect(api.killBusy(({ name }) => name === 'bounded')).toBe(1);
    expect(await running).toMatchObject({
      failed: 'Unhandled',
      answer: { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/signal: killed/) },
    });
  });
});
