import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readAssembly } from './assembly.ts';
import { type Fault, writeFaultyHandlers } from './faulty-handlers.ts';
import { throttled } from './lambda-api.ts';
import { type ApiAnswer, jsonError } from './loopback-server.ts';
import { type Execution, type Rig, startRig } from './rig.ts';
import { eventsOf, pathOf, rawVantages, readObject, reportOf, VANTAGES } from './run-results.ts';
import { xmlError } from './s3.ts';
import { REFUSED_PORT, request, serveTcp, type TcpServer } from './site.ts';

const FAULTY = 'eu-west-1';
const OTHERS = VANTAGES.filter((id) => id !== FAULTY);
/** No test waits for a pause or a back-off; that they are there is asserted on the template. */
const pace = {
  waits: { WaitBeforeConfirming: 20 },
  retries: {
    Dispatch: 20,
    Publish: 20,
    DiagnoseAndJudge: 20,
    MakeReport: 20,
    AuthoriseAndPlan: 20,
    Notify: 20,
  },
};

interface RunFaults {
  code?: (region: string) => Fault | undefined;
  intercept?: (name: string, region: string) => ApiAnswer | undefined;
  timeoutMs?: (region: string) => number | undefined;
}

let rig: Rig;
let server: TcpServer;
const folder = mkdtempSync(join(tmpdir(), 'fleet-faults-'));
/** By run id, so that runs side by side have faults of their own. */
const faults = new Map<string, RunFaults>();

