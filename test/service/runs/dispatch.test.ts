import { describe, expect, it } from 'vitest';
import type { Invoked, InvokeProber } from '../../../lib/service/ports/prober-invoker.ts';
import type { BatchResult } from '../../../lib/service/runs/batch-result.ts';
import { BatchResult as BatchResultSchema } from '../../../lib/service/runs/batch-result.ts';
import { createDispatcher, type DispatcherPorts } from '../../../lib/service/runs/dispatch.ts';
import { failure, VANTAGE_FAILURES } from '../../../lib/service/runs/failure.ts';
import {
  ANSWER_MARGIN_MS,
  DISPATCHER_MARGIN_MS,
  MAX_INLINE_BYTES,
} from '../../../lib/service/runs/limits.ts';
import type { Dispatch, ProbeBatch } from '../../../lib/service/runs/messages.ts';
import { openPayload, sha256 } from '../../../lib/service/runs/payload.ts';
import {
  OLDEST_PROBER,
  OLDEST_WITH_BOUNDS,
  OLDEST_WITH_LISTENER,
  PAYLOAD_VERSION,
} from '../../../lib/service/runs/payload-version.ts';
import { Dispatched } from '../../../lib/service/runs/steps.ts';
import { compress } from '../../../lib/service/state/compressed.ts';
import { endpoint, settings } from '../../engine/run/fakes.ts';
import {
  invocation,
  LISTENER,
  memorySecrets,
  memoryStore,
  memorySwitch,
  memoryTelemetry,
  vantage,
} from './ports.ts';
import { batchResult } from './results.ts';

const HERE = vantage('eu-west-1');
const batch: ProbeBatch = {
  runId: 'run-1',
  vantage: { id: HERE.id, kind: 'lambda' },
  attempt: 1,
  settings: settings(),
  endpoints: [endpoint()],
};
const dispatch = (given: Partial<Dispatch> = {}): Dispatch => ({
  runId: 'run-1',
  attempt: 1,
  vantage: HERE,
  batch: { inline: batch },
  deadlineMs: 60_000,
  ...given,
});
const RESULT = batchResult(HERE.id, [endpoint()]);
const answer = (result: unknown): Invoked => ({ status: 'answered', text: JSON.stringify(result) });

const earlyUrl: NonNullable<DispatcherPorts['earlyUrl']> = async ({ runId, attempt, vantage }, seconds) =>
  `https://bucket.example/${runId}/${attempt}-${vantage}?for=${seconds}`;
const stopUrl = async (seconds: number): Promise<string> => `https://bucket.example/stop?for=${seconds}`;

function dispatcher(invoked: Invoked | InvokeProber, stop = memorySwitch()) {
  const store = memoryStore();
  const telemetry = memoryTelemetry();
  const listenerSecrets = memorySecrets();
  const invoke = typeof invoked === 'function' ? invoked : async () => invoked;
  const handler = createDispatcher({ invoke, store, stop, stopUrl, earlyUrl, listenerSecrets, telemetry });
  return {
    store,
    telemetry,
    listenerSecrets,
    run: (event: unknown = dispatch(), ms?: number) => handler(event, invocation(ms)),
  };
}

it.each([
  [true, 'https://bucket.example/run-1/1-eu-west-1?for=55'],
  [undefined, undefined],
] as const)('of a run that somebody watches (%s) the prober tells early at %s', async (live, url) => {
  const sent: unknown[] = [];
  const { run } = dispatcher(async (_, payload) => {
    sent.push(JSON.parse(payload));
    return answer(RESULT);
  });
  await run(dispatch({ ...(live && { live }) }));
  expect(sent).toMatchObject([{ runId: 'run-1' }]);
  expect((sent[0] as { earlyUrl?: string }).earlyUrl).toBe(url);
});

describe('a site vantage', () => {
  it('is handed over, which is no failed dispatch, and nothing is invoked for it', async () => {
    const { run, telemetry } = dispatcher(async () => {
      throw new Error('invoked');
    });
    const handed = run(dispatch({ vantage: { ...HERE, kind: 'site' } }));
    await expect(handed).rejects.toMatchObject({ name: 'SiteVantage' });
    expect(telemetry.metrics).toEqual([]);
  });
});

