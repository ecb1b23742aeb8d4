import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { PAYLOAD_VERSION, UNSTATED_VERSION } from '../../lib/service/runs/payload-version.ts';
import type { Fault } from './faulty-handlers.ts';
import { FAULTY, type FaultyRig, isProber, pace, type RunFaults, startFaultyRig } from './faulty-rig.ts';
import { throttled } from './lambda-api.ts';
import { jsonError } from './loopback-server.ts';
import type { Execution, Rig } from './rig.ts';
import { eventsOf, pathOf, rawVantages, registerName, reportOf, VANTAGES } from './run-results.ts';
import { request, serveTcp, type TcpServer } from './site.ts';

const OTHERS = VANTAGES.filter((id) => id !== FAULTY);
let faulty: FaultyRig;
let rig: Rig;
let server: TcpServer;
const start: FaultyRig['start'] = (...args) => faulty.start(...args);

beforeAll(async () => {
  faulty = await startFaultyRig(inject('assembly'), inject('proberBundle'));
  ({ rig, server } = faulty);
});
afterAll(() => faulty?.stop());

describe.concurrent('a vantage that gives nothing', () => {
  const cases: [fault: Fault, error: string, calls: number][] = [
    ['throws', 'ProberCrashed', 2],
    ['exits', 'ProberCrashed', 2],
    ['unloadable', 'ProberCrashed', 2],
    ['answers nothing', 'ProberRubbish', 1],
    ['answers a page', 'ProberRubbish', 1],
    ['answers more than 6 MB', 'ProberRubbish', 1],
    ['answers a gzip bomb', 'ProberRubbish', 1],
    ['answers for another vantage', 'ProberRubbish', 1],
    ['answers twice for one endpoint', 'ProberRubbish', 1],
  ];
  it.each(cases)('%s: %s, and the other four are reported', async (fault, error, calls) => {
    const runId = fault.replaceAll(' ', '-');
    const run = await start(runId, { code: (region) => (region === FAULTY ? fault : undefined) });
    await expectLoss(run, runId, error);
    const asked = rig.lambda.calls.filter(
      ({ function: { name, region }, payload }) =>
        isProber(name) && region === FAULTY && payload.includes(`"runId":"${runId}"`),
    );
    expect(asked).toHaveLength(calls);
  });

  it.each([
    ['is too old', 0, 'its probe stack'],
    ['is newer and takes nothing of this control stack', PAYLOAD_VERSION + 1, 'the control stack'],
  ] as const)('%s: its version is named, and what to deploy', async (fault, version, stack) => {
    const runId = fault.replaceAll(' ', '-');
    const run = await start(runId, { code: (region) => (region === FAULTY ? fault : undefined) });
    await expectLoss(run, runId, 'ProberMismatch');
    expect(run.retried).toEqual([]);
    const { vantages } = await reportOf(rig, runId);
    expect(vantages.find(({ id }) => id === FAULTY)?.unavailable).toBe(
      `ProberMismatch: vantage ${FAULTY} runs version ${version}, the control stack ${PAYLOAD_VERSION}: deploy ${stack} again`,
    );
  });

  it('is in the log of its dispatcher with error and reason', async () => {
    await start('in-the-log', { code: (region) => (region === FAULTY ? 'throws' : undefined) });
    const lines = rig.lambda.logs.map(({ line }) => line);
    const told = lines.filter((line) => line.includes('"in-the-log"') && line.includes('vantage failed'));
    expect(told.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({
        level: 'WARN',
        vantage: FAULTY,
        error: 'ProberCrashed',
        reason: expect.stringContaining('cannot read properties of undefined'),
      }),
    );
  });

  it('is cut off by its own time limit', async () => {
    const run = await start('cut-off', {
      code: (region) => (region === FAULTY ? 'hangs' : undefined),
      timeoutMs: (region) => (region === FAULTY ? 500 : undefined),
    });
    await expectLoss(run, 'cut-off', 'ProberTimedOut');
  });

  it('hangs past its budget: the dispatcher gives it up', async () => {
    const run = await start(
      'hangs',
      { code: (region) => (region === FAULTY ? 'hangs' : undefined) },
      { settings: { deadline: '10s' } },
    );
    await expectLoss(run, 'hangs', 'ProberTimedOut');
  });

  it('is not deployed, or not ours', async () => {
    const run = await start('missing', {
      intercept: (name, region) =>
        isProber(name) && region === FAULTY
          ? jsonError(404, 'ResourceNotFoundException', 'Function not found')
          : undefined,
    });
    await expectLoss(run, 'missing', 'ProberMissing');
    expect(run.retried).toEqual([]);
  });

  it('was idle for weeks, and is waited for while Lambda makes its network interfaces again', async () => {
    let refused = 0;
    const run = await start('asleep', {
      intercept: (name, region) => {
        // The SDK asks four times a dispatch.
        if (!isProber(name) || region !== FAULTY || refused >= 8) return undefined;
        refused += 1;
        return jsonError(502, 'ResourceNotReadyException', 'The VPC connection is not available');
      },
    });
    expect(run.status).toBe('SUCCEEDED');
    expect(run.retried).toEqual(['Dispatch', 'Dispatch']);
    expect(run.caught).toEqual([]);
    const { vantages } = await reportOf(rig, 'asleep');
    expect(vantages.filter(({ unavailable }) => unavailable !== undefined)).toEqual([]);
    expect(await rawVantages(rig, 'asleep', 1)).toEqual(VANTAGES);
  });

  it('never gets its network interfaces: the run says so and goes on without it', async () => {
    const run = await start('never-ready', {
      intercept: (name, region) =>
        isProber(name) && region === FAULTY
          ? jsonError(502, 'ENINotReadyException', 'Lambda is making the network interface of the function')
          : undefined,
    });
    await expectLoss(run, 'never-ready', 'ProberStarting.+ENINotReadyException');
    expect(run.retried).toEqual(Array.from({ length: 8 }, () => 'Dispatch'));
  });

  it('is lost with its dispatcher', async () => {
    const run = await start('no-dispatcher', {
      intercept: (() => {
        let first = true;
        return (name) => {
          if (!name.endsWith('-dispatcher') || !first) return undefined;
          first = false;
          const answer = { errorType: 'Runtime.ExitError', errorMessage: 'signal: killed' };
          return {
            status: 200,
            headers: { 'x-amz-function-error': 'Unhandled' },
            body: JSON.stringify(answer),
          };
        };
      })(),
    });
    expect(run.status).toBe('SUCCEEDED');
    const { vantages } = await reportOf(rig, 'no-dispatcher');
    expect(vantages.filter(({ unavailable }) => unavailable?.startsWith('Runtime.ExitError'))).toHaveLength(
      1,
    );
  });
});