beforeAll(async () => {
  const proberBundle = inject('proberBundle');
  const handlers = writeFaultyHandlers(folder, proberBundle);
  [rig, server] = await Promise.all([
    startRig({ assembly: readAssembly(inject('assembly')), proberBundle }),
    serveTcp((socket) => socket.write('220 ready\r\n')),
  ]);
  const faultsOf = (payload: string): RunFaults =>
    faults.get(/"runId":"([^"]+)"/.exec(payload)?.[1] ?? '') ?? {};
  rig.lambda.faults = {
    intercept: ({ name, region }, payload) => faultsOf(payload).intercept?.(name, region),
    code({ name, region }, payload) {
      const fault = name.includes('-prober-') ? faultsOf(payload).code?.(region) : undefined;
      return fault && handlers[fault];
    },
    timeoutMs: ({ name, region }, payload) =>
      name.includes('-prober-') ? faultsOf(payload).timeoutMs?.(region) : undefined,
  };
});
afterAll(async () => {
  await Promise.all([rig?.stop(), server?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

/** One endpoint that answers and one that refuses, so that there is something to confirm. */
function start(runId: string, made: RunFaults = {}, more: Record<string, unknown> = {}): Promise<Execution> {
  faults.set(runId, made);
  const check = [`tcp://127.0.0.1:${server.port}`, `tcp://127.0.0.1:${REFUSED_PORT}`];
  return rig.start('check', runId, request(runId, [{ name: runId, check }], more), { pace });
}

describe.concurrent('a vantage that gives nothing', () => {
  const cases: [fault: Fault, error: string, retries: number][] = [
    ['throws', 'ProberCrashed', 1],
    ['exits', 'ProberCrashed', 1],
    ['unloadable', 'ProberCrashed', 1],
    ['answers nothing', 'ProberRubbish', 0],
    ['answers a page', 'ProberRubbish', 0],
    ['answers more than 6 MB', 'ProberRubbish', 0],
    ['answers a gzip bomb', 'ProberRubbish', 0],
    ['answers for another vantage', 'ProberRubbish', 0],
    ['answers twice for one endpoint', 'ProberRubbish', 0],
  ];
  it.each(cases)('%s: %s, and the other four are reported', async (fault, error, retries) => {
    const runId = fault.replaceAll(' ', '-');
    const run = await start(runId, { code: (region) => (region === FAULTY ? fault : undefined) });
    await expectLoss(run, runId, error);
    expect(run.retried).toHaveLength(retries);
  });

  it('stands in the log of its dispatcher with error and reason', async () => {
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
      { settings: { deadline: '2s' } },
    );
    await expectLoss(run, 'hangs', 'ProberTimedOut');
  });

  it('is not deployed, or not ours', async () => {
    const run = await start('missing', {
      intercept: (name, region) =>
        name.includes('-prober-') && region === FAULTY
          ? jsonError(404, 'ResourceNotFoundException', 'Function not found')
          : undefined,
    });
    await expectLoss(run, 'missing', 'ProberMissing');
    expect(run.retried).toEqual([]);
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

async function expectLoss(run: Execution, runId: string, error: string): Promise<void> {
  expect(run.status).toBe('SUCCEEDED');
  expect(run.entered.filter((name) => name === 'VantageUnavailable')).toHaveLength(1);
  const report = await reportOf(rig, runId);
  const lost = report.vantages.filter(({ unavailable }) => unavailable !== undefined);
  expect(lost).toMatchObject([{ id: FAULTY, unavailable: expect.stringMatching(new RegExp(`^${error}`)) }]);
  // Never held against the target: one passes by the word of the others, and one fails by it.
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
        if (!name.includes('-prober-') || region !== FAULTY || left === 0) return undefined;
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
      else
        rig.lambda.killBusy(
          ({ name }, payload) => name.includes('-prober-') && payload.includes('"runId":"killed"'),
        );
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
      settings: { timeout: '30s', deadline: '1500ms', confirm: '0' },
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
    expect(await rig.table.get('TARGET#all-down', 'LATEST')).toMatchObject({ verdict: 'inconclusive' });
  });
});

describe.concurrent('a step that is killed', () => {
  it.each(['plan', 'judge', 'report', 'publish'])('%s runs again', async (step) => {
    const runId = `killed-${step}`;
    let killed = false;
    const run = await start(runId, {
      intercept(name) {
        if (!name.endsWith(`-${step}`) || killed) return undefined;
        killed = true;
        const answer = { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 60.00 seconds' };
        return {
          status: 200,
          headers: { 'x-amz-function-error': 'Unhandled' },
          body: JSON.stringify(answer),
        };
      },
    });
    expect(run).toMatchObject({ status: 'SUCCEEDED', retried: [expect.any(String)] });
    expect((await reportOf(rig, runId)).verdict).toBe('fail');
  });

  it('judge gives up: the run fails, says so, and what was measured stays', async () => {
    const run = await start('no-judge', {
      intercept: (name) =>
        name.endsWith('-judge') ? jsonError(500, 'ServiceException', 'on purpose') : undefined,
    });
    expect(run).toMatchObject({ status: 'FAILED', error: 'Lambda.ServiceException' });
    expect(run.retried).toHaveLength(5);
    expect(eventsOf(rig, 'no-judge')).toMatchObject([
      { detailType: 'Inbound Check Run Failed', detail: { error: 'Lambda.ServiceException' } },
    ]);
    expect(await rawVantages(rig, 'no-judge', 1)).toEqual(VANTAGES);
  });
});

describe('a store that refuses', () => {
  it('raw observations travel in the state when the bucket takes none', async () => {
    rig.s3.intercept = ({ action, resource }) =>
      action === 's3:PutObject' && resource.includes('/runs/no-bucket/raw/')
        ? xmlError(403, 'AccessDenied', 'on purpose')
        : undefined;
    const run = await start('no-bucket');
    expect(run).toMatchObject({ status: 'SUCCEEDED', retried: [] });
    expect(await rawVantages(rig, 'no-bucket', 1)).toEqual([]);
    const { endpoints, vantages } = await reportOf(rig, 'no-bucket');
    expect(endpoints.map(({ verdict }) => verdict)).toEqual(['pass', 'fail']);
    expect(endpoints[1]?.observations).toHaveLength(10);
    expect(vantages.filter(({ unavailable }) => unavailable)).toEqual([]);
  });

  it('a table that takes nothing ends the run as failed, with report and event', async () => {
    rig.table.intercept = ({ action }, { body }) =>
      action === 'dynamodb:PutItem' && body.includes('TARGET#no-table')
        ? jsonError(400, 'AccessDeniedException', 'on purpose')
        : undefined;
    const run = await start('no-table');
    expect(run).toMatchObject({ status: 'FAILED', error: 'StoreFailed' });
    expect(pathOf(run).slice(-4)).toEqual(['PublishFailed', 'Notify', 'Published?', 'Unpublished']);
    expect(run.retried).toEqual(Array.from({ length: 5 }, () => 'Publish'));
    expect((await reportOf(rig, 'no-table')).verdict).toBe('fail');
    expect(eventsOf(rig, 'no-table')).toMatchObject([
      { detailType: 'Inbound Check Run Finished', detail: { published: false, verdict: 'fail' } },
    ]);
    // Whoever hears of it finds the report, though the table knows nothing.
    const key = JSON.stringify(eventsOf(rig, 'no-table')).match(/runs\/no-table\/0\/report\.json/)?.[0] ?? '';
    expect(JSON.parse(await readObject(rig, key))).toMatchObject({ id: 'no-table' });
    expect(await rig.table.get('TARGET#no-table', 'LATEST')).toBeUndefined();
  });

  it('an event bus that takes nothing does not undo the run', async () => {
    rig.bus.intercept = (_, { body }) =>
      body.includes('no-bus') ? jsonError(500, 'InternalException', 'on purpose') : undefined;
    const run = await start('no-bus');
    expect(run).toMatchObject({ status: 'SUCCEEDED', caught: ['Notify'] });
    expect(await rig.table.get('TARGET#no-bus', 'LATEST')).toMatchObject({ verdict: 'fail' });
  });

  it('a plan that can not be stored sends no packet', async () => {
    rig.s3.intercept = ({ action, resource }) =>
      action === 's3:PutObject' && resource.includes('/runs/no-plan/')
        ? xmlError(403, 'AccessDenied', 'on purpose')
        : undefined;
    const seen = server.accepted();
    const run = await start('no-plan');
    expect(run).toMatchObject({ status: 'FAILED', error: 'StoreFailed' });
    expect(run.entered).not.toContain('Dispatch');
    expect(server.accepted()).toBe(seen);
  });
});

describe('a late execution', () => {
  it('never overwrites the state that a newer one wrote', async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let held: () => void = () => undefined;
    const isHeld = new Promise<void>((resolve) => {
      held = resolve;
    });
    const slow = await serveTcp(async (socket, number) => {
      if (number === 1) {
        held();
        await released;
      }
      socket.write('220 ready\r\n');
    });
    const asked = (runId: string) =>
      request(runId, [{ name: 'Late', check: [`tcp://127.0.0.1:${slow.port}`] }], {
        vantages: [FAULTY],
        settings: { timeout: '30s' },
      });
    const older = rig.start('check', 'older', asked('older'), { pace });
    await isHeld;
    expect((await rig.start('check', 'newer', asked('newer'), { pace })).status).toBe('SUCCEEDED');
    const newer = await rig.table.get('TARGET#Late', 'LATEST');
    release();
    const late = await older;
    expect(late.status).toBe('SUCCEEDED');
    expect(late.outputs.find(({ name }) => name === 'Publish')?.output).toMatchObject({
      publication: { published: true, targets: [{ target: 'Late', latest: 'superseded' }] },
    });
    expect(newer).toMatchObject({ runId: 'newer' });
    expect(await rig.table.get('TARGET#Late', 'LATEST')).toEqual(newer);
    // Both are in the history.
    expect((await rig.table.all('TARGET#Late')).map(({ runId }) => runId).sort()).toEqual([
      'newer',
      'newer',
      'older',
    ]);
    await slow.close();
  });

  it('leaves the state of the newest of several that run side by side', async () => {
    const ids = ['side-1', 'side-2', 'side-3', 'side-4'];
    const runs = await Promise.all(
      ids.map((runId) => {
        const check = [`tcp://127.0.0.1:${server.port}`];
        return rig.start('check', runId, request(runId, [{ name: 'Side', check }], { vantages: [FAULTY] }), {
          pace,
        });
      }),
    );
    expect(runs.map(({ status }) => status)).toEqual(ids.map(() => 'SUCCEEDED'));
    const reports = await Promise.all(ids.map((runId) => reportOf(rig, runId)));
    const [newest] = reports
      .map(({ startedAt, id }) => ({ startedAt, runId: id }))
      .sort((one, other) => (`${one.startedAt} ${one.runId}` < `${other.startedAt} ${other.runId}` ? 1 : -1));
    expect(await rig.table.get('TARGET#Side', 'LATEST')).toMatchObject(newest ?? {});
    expect(await rig.table.all('TARGET#Side')).toHaveLength(ids.length + 1);
  });
});