describe('what a vantage saw is kept', () => {
  it('in the bucket, before it is handed on by its key', async () => {
    const { run, store } = dispatcher(answer(RESULT));
    const output = Dispatched.parse(await run());
    const [[key, text] = ['', '']] = [...store.objects];
    expect(key).toMatch(/^runs\/run-1\/raw\/1-eu-west-1-[0-9a-f]{12}\.json$/);
    expect(JSON.parse(text)).toEqual(RESULT);
    expect(output).toEqual({
      vantage: 'eu-west-1',
      attempt: 1,
      result: { stored: { key, sha256: sha256(text) } },
    });
  });

  it('in the state itself while the bucket refuses', async () => {
    const { run, store } = dispatcher(answer(RESULT));
    store.refuseWrites = true;
    const { result } = await run();
    expect(result).toHaveProperty('gzip');
    expect(await openPayload(result, BatchResultSchema, store)).toEqual(RESULT);
  });

  it('but is an error that is retried when it is too large for that', async () => {
    const noise = Array.from({ length: MAX_INLINE_BYTES / 16 }, (_, index) => sha256(String(index)));
    const large = batchResult(HERE.id, [endpoint()], { text: noise.join('') });
    const { run, store } = dispatcher(answer(large));
    store.refuseWrites = true;
    await expect(run()).rejects.toMatchObject({ name: 'ResultNotStored' });
  });

  it('from an answer that was gzipped', async () => {
    const { run, store } = dispatcher(answer({ gzip: compress(JSON.stringify(RESULT)) }));
    expect(await openPayload((await run()).result, BatchResultSchema, store)).toEqual(RESULT);
  });

  it('under another key when an earlier call of the same dispatch is still at work', async () => {
    const answers = [RESULT, batchResult(HERE.id, [endpoint()], { text: 'the second time' })];
    const { run, store } = dispatcher(async () => answer(answers.shift()));
    const [one, other] = [await run(), await run()];
    for (const { result } of [one, other]) await openPayload(result, BatchResultSchema, store);
    expect(store.objects.size).toBe(2);
  });
});

describe('each way of failing has a name that the state machine knows', () => {
  const error = (errorType: string): Invoked => ({ status: 'function-error', errorType, message: 'why' });
  it.each<[string, Invoked, string]>([
    ['throttled', { status: 'throttled', message: 'Rate exceeded' }, 'ProberThrottled'],
    ['region down', { status: 'unreachable', message: 'ENOTFOUND' }, 'ProberUnreachable'],
    ['asleep', { status: 'starting', message: 'ResourceNotReadyException' }, 'ProberStarting'],
    ['no such function', { status: 'missing', message: 'ResourceNotFoundException' }, 'ProberMissing'],
    ['silent', { status: 'timeout', message: '' }, 'ProberTimedOut'],
    ['throws', error('TypeError'), 'ProberCrashed'],
    ['killed', error('Runtime.ExitError'), 'ProberCrashed'],
    ['out of time', error('Sandbox.Timedout'), 'ProberTimedOut'],
    ['refuses the batch', error('BatchRefused'), 'ProberRefused'],
    ['answers 6 MB', error('Function.ResponseSizeTooLarge'), 'ProberRubbish'],
    ['no JSON', { status: 'answered', text: '<html>' }, 'ProberRubbish'],
    ['nothing', { status: 'answered', text: '' }, 'ProberRubbish'],
    ['null', { status: 'answered', text: 'null' }, 'ProberRubbish'],
    ['another shape', answer({ ok: true }), 'ProberRubbish'],
    ['no gzip', answer({ gzip: 'AAAA' }), 'ProberRubbish'],
    ['a gzip bomb', answer({ gzip: compress('0'.repeat(100_000_001)) }), 'ProberRubbish'],
  ])('%s', async (_, invoked, name) => {
    const { run, store, telemetry } = dispatcher(invoked);
    await expect(run()).rejects.toMatchObject({ name });
    expect(VANTAGE_FAILURES).toContain(name);
    expect(store.objects.size).toBe(0);
    expect(telemetry.lines.at(-1)).toMatchObject({ runId: 'run-1', vantage: 'eu-west-1', error: name });
    // One that is starting is no fault, and may be answering in a minute.
    const metrics = [
      ...(name === 'ProberStarting' ? [] : ['VantageFailed', 'DispatchesFailed']),
      ...(name === 'ProberThrottled' ? ['ProbersThrottled'] : []),
    ];
    expect(telemetry.metrics).toEqual(metrics.map((one) => ({ name: one, value: 1 })));
  });

  it('a batch that can’t be read is the store’s fault', async () => {
    const { run } = dispatcher(answer(RESULT));
    const lost = dispatch({ batch: { stored: { key: 'runs/run-1/batches/1-eu-west-1.json', sha256: '' } } });
    await expect(run(lost)).rejects.toMatchObject({ name: 'StoreFailed' });
  });
});

