import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { FAULTY, type FaultyRig, pace, startFaultyRig } from './faulty-rig.ts';
import { jsonError } from './loopback-server.ts';
import type { Rig } from './rig.ts';
import {
  eventsOf,
  pathOf,
  rawVantages,
  readObject,
  registerName,
  reportOf,
  VANTAGES,
} from './run-results.ts';
import { xmlError } from './s3.ts';
import { request, serveTcp, type TcpServer } from './site.ts';

let faulty: FaultyRig;
let rig: Rig;
let server: TcpServer;
const start: FaultyRig['start'] = (...args) => faulty.start(...args);

beforeAll(async () => {
  faulty = await startFaultyRig(inject('assembly'), inject('proberBundle'));
  ({ rig, server } = faulty);
});
afterAll(() => faulty?.stop());

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

  it('findings travel in the state when the bucket takes none', async () => {
    rig.s3.intercept = ({ action, resource }) =>
      action === 's3:PutObject' && resource.includes('/runs/no-room/judged/')
        ? xmlError(403, 'AccessDenied', 'on purpose')
        : undefined;
    expect(await start('no-room')).toMatchObject({ status: 'SUCCEEDED', retried: [] });
    const { endpoints, vantages } = await reportOf(rig, 'no-room');
    expect(endpoints.map(({ verdict }) => verdict)).toEqual(['pass', 'fail']);
    expect(endpoints[1]?.observations).toHaveLength(10);
    expect(vantages.filter(({ unavailable }) => unavailable)).toEqual([]);
  });

  it('findings that can’t be read leave a report that says so and blames nobody', async () => {
    rig.s3.intercept = ({ action, resource }) =>
      action === 's3:GetObject' && resource.includes('/runs/no-findings/judged/')
        ? xmlError(403, 'AccessDenied', 'on purpose')
        : undefined;
    expect(await start('no-findings')).toMatchObject({ status: 'SUCCEEDED', retried: [] });
    const { verdict, endpoints, vantages } = await reportOf(rig, 'no-findings');
    expect(verdict).toBe('inconclusive');
    expect(endpoints.map(({ cause, side }) => [cause, side])).toEqual([
      ['prober.unavailable', 'prober'],
      ['prober.unavailable', 'prober'],
    ]);
    expect(vantages.map(({ id, unavailable }) => [id, unavailable])).toEqual(
      VANTAGES.map((id) => [id, 'what was found of its answer can’t be read']),
    );
    expect(await rawVantages(rig, 'no-findings', 1)).toEqual(VANTAGES);
  });

  it('a table that takes nothing ends the run as failed, with report and event', async () => {
    rig.table.intercept = ({ action }, { body }) =>
      action === 'dynamodb:PutItem' && body.includes('STATE#no-table')
        ? jsonError(400, 'AccessDeniedException', 'on purpose')
        : undefined;
    await registerName(rig, 'no-table');
    const run = await start('no-table');
    expect(run).toMatchObject({ status: 'FAILED', error: 'StoreFailed' });
    expect(pathOf(run).slice(-4)).toEqual(['PublishFailed', 'Notify', 'Published?', 'Unpublished']);
    expect(run.retried).toEqual(Array.from({ length: 5 }, () => 'Publish'));
    expect((await reportOf(rig, 'no-table')).verdict).toBe('fail');
    expect(eventsOf(rig, 'no-table')).toMatchObject([
      { detailType: 'Inbound Check Run Finished', detail: { published: false, verdict: 'fail' } },
    ]);
    // Whoever learns of it finds the report, though the table knows nothing.
    const key = JSON.stringify(eventsOf(rig, 'no-table')).match(/runs\/no-table\/0\/report\.json/)?.[0] ?? '';
    expect(JSON.parse(await readObject(rig, key))).toMatchObject({ id: 'no-table' });
    expect(await rig.table.get('STATE#no-table', 'LATEST')).toBeUndefined();
  });

  it('an event bus that takes nothing does not undo the run', async () => {
    rig.bus.intercept = (_, { body }) =>
      body.includes('no-bus') ? jsonError(500, 'InternalException', 'on purpose') : undefined;
    const run = await start('no-bus');
    expect(run).toMatchObject({ status: 'SUCCEEDED', caught: ['Notify'] });
    expect(await rig.table.get('RUN#no-bus', 'RUN')).toMatchObject({ verdict: 'fail' });
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
    await registerName(rig, 'Late');
    const older = rig.start('check', 'older', asked('older'), { pace });
    await isHeld;
    expect((await rig.start('check', 'newer', asked('newer'), { pace })).status).toBe('SUCCEEDED');
    const newer = await rig.table.get('STATE#Late', 'LATEST');
    release();
    const late = await older;
    expect(late.status).toBe('SUCCEEDED');
    expect(late.outputs.find(({ name }) => name === 'Publish')?.output).toMatchObject({
      publication: { published: true, targets: [{ target: 'Late', latest: 'superseded' }] },
    });
    expect(newer).toMatchObject({ runId: 'newer' });
    expect(await rig.table.get('STATE#Late', 'LATEST')).toEqual(newer);
    // Both are in the history.
    const items = await rig.table.all('STATE#Late');
    const runs = items.filter(({ sk }) => String(sk).startsWith('RUN#'));
    expect(runs.map(({ runId }) => runId).sort()).toEqual(['newer', 'older']);
    // What came late can't be put where it belongs.
    const history = items.filter(({ sk }) => String(sk).startsWith('HISTORY#'));
    expect(history).toMatchObject([{ runId: 'newer' }]);
    await slow.close();
  });

  it('leaves the state of the newest of several that run side by side', async () => {
    await registerName(rig, 'Side');
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
    expect(await rig.table.get('STATE#Side', 'LATEST')).toMatchObject(newest ?? {});
    const sorts = (await rig.table.all('STATE#Side')).map(({ sk }) => String(sk).split('#')[0]);
    expect(sorts.sort()).toEqual(['ANNOUNCED', 'HISTORY', 'LATEST', ...ids.map(() => 'RUN')]);
  });
});
