/** A registered target from run to run: what its report says about earlier runs, and what the bus gets. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import * as z from 'zod';
import { EndpointRecord } from '../../lib/engine/history.ts';
import { ChangeEvent } from '../../lib/model/change-event.ts';
import { RunFinishedEvent } from '../../lib/service/runs/run-event.ts';
import buildOnce from '../cli/build-once.ts';
import { runCli } from '../cli/run-cli.ts';
import { readAssembly } from './assembly.ts';
import { isProber, pace } from './faulty-rig.ts';
import { jsonError } from './loopback-server.ts';
import { operatorEnvironment } from './operator-environment.ts';
import { type Execution, type Rig, startRig } from './rig.ts';
import { eventsOf, pathOf, readObject, reportOf } from './run-results.ts';
import { request, serveTcp, type TcpServer } from './site.ts';

const TARGET = 'Shop';
let rig: Rig;
let site: Server;
let mail: TcpServer;
/** Ten pages of one server; while it is down it closes every connection. */
let dead = false;
let pages: string[];
/** Vantages that give no result. */
let lost: readonly string[] = [];

beforeAll(async () => {
  rig = await startRig({ assembly: readAssembly(inject('assembly')), proberBundle: inject('proberBundle') });
  rig.lambda.faults = {
    ...rig.lambda.faults,
    intercept: ({ name, region }) =>
      isProber(name) && lost.includes(region) ? jsonError(500, 'ServiceException', 'on purpose') : undefined,
  };
  site = createServer((_, response) => response.end('<title>Shop</title>'));
  site.prependListener('connection', (socket) => {
    if (dead) socket.resetAndDestroy();
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const { port } = site.address() as AddressInfo;
  pages = Array.from({ length: 10 }, (_, index) => `http://127.0.0.1:${port}/page-${index}`);
  mail = await serveTcp((socket) => socket.write('220 ready\r\n'), '127.0.0.2');
  await rig.table.put({
    pk: `TARGET#${TARGET}`,
    sk: 'TARGET',
    name: TARGET,
    hosts: ['127.0.0.1', '127.0.0.2'],
    authorisation: { kind: 'vouched', by: 'rig@example.com', reason: 'our own loopback' },
  });
});
afterAll(async () => {
  await Promise.all([rig?.stop(), mail?.close()]);
  site?.closeAllConnections();
  site?.close();
});

async function check(runId: string): Promise<Execution> {
  const target = { name: TARGET, check: [...pages, `tcp://127.0.0.2:${mail.port}`] };
  const run = await rig.start('check', runId, request(runId, [target]), { pace });
  return run;
}

/** Of all runs until now. */
const changes = (): ChangeEvent[] =>
  rig.bus.events
    .filter(({ detailType }) => detailType === 'Inbound Check Change')
    .map(({ detail }) => ChangeEvent.parse(detail));
const changesOf = (runId: string): ChangeEvent[] => changes().filter((one) => one.runId === runId);

describe('a server that dies, stays dead and comes back', () => {
  it('is reported when it is dead, and when it is back, and not between', async () => {
    for (const runId of ['healthy', 'dies', 'dead-still', 'blind', 'back', 'well']) {
      dead = ['dies', 'dead-still'].includes(runId);
      // It comes back while four of five vantages are lost: one alone is no proof of it.
      lost = runId === 'blind' ? ['eu-west-1', 'us-east-1', 'us-west-2', 'ap-southeast-1'] : [];
      expect(await check(runId), runId).toMatchObject({ status: 'SUCCEEDED' });
    }
    expect(changes().map(({ runId, kind }) => `${runId} ${kind}`)).toEqual([
      'dies failing',
      'back recovered',
    ]);
  });

  it('is one message for its ten pages, with what the woken needs', async () => {
    const { startedAt } = await reportOf(rig, 'healthy');
    const [failing] = changesOf('dies');
    expect(failing).toMatchObject({
      fleet: 'inbound-check',
      target: TARGET,
      severity: 'critical',
      title: expect.stringMatching(/^Shop: 10 endpoints of 127\.0\.0\.1 fail \(.+\)$/),
      more: 0,
    });
    expect(failing?.endpoints.map(({ id }) => id)).toEqual(pages);
    expect(failing?.endpoints).toEqual(
      failing?.endpoints.map(() => expect.objectContaining({ verdict: 'fail', before: 'pass' })),
    );
    const seen = `${startedAt.slice(0, 10)} ${startedAt.slice(11, 19)} UTC`;
    expect(failing?.text).toContain(`last seen good ${seen}`);
    expect(failing?.text).toMatch(/Who has to act: .+\nTo do first: .+/);
    expect(failing?.text).toMatch(/Evidence: .+ → 127\.0\.0\.1:\d+, attempt 2/);
    expect(changesOf('back')[0]).toMatchObject({ severity: 'info', kind: 'recovered', more: 0 });
    expect(changesOf('back')[0]?.endpoints.map(({ id }) => id)).toEqual(pages);
  });

  it('has its last runs in the third report, and since when it is so', async () => {
    const [first, second, third] = await Promise.all(
      ['healthy', 'dies', 'dead-still'].map((runId) => reportOf(rig, runId)),
    );
    expect(first?.endpoints[0]?.history).toBeUndefined();
    const page = third?.endpoints.find(({ id }) => id === pages[0]);
    expect(page?.history).toMatchObject({
      since: second?.startedAt,
      atLeast: false,
      runs: [
        { run: 'healthy', at: first?.startedAt, verdict: 'pass' },
        { run: 'dies', verdict: 'fail' },
      ],
      changes: [
        { since: 'last-run', run: 'dies', differences: [] },
        { since: 'last-good-run', run: 'healthy', verdict: 'pass' },
      ],
    });
    const html = await readObject(rig, 'runs/dead-still/0/report.html');
    expect(html).toContain('Last 3 runs, the newest last');
    expect(html).toContain('Since the last run that passed');
  });

  it('has a history that the next machine reads in the table', async () => {
    const items = await rig.table.all(`STATE#${TARGET}`);
    const history = items.filter(({ sk }) => String(sk).startsWith('HISTORY#'));
    expect(history).toHaveLength(11);
    for (const item of history) expect(JSON.stringify(item).length).toBeLessThan(2_048);
  });

  it('is shown by the command line, to who may only read', async () => {
    await buildOnce();
    const ask = (target: string, ...more: string[]) =>
      runCli(['history', target, '--cloud', ...more], { env: operatorEnvironment(rig, 'reader') });
    const shown = await ask(TARGET);
    expect(shown).toMatchObject({ status: 0, stderr: '' });
    expect(shown.stdout).toContain(`✓✗✗✓✓✓  ${pages[0]}\n`);
    expect(shown.stdout).toMatch(/Passed since .+ UTC; 6 runs kept\n/);
    const { stdout } = await ask(TARGET, '--format', 'json');
    const records = z.array(EndpointRecord).parse(JSON.parse(stdout));
    expect(records).toHaveLength(11);
    expect(await ask('Nowhere')).toMatchObject({
      status: 64,
      stdout: '',
      stderr: expect.stringContaining('no run of a target of that name is kept'),
    });
  });

  it('is with the ends of its runs on the bus, in the shape that docs/events.md describes', () => {
    const ended = rig.bus.events.filter(({ detailType }) => detailType === 'Inbound Check Run Finished');
    expect(ended.map(({ detail }) => RunFinishedEvent.parse(detail).runId)).toEqual([
      'healthy',
      'dies',
      'dead-still',
      'blind',
      'back',
      'well',
    ]);
  });

  it('is counted by kind', () => {
    const counted = rig.lambda.logs
      .filter(({ line }) => line.includes('"Changes"'))
      .map(({ line }) => JSON.parse(line) as Record<string, unknown>);
    expect(counted).toMatchObject([
      { kind: 'failing', Changes: 1 },
      { kind: 'recovered', Changes: 1 },
    ]);
  });
});

describe('maintenance', () => {
  const window = (from: number, to: number) =>
    rig.table.put({
      pk: `SCHEDULE#${TARGET}`,
      sk: 'MAINTENANCE',
      version: 1,
      windows: [
        {
          id: 'w1',
          from: new Date(from).toISOString(),
          to: new Date(to).toISOString(),
          reason: 'a new firewall',
          by: 'rig',
        },
      ],
    });

  it('is reported to nobody, and what is still wrong after it to all, with when it began', async () => {
    const hour = 3_600_000;
    await window(Date.now() - hour, Date.now() + hour);
    dead = true;
    await check('in-maintenance');
    expect(changesOf('in-maintenance')).toEqual([]);
    await window(Date.now() - 2 * hour, Date.now() - hour);
    await check('after-maintenance');
    const { startedAt } = await reportOf(rig, 'in-maintenance');
    expect(changesOf('after-maintenance')).toMatchObject([
      {
        kind: 'failing',
        text: expect.stringContaining(`Since: ${startedAt.slice(0, 10)} ${startedAt.slice(11, 19)} UTC`),
      },
    ]);
  });
});

describe('a bus that does not take the change', () => {
  /** Refuses only changes: the state machine itself reports how a run ended. */
  const refuse = (times: number): void => {
    let left = times;
    rig.bus.intercept = (_, { body }) => {
      if (left === 0 || !body.includes('Inbound Check Change')) return undefined;
      left -= 1;
      return jsonError(400, 'AccessDeniedException', 'on purpose');
    };
  };

  it('gets it when publication is tried again, once', async () => {
    dead = false;
    refuse(2);
    const run = await check('stubborn');
    expect(run).toMatchObject({ status: 'SUCCEEDED' });
    expect(run.retried).toHaveLength(2);
    expect(changesOf('stubborn').map(({ kind }) => kind)).toEqual(['recovered']);
  });

  it('for good fails the run by that name, which is published all the same, and the next run reports', async () => {
    dead = true;
    refuse(Number.POSITIVE_INFINITY);
    const run = await check('unheard');
    expect(run).toMatchObject({ status: 'FAILED', error: 'AnnouncementFailed' });
    expect(pathOf(run).slice(-5)).toEqual([
      'Publish',
      'AnnouncementFailed',
      'Notify',
      'Published?',
      'Untold',
    ]);
    expect(eventsOf(rig, 'unheard')).toMatchObject([
      { detailType: 'Inbound Check Run Finished', detail: { published: true } },
    ]);
    expect(await rig.table.get(`STATE#${TARGET}`, 'LATEST')).toMatchObject({ runId: 'unheard' });
    rig.bus.intercept = () => undefined;
    dead = false;
    await check('heard');
    expect(
      changes()
        .slice(-2)
        .map(({ runId, kind }) => `${runId} ${kind}`),
    ).toEqual(['unheard failing', 'heard recovered']);
  });

  it('has reported every change by an id of its own', () => {
    const ids = changes().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

it('notifies nobody of a target that is not registered', async () => {
  dead = true;
  const run = await rig.start('check', 'unknown', request('unknown', [{ name: 'Unknown', check: pages }]), {
    pace,
  });
  expect(run).toMatchObject({ status: 'SUCCEEDED' });
  expect((await reportOf(rig, 'unknown')).verdict).toBe('fail');
  expect(changesOf('unknown')).toEqual([]);
});