describe('an answer to something else is rubbish', () => {
  const [first] = RESULT.results;
  const measured = first?.measured[0];
  if (first === undefined || measured === undefined) throw new Error('the sample is empty');
  const withMeasured = (given: object): BatchResult => ({
    ...RESULT,
    results: [{ ...first, measured: [{ ...measured, ...given }] }],
  });
  it.each<[string, BatchResult]>([
    ['another vantage', batchResult('us-east-1', [endpoint()])],
    ['facts of another vantage', { ...RESULT, vantage: { ...RESULT.vantage, id: 'us-east-1' } }],
    ['an endpoint that was not asked for', batchResult(HERE.id, [endpoint({ port: 4001 })])],
    ['an endpoint twice', { ...RESULT, results: [first, first] }],
    ['an observation of another vantage', withMeasured({ vantage: 'us-east-1' })],
    ['another attempt', withMeasured({ attempt: 2 })],
    [
      'an observation of another endpoint',
      withMeasured({ observation: { ...measured.observation, endpointId: 'x' } }),
    ],
  ])('%s', async (_, result) => {
    await expect(dispatcher(answer(result)).run()).rejects.toMatchObject({ name: 'ProberRubbish' });
  });
});

describe('a prober of another version', () => {
  it.each([
    ['states none', RESULT],
    ['is older', { ...RESULT, version: OLDEST_PROBER }],
    ['is newer, and answers what is known', { ...RESULT, version: PAYLOAD_VERSION + 1, news: 'unheard of' }],
  ])('is read when it %s', async (_, result) => {
    const { run, store } = dispatcher(answer(result));
    const output = await run();
    expect(await openPayload(output.result, BatchResultSchema, store)).toMatchObject(RESULT);
  });

  const newer = PAYLOAD_VERSION + 1;
  const older = OLDEST_PROBER - 1;
  it.each([
    ['too old', { ...RESULT, version: older }, older, 'its probe stack'],
    [
      'too old, and gzipped',
      { gzip: compress(JSON.stringify({ version: older, all: 'else' })) },
      older,
      'its probe stack',
    ],
    ['newer, and can’t be read', { version: newer, seen: [] }, newer, 'the control stack'],
    ['newer, and refuses', { version: newer }, newer, 'the control stack'],
  ])('is named when it is %s', async (_, result, version, stack) => {
    await expect(dispatcher(answer(result)).run()).rejects.toMatchObject({
      name: 'ProberMismatch',
      message: `vantage eu-west-1 runs version ${version}, the control stack ${PAYLOAD_VERSION}: deploy ${stack} again`,
    });
  });

  it.each([
    ['its own version', { version: PAYLOAD_VERSION, results: [] }],
    ['no version', { results: [] }],
    ['no number', { version: 'latest' }],
  ])('is not claimed of an answer with %s that can’t be read', async (_, result) => {
    await expect(dispatcher(answer(result)).run()).rejects.toMatchObject({ name: 'ProberRubbish' });
  });
});

describe('a vantage gets its time and no more', () => {
  it.each([
    ['its budget and the way there and back', 60_000, 290_000, 60_000 + ANSWER_MARGIN_MS],
    ['what is left to the dispatcher', 240_000, 100_000, 100_000 - DISPATCHER_MARGIN_MS],
    ['never less than nothing', 60_000, 10, 1],
  ])('%s', async (_, deadlineMs, remainingMs, expected) => {
    const timeouts: number[] = [];
    const { run } = dispatcher(async (_vantage, _payload, { timeoutMs }) => {
      timeouts.push(timeoutMs);
      return answer(RESULT);
    });
    await run(dispatch({ deadlineMs }), remainingMs);
    expect(timeouts).toEqual([expected]);
  });

  it('sends the batch of the state, to the function of the vantage', async () => {
    const calls: unknown[] = [];
    const { run } = dispatcher(async ({ functionName, region }, payload) => {
      calls.push([functionName, region, JSON.parse(payload)]);
      return answer(RESULT);
    });
    await run();
    const asked = {
      ...JSON.parse(JSON.stringify(batch)),
      version: PAYLOAD_VERSION,
      stopUrl: 'https://bucket.example/stop?for=55',
    };
    expect(calls).toEqual([['prober-eu-west-1', 'eu-west-1', asked]]);
  });
});