describe.concurrent('a vantage of another version that works', () => {
  it.each([
    ['is older and states no version', UNSTATED_VERSION],
    ['is newer and answers what is known', PAYLOAD_VERSION + 1],
  ] as const)('%s: as in an upgrade while a run is under way', async (fault, version) => {
    const runId = fault.replaceAll(' ', '-');
    const run = await start(runId, { code: (region) => (region === FAULTY ? fault : undefined) });
    expect(run.status).toBe('SUCCEEDED');
    expect(run.caught).toEqual([]);
    const { vantages, endpoints } = await reportOf(rig, runId);
    expect(vantages.map(({ id, payloadVersion }) => [id, payloadVersion])).toEqual(
      VANTAGES.map((id) => [id, id === FAULTY ? version : PAYLOAD_VERSION]),
    );
    for (const { observations } of endpoints)
      expect(new Set(observations.map(({ vantage }) => vantage))).toEqual(new Set(VANTAGES));
  });
});

async function expectLoss(run: Execution, runId: string, error: string): Promise<void> {
  expect(run.status).toBe('SUCCEEDED');
  expect(run.entered.filter((name) => name === 'VantageUnavailable')).toHaveLength(1);
  const report = await reportOf(rig, runId);
  const lost = report.vantages.filter(({ unavailable }) => unavailable !== undefined);
  expect(lost).toMatchObject([{ id: FAULTY, unavailable: expect.stringMatching(new RegExp(`^${error}`)) }]);
  // Never blamed on the target: one passes by the word of the others, and one fails by it.
  expect(report.endpoints.map(({ verdict, cause }) => [verdict, cause])).toEqual([
    ['pass', undefined],
    ['fail', 'tcp.refused'],
  ]);
  for (const { observations } of report.endpoints) {
    const own = observations.filter(({ vantage }) => vantage === FAULTY);
    expect(own).toMatchObject([{ state: 'inconclusive', cause: 'prober.unavailable' }]);
  }
  // Nothing of what the others measured is lost, and they did confirm.
  for (const attempt of [1, 2]) expect(await rawVantages(rig, runId, attempt)).toEqual(OTHERS);
  expect(eventsOf(rig, runId)).toMatchObject([{ detail: { verdict: 'fail', published: true } }]);
}

