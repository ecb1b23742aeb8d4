/** Schedules of the deployed fleet: set by the command line, due by the word of the rig's Scheduler, watched. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ChangeEvent } from '../../lib/model/change-event.ts';
import { ScheduleView } from '../../lib/service/contracts/schedules.ts';
import buildOnce from '../cli/build-once.ts';
import { runCli } from '../cli/run-cli.ts';
import { scheduleCommandsContract } from '../service/schedule/commands-contract.ts';
import { readAssembly } from './assembly.ts';
import type { OperatorName } from './http-api.ts';
import { operatorEnvironment } from './operator-environment.ts';
import { type Rig, startRig } from './rig.ts';
import { reportOf } from './run-results.ts';
import type { SentSchedule } from './scheduler-api.ts';
import { serveTcp, type TcpServer } from './site.ts';

let rig: Rig;
let server: TcpServer;
const REASON = 'our own loopback';
const MINUTE_MS = 60_000;

beforeAll(async () => {
  buildOnce();
  [rig, server] = await Promise.all([
    startRig({ assembly: readAssembly(inject('assembly')), proberBundle: inject('proberBundle') }),
    serveTcp((socket) => socket.write('220 ready\r\n')),
  ]);
});
afterAll(async () => {
  await Promise.all([rig?.stop(), server?.close()]);
});

const cli = (who: OperatorName, ...args: string[]) => runCli(args, { env: operatorEnvironment(rig, who) });
/** The standard output of a command that ends well. */
async function told(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await cli('operator', ...args);
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}
const shown = async (target: string): Promise<ScheduleView> =>
  ScheduleView.parse(JSON.parse(await told('schedule', 'show', target, '--format', 'json')));

/** A target for which an operator takes responsibility by default. */
async function register(name: string, more: Readonly<Record<string, unknown>> = {}): Promise<void> {
  await rig.table.put({
    pk: `TARGET#${name}`,
    sk: 'TARGET',
    kind: 'target',
    name,
    hosts: ['127.0.0.1'],
    definition: { check: [`tcp://127.0.0.1:${server.port}`] },
    vouch: { by: 'ops', reason: REASON, at: '2026-01-01T00:00:00.000Z', hosts: ['127.0.0.1'] },
    version: 1,
    ...more,
  });
}
function sentOf(target: string): SentSchedule {
  const found = rig.scheduler
    .schedules()
    .find(({ Target: { Input } }) => (JSON.parse(Input) as { schedule: string }).schedule === target);
  if (found === undefined) throw new Error(`nothing was sent of ${target}`);
  return found;
}
const fire = (target: string, scheduledTime: string, executionId = 'd32c5kddcf5bb8c3') =>
  rig.scheduler.fire(sentOf(target).Name, { scheduledTime, executionId });
const isoOf = (at: number): string => new Date(at).toISOString();
const changesOf = (target: string) =>
  rig.bus.events
    .filter(({ detailType, detail }) => detailType === 'Inbound Check Change' && detail.target === target)
    .map(({ detail }) => ChangeEvent.parse(detail));