describe('a stopped fleet', () => {
  const notice = { by: 'arn:ada', at: '2026-03-01T00:00:00.000Z', reason: 'a customer calls' };

  it('asks no prober, and says who stopped it and why', async () => {
    const calls: string[] = [];
    const invoke: InvokeProber = async ({ functionName }) => {
      calls.push(functionName);
      return answer(RESULT);
    };
    await expect(dispatcher(invoke, memorySwitch(notice)).run()).rejects.toMatchObject({
      name: 'FleetStopped',
      message: 'everything was stopped at 2026-03-01 00:00:00 UTC by arn:ada: a customer calls',
    });
    expect(calls).toEqual([]);
  });

  it('is not distinguished from a running one when the switch is out of reach, so nothing is asked either', async () => {
    const broken = {
      ...memorySwitch(),
      read: () => Promise.reject(failure('StoreFailed', 'SlowDown')),
    };
    await expect(dispatcher(answer(RESULT), broken).run()).rejects.toMatchObject({ name: 'StoreFailed' });
  });
});

describe('the key for the listeners of a run', () => {
  const withListener = dispatch({ withListener: true });
  const asked: unknown[] = [];
  const invoke: InvokeProber = async (_, payload) => {
    asked.push(JSON.parse(payload));
    return answer({ ...RESULT, version: PAYLOAD_VERSION });
  };

  it('goes to the prober, and into nothing that is kept or logged', async () => {
    asked.length = 0;
    const { run, store, telemetry, listenerSecrets } = dispatcher(invoke);
    await listenerSecrets.put('run-1', LISTENER);
    const output = await run(withListener);
    expect(asked).toMatchObject([{ listener: LISTENER }]);
    const kept = JSON.stringify([output, [...store.objects], telemetry.lines]);
    for (const secret of Object.values(LISTENER)) expect(kept).not.toContain(secret);
  });

  it('is not sent where no listener is asked', async () => {
    asked.length = 0;
    const { run, listenerSecrets } = dispatcher(invoke);
    await listenerSecrets.put('run-1', LISTENER);
    await run();
    expect(asked).toHaveLength(1);
    expect(asked[0]).not.toHaveProperty('listener');
  });

  it('that is gone ends the asking of the vantage, by name', async () => {
    asked.length = 0;
    const { run } = dispatcher(invoke);
    await expect(run(withListener)).rejects.toMatchObject({
      name: 'ListenerKeyGone',
      message: expect.stringContaining('start it again'),
    });
    expect(VANTAGE_FAILURES).toContain('ListenerKeyGone');
    expect(asked).toEqual([]);
  });

  it('is nothing that an older prober knows: its answer would claim what it did not judge', async () => {
    const { run, listenerSecrets } = dispatcher(answer({ ...RESULT, version: OLDEST_WITH_LISTENER - 1 }));
    await listenerSecrets.put('run-1', LISTENER);
    await expect(run(withListener)).rejects.toMatchObject({ name: 'ProberMismatch' });
    await expect(run()).resolves.toMatchObject({ vantage: HERE.id });
  });
});

describe('endpoints that may be probed at some addresses alone', () => {
  const bound = {
    ...batch,
    endpoints: [],
    bounded: batch.endpoints.map((endpoint) => ({ endpoint, addresses: [] })),
  };

  it.each([
    ['an older prober, which leaves them out, is named', OLDEST_WITH_BOUNDS - 1, 'ProberMismatch'],
    ['one that knows of them is believed', OLDEST_WITH_BOUNDS, undefined],
  ])('%s', async (_, version, name) => {
    const { run } = dispatcher(answer({ ...RESULT, version }));
    const ended = await run(dispatch({ batch: { inline: JSON.parse(JSON.stringify(bound)) } })).then(
      () => undefined,
      (error: unknown) => error instanceof Error && error.name,
    );
    expect(ended).toBe(name);
  });
});