describe.concurrent('a vantage that stumbles', () => {
  const throttleFirst = (calls: number): RunFaults => {
    let left = calls;
    return {
      intercept(name, region) {
        if (!isProber(name) || region !== FAULTY || left === 0) return undefined;
        left -= 1;
        return throttled();
      },
    };
  };
  const expectAll = async (run: Execution, runId: string): Promise<void> => {
    expect(run.status).toBe('SUCCEEDED');
    expect((await reportOf(rig, runId)).vantages.filter(({ unavailable }) => unavailable)).toEqual([]);
    expect(await rawVantages(rig, runId, 1)).toEqual(VANTAGES);
  };

  it('throttles twice and then works: the SDK tries again', async () => {
    const run = await start('throttles-twice', throttleFirst(2));
    await expectAll(run, 'throttles-twice');
    expect(run.retried).toEqual([]);
  });

  it('throttles as long as the SDK tries: the state tries again', async () => {
    const run = await start('throttles-long', throttleFirst(5));
    await expectAll(run, 'throttles-long');
    expect(run.retried).toEqual(['Dispatch']);
  });

  it('is killed in flight once: the state tries again', async () => {
    // The first connection is left without an answer, so that the kill meets a probe that runs.
    const held = await serveTcp((socket, number) => {
      if (number > 1) socket.write('220 ready\r\n');
      else rig.lambda.killBusy(({ name }, payload) => isProber(name) && payload.includes('"runId":"killed"'));
    });
    const check = [`tcp://127.0.0.1:${held.port}`];
    const asked = request('killed', [{ name: 'killed', check }], { vantages: [FAULTY] });
    const run = await rig.start('check', 'killed', asked, { pace });
    expect(run).toMatchObject({ status: 'SUCCEEDED', retried: ['Dispatch'] });
    expect((await reportOf(rig, 'killed')).endpoints).toMatchObject([{ verdict: 'pass' }]);
    await held.close();
  });

  it('leaves an endpoint out: that one alone is unavailable there', async () => {
    const run = await start('leaves-out', {
      code: (region) => (region === FAULTY ? 'leaves an endpoint out' : undefined),
    });
    expect(run.status).toBe('SUCCEEDED');
    const { endpoints } = await reportOf(rig, 'leaves-out');
    const causes = endpoints.map(({ observations }) =>
      observations
        .filter(({ vantage, attempt }) => vantage === FAULTY && attempt === 1)
        .map(({ cause }) => cause),
    );
    expect(causes.flat().filter((cause) => cause === 'prober.unavailable')).toHaveLength(1);
  });
});

describe('a prober whose time is up', () => {
  it('answers what it has', async () => {
    const silent = await serveTcp(() => undefined);
    const check = [`tcp://127.0.0.1:${server.port}`, `ssh://127.0.0.1:${silent.port}`];
    const asked = request('time-is-up', [{ name: 'time-is-up', check }], {
      vantages: [FAULTY],
      settings: { timeout: '60s', deadline: '5s', confirm: '0' },
    });
    const run = await rig.start('check', 'time-is-up', asked, { pace });
    expect(run).toMatchObject({ status: 'SUCCEEDED', caught: [] });
    expect(await reportOf(rig, 'time-is-up')).toMatchObject({
      partial: true,
      verdict: 'inconclusive',
      endpoints: [{ verdict: 'pass' }, { verdict: 'inconclusive', cause: 'prober.deadline' }],
    });
    await silent.close();
  });
});

describe('all vantages down', () => {
  it('is inconclusive and never a failure, and the report is made', async () => {
    await registerName(rig, 'all-down');
    const run = await start('all-down', { code: () => 'throws' });
    expect(run.status).toBe('SUCCEEDED');
    expect(pathOf(run)).not.toContain('WaitBeforeConfirming');
    const report = await reportOf(rig, 'all-down');
    expect(report.verdict).toBe('inconclusive');
    expect(report.endpoints.map(({ verdict, cause }) => [verdict, cause])).toEqual([
      ['inconclusive', 'prober.unavailable'],
      ['inconclusive', 'prober.unavailable'],
    ]);
    expect(report.vantages.map(({ unavailable }) => unavailable !== undefined)).toEqual(
      VANTAGES.map(() => true),
    );
    expect(await rig.table.get('STATE#all-down', 'LATEST')).toMatchObject({ verdict: 'inconclusive' });
  });
});