describe('a schedule', () => {
  beforeAll(() => register('Shop, main'));

  it('is sent to EventBridge Scheduler as it is meant', async () => {
    const before = Date.now();
    const out = await told('schedule', 'set', 'Shop, main', '--every', '15m');
    expect(out).toMatch(/^Shop, main {2}every 15m\n {4}next \d{4}-.* UTC\n {4}last none yet\n/);
    const { ClientToken, StartDate, ...sent } = sentOf('Shop, main');
    const { homeRegion, scheduler } = rig.deployment;
    const [roleArn] = [...scheduler.roles.keys()];
    expect(sent).toEqual({
      Name: expect.stringMatching(/^Shop-main-[0-9a-f]{20}$/),
      GroupName: 'inbound-check',
      Description: 'Checks Shop, main',
      ScheduleExpression: 'rate(15 minutes)',
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 1 },
      State: 'ENABLED',
      Target: {
        Arn: `arn:aws:lambda:${homeRegion}:123456789012:function:inbound-check-starter`,
        RoleArn: roleArn,
        Input:
          '{"schedule":"Shop, main","scheduledAt":"<aws.scheduler.scheduled-time>","executionId":"<aws.scheduler.execution-id>"}',
        RetryPolicy: { MaximumEventAgeInSeconds: 450, MaximumRetryAttempts: 10 },
        DeadLetterConfig: { Arn: expect.stringMatching(/^arn:aws:sqs:.*DeadLetters/) },
      },
    });
    expect(ClientToken).toMatch(/^[0-9a-f]{64}$/);
    expect(Number(StartDate) * 1_000).toBeGreaterThan(before);
    // The first time may pass between the request and the look: then the next one is shown.
    const first = Number(StartDate) * 1_000;
    const next = Date.parse((await shown('Shop, main')).next ?? '');
    expect(next).toBeGreaterThanOrEqual(first);
    expect((next - first) % (15 * MINUTE_MS)).toBe(0);
  });

  it('starts one run of the target when it is due, however often it is called', async () => {
    const due = isoOf(Number(sentOf('Shop, main').StartDate) * 1_000).replace('.000Z', 'Z');
    const first = await fire('Shop, main', due);
    expect(first).toMatchObject({ status: 200, body: { status: 'started' } });
    const { runId } = first.body as { runId: string };
    const run = await rig.states.ended(runId);
    expect(run.status).toBe('SUCCEEDED');
    expect((await fire('Shop, main', due)).body).toEqual(first.body);
    // The Scheduler's own retry, with another id, and long after the run has ended.
    expect((await fire('Shop, main', due, 'another')).body).toEqual(first.body);
    expect(rig.states.started().filter((name) => name === runId)).toHaveLength(1);
    expect(await reportOf(rig, runId)).toMatchObject({
      verdict: 'pass',
      requestedBy: 'schedule:Shop, main',
      authorisation: { kind: 'vouched', reason: REASON },
    });
    const finished = rig.bus.events.filter(({ detail }) => detail.runId === runId);
    expect(finished).toMatchObject([
      {
        detailType: 'Inbound Check Run Finished',
        detail: { requestedBy: 'schedule:Shop, main', published: true },
      },
    ]);
    expect(await shown('Shop, main')).toMatchObject({
      last: { scheduledAt: due.replace('Z', '.000Z'), status: 'finished', verdict: 'pass', runId },
    });
  });

  it('is paused, and goes on in its own interval', async () => {
    const start = Number(sentOf('Shop, main').StartDate);
    expect(await told('schedule', 'pause', 'Shop, main')).toMatch(
      /^Shop, main {2}every 15m {2}paused\n {4}last/,
    );
    expect(sentOf('Shop, main').State).toBe('DISABLED');
    await expect(fire('Shop, main', '2026-07-01T00:00:00Z')).rejects.toThrow('nothing is due');
    await told('schedule', 'resume', 'Shop, main');
    const { State, StartDate } = sentOf('Shop, main');
    expect(State).toBe('ENABLED');
    expect((Number(StartDate) - start) % 900).toBe(0);
  });

  it('is changed to cron in a zone of its own', async () => {
    await told('schedule', 'set', 'Shop, main', '--cron', '0 6 * * 1-5', '--timezone', 'Europe/Zurich');
    const sent = sentOf('Shop, main');
    expect(sent).toMatchObject({
      ScheduleExpression: 'cron(0 6 ? * MON,TUE,WED,THU,FRI *)',
      ScheduleExpressionTimezone: 'Europe/Zurich',
      FlexibleTimeWindow: { MaximumWindowInMinutes: 15 },
    });
    expect(sent).not.toHaveProperty('StartDate');
    expect(await told('schedule', 'list')).toMatch(
      /Shop, main {2}cron 0 6 \* \* 1-5 \(Europe\/Zurich\)\n {4}next \S+ 0[45]:00:00 UTC \(\S+ 06:00 Europe\/Zurich\)/,
    );
  });

  it('says so when EventBridge Scheduler has something else', async () => {
    rig.scheduler.lose(sentOf('Shop, main').Name);
    expect((await shown('Shop, main')).drift).toContain('does not have it');
    await told('schedule', 'set', 'Shop, main', '--cron', '0 6 * * 1-5', '--timezone', 'Europe/Zurich');
    expect(await shown('Shop, main')).not.toHaveProperty('drift');
  });

  it('starts nothing once it is paused, even if EventBridge Scheduler was not notified', async () => {
    const item = (await rig.table.get('SCHEDULE#Shop, main', 'SCHEDULE')) ?? {};
    await rig.table.put({ ...item, state: 'paused' });
    expect((await shown('Shop, main')).drift).toContain('each call is refused');
    const { body } = await fire('Shop, main', '2026-07-01T04:00:00Z');
    expect(body).toEqual({ status: 'refused', why: 'paused' });
  });

  it('is deleted once it is removed', async () => {
    expect(await told('schedule', 'remove', 'Shop, main')).toBe('Shop, main has no schedule any more\n');
    expect(rig.scheduler.schedules()).toEqual([]);
    expect(await rig.table.get('SCHEDULE#Shop, main', 'SCHEDULE')).toBeUndefined();
    const { status, stderr } = await cli('operator', 'schedule', 'show', 'Shop, main');
    expect([status, stderr]).toEqual([
      64,
      'inbound-check: "Shop, main" has no schedule: see inbound-check schedule list\n',
    ]);
  });
});

scheduleCommandsContract({
  operator: (...args) => cli('operator', ...args),
  reader: (...args) => cli('reader', ...args),
  register: (name) => register(name),
});

describe('during maintenance', () => {
  it('the run takes place and its report says so', async () => {
    await register('Mill');
    await told('schedule', 'set', 'Mill', '--every', '1h');
    const added = await told(
      'schedule',
      'maintenance',
      'add',
      'Mill',
      '--for',
      '2h',
      '--reason',
      'new firewall',
    );
    expect(added).toMatch(/^[0-9a-f]{12} {2}.* UTC to .* UTC {2}open\n {4}new firewall \(arn:aws:sts:/);
    const { body } = await fire('Mill', '2026-07-01T06:00:00Z');
    const { runId } = body as { runId: string };
    await rig.states.ended(runId);
    const report = await reportOf(rig, runId);
    expect(report.maintenance).toEqual({ reason: 'new firewall', until: expect.any(String) });
    expect((await shown('Mill')).maintenance).toEqual(report.maintenance);
    const html = await rig.s3.read(rig.bucket, `runs/${runId}/0/report.html`);
    expect(html).toContain('During maintenance');
    const [id = ''] = added.split(' ');
    expect(await told('schedule', 'maintenance', 'list', 'Mill')).toContain(id);
    await told('schedule', 'maintenance', 'remove', 'Mill', id);
    expect(await told('schedule', 'maintenance', 'list', 'Mill')).toBe('Mill has no maintenance window\n');
  });
});

describe('ownership that lapsed longer ago than the grace time', () => {
  it('starts no run, and is reported once', async () => {
    const long = isoOf(Date.now() - 10 * 86_400_000);
    await register('Lapsed', {
      vouch: { by: 'ops', reason: REASON, at: long, hosts: ['127.0.0.9'] },
      challenge: 'inbound-check=0123456789abcdef',
      proofs: [{ host: '127.0.0.1', method: 'http-file', below: false, at: long, lapsedSince: long }],
    });
    await told('schedule', 'set', 'Lapsed', '--every', '15m');
    const started = rig.states.started().length;
    for (const due of ['2026-07-01T06:00:00Z', '2026-07-01T06:15:00Z']) {
      expect((await fire('Lapsed', due)).body).toEqual({ status: 'refused', why: 'not-authorised' });
      await rig.deliveries.tick();
    }
    expect(rig.states.started()).toHaveLength(started);
    expect(changesOf('Lapsed')).toMatchObject([
      { kind: 'run-failed', severity: 'warning', title: expect.stringContaining('Lapsed: the run of') },
    ]);
    expect(await shown('Lapsed')).toMatchObject({
      last: { status: 'refused', detail: 'nobody has proven, or vouches for, 127.0.0.1' },
      trouble: { kind: 'refused', since: '2026-07-01T06:00:00.000Z', count: 2 },
    });
  });
});

describe('a run that does not come', () => {
  it('is found by the watchdog, reported once, and over when one comes', async () => {
    await register('Quiet');
    await told('schedule', 'set', 'Quiet', '--every', '30m');
    // As if it had been set two hours ago.
    const item = (await rig.table.get('SCHEDULE#Quiet', 'SCHEDULE')) ?? {};
    const start = Math.floor((Date.now() - 120 * MINUTE_MS) / MINUTE_MS) * MINUTE_MS;
    await rig.table.put({
      ...item,
      activeSince: isoOf(start - 1_000),
      spec: { kind: 'every', minutes: 30, startDate: isoOf(start) },
    });
    await rig.deliveries.tick();
    await rig.deliveries.tick();
    const [missed, ...more] = changesOf('Quiet');
    expect(more).toEqual([]);
    expect(missed).toMatchObject({ kind: 'schedule-missed', severity: 'warning', side: 'prober' });
    const { trouble } = await shown('Quiet');
    expect(trouble).toMatchObject({ kind: 'missed', count: 1 });
    expect(await told('schedule', 'list')).toContain('MISSED since');
    const metrics = rig.lambda.logs
      .filter(({ name, line }) => name.endsWith('-watchdog') && line.includes('"ScheduledRunsMissed"'))
      .map(({ line }) => JSON.parse(line) as { ScheduledRunsMissed: number });
    expect(metrics.at(-1)).toMatchObject({ ScheduledRunsMissed: 1, service: 'watchdog' });

    const { body } = await fire('Quiet', isoOf(start + 120 * MINUTE_MS));
    await rig.states.ended((body as { runId: string }).runId);
    await rig.deliveries.tick();
    expect(await shown('Quiet')).not.toHaveProperty('trouble');
  });

  it('is one that failed, too', async () => {
    await register('Broken', { definition: { check: ['nonsense://127.0.0.1'] } });
    await told('schedule', 'set', 'Broken', '--every', '30m');
    const { body } = await fire('Broken', '2026-07-01T06:00:00Z');
    const { runId } = body as { runId: string };
    await rig.states.ended(runId);
    await rig.deliveries.tick();
    expect(changesOf('Broken')).toMatchObject([
      { kind: 'run-failed', runId, text: expect.stringContaining('RequestRefused') },
    ]);
    expect(await shown('Broken')).toMatchObject({ last: { status: 'failed', runId } });
  });
});

// The last one: the fleet stays stopped.
describe('while the fleet is stopped', () => {
  it('no run is started, and that is no alarm', async () => {
    await register('Dam');
    await told('schedule', 'set', 'Dam', '--every', '5m');
    const notice = { by: 'ops', at: '2026-07-01T00:00:00.000Z', reason: 'a customer complained' };
    await rig.s3.write(rig.bucket, 'control/stop.json', JSON.stringify(notice));
    const { body } = await fire('Dam', isoOf(Date.now()));
    expect(body).toEqual({ status: 'refused', why: 'stopped' });
    await rig.deliveries.tick();
    expect(changesOf('Dam')).toEqual([]);
    const { status, stdout, stderr } = await cli('operator', 'schedule', 'list');
    expect(status).toBe(0);
    expect(stderr).toContain('nothing runs: everything was stopped at');
    expect(stdout).toContain('not started: everything was stopped at');
  });
});
