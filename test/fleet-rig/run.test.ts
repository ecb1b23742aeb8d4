import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { judgeTogether } from '../../lib/engine/verdict/judge-together.ts';
import { decodeAnswer } from '../../lib/service/runs/read-answer.ts';
import { readAssembly } from './assembly.ts';
import { comparable, oneMachine } from './comparison.ts';
import { type Execution, type Rig, startRig } from './rig.ts';
import {
  eventsOf,
  pathOf,
  planOf,
  rawVantages,
  readObject,
  registerName,
  reportOf,
  VANTAGES,
} from './run-results.ts';
import { REFUSED_PORT, request, type Site, serveTcp, startSite } from './site.ts';

/** The states of a run in which nothing goes wrong and nothing has to be confirmed. */
const HEALTHY_PATH = [
  'AuthoriseAndPlan',
  'ProbeFromVantages',
  'DiagnoseAndJudge',
  'NeedsConfirmation',
  'MakeReport',
  'Publish',
  'Notify',
  'Published?',
  'Finished',
];
const pace = { waits: { WaitBeforeConfirming: 50 } };

let rig: Rig;
let site: Site;

beforeAll(async () => {
  [rig, site] = await Promise.all([
    startRig({ assembly: readAssembly(inject('assembly')), proberBundle: inject('proberBundle') }),
    startSite(),
  ]);
});
afterAll(async () => {
  await Promise.all([rig?.stop(), site?.close()]);
});

describe('a run of the deployed fleet', () => {
  let executed: Execution;

  beforeAll(async () => {
    await registerName(rig, 'Site');
    executed = await rig.start('check', 'healthy', request('healthy', [site.target]), { pace });
  });

  it('goes the way of the template, each vantage confirming what failed', async () => {
    expect(executed).toMatchObject({ status: 'SUCCEEDED', retried: [], caught: [] });
    expect(pathOf(executed)).toEqual([
      ...HEALTHY_PATH.slice(0, 4),
      'WaitBeforeConfirming',
      ...HEALTHY_PATH.slice(1, 4),
      ...HEALTHY_PATH.slice(4),
    ]);
    expect(executed.entered.filter((name) => name === 'Dispatch')).toHaveLength(10);
  });

  it('stands in the journal, which lets EventBridge in', () => {
    const own = rig.journal.written.filter(({ detail }) => detail.runId === 'healthy');
    expect(own).toEqual(eventsOf(rig, 'healthy'));
    expect(own.map(({ detailType }) => detailType)).toContain('Inbound Check Run Finished');
    expect(rig.journal.lost).toEqual([]);
  });

  it('probes from five processes, each with the prober of its own region', () => {
    const calls = rig.lambda.calls.filter(({ payload }) => payload.includes('"runId":"healthy"'));
    const probing = calls.filter(({ function: { name } }) => name.includes('-prober-'));
    expect([...new Set(probing.map(({ function: { region } }) => region))].sort()).toEqual(
      [...VANTAGES].sort(),
    );
    expect(probing).toHaveLength(10);
  });

  it('reports what one machine would, had it stood at five places', async () => {
    const plan = await planOf(rig, 'healthy');
    const endpoints = plan.targets.flatMap((target) => target.endpoints);
    expect(endpoints).toHaveLength(site.endpointCount);
    // One after the other: five at once in this process would make each other late.
    const machines: Awaited<ReturnType<typeof oneMachine>>[] = [];
    for (const id of VANTAGES) machines.push(await oneMachine(endpoints, plan.settings, id));
    const expected = endpoints.map((endpoint) =>
      judgeTogether(
        endpoint,
        machines.flatMap(({ results }) => results),
      ),
    );
    const { endpoints: reported, verdict } = await reportOf(rig, 'healthy');
    expect(reported.map(comparable)).toEqual(expected.map(comparable));
    expect(verdict).toBe('fail');
    // The comparison is of something: all verdicts and several causes are among them.
    expect(new Set(reported.map((one) => one.verdict))).toEqual(new Set(['pass', 'warn', 'fail']));
    expect(new Set(reported.map(({ cause }) => cause)).size).toBeGreaterThan(4);
  });

  it('keeps what each vantage saw, before anybody judged it', async () => {
    for (const attempt of [1, 2]) expect(await rawVantages(rig, 'healthy', attempt)).toEqual(VANTAGES);
  });

  it('writes the report for people, too', async () => {
    expect(await readObject(rig, 'runs/healthy/0/report.html')).toMatch(/<html[\s>]/);
    expect(await readObject(rig, 'runs/healthy/0/report.md')).toContain('tcp.refused');
  });

  it('says on whose word the fleet probed', async () => {
    expect(await reportOf(rig, 'healthy')).toMatchObject({
      requestedBy: 'rig',
      authorisation: { kind: 'vouched', by: 'rig@example.com' },
    });
  });

  it('publishes the state of the target and the run', async () => {
    const { startedAt, verdict, endpoints } = await reportOf(rig, 'healthy');
    const latest = await rig.table.get('STATE#Site', 'LATEST');
    expect(latest).toMatchObject({ runId: 'healthy', startedAt, verdict });
    expect(Object.keys(latest?.endpoints as object).sort()).toEqual(endpoints.map(({ id }) => id).sort());
    expect(await rig.table.get('RUN#healthy', 'RUN')).toMatchObject({ verdict, execution: executed.arn });
    const history = await rig.table.get('STATE#Site', `RUN#${startedAt}#healthy`);
    expect(history).toMatchObject({ verdict, ttl: expect.any(Number) });
  });

  it('notifies the event bus', () => {
    // For a registered target it also sends what changed.
    const events = eventsOf(rig, 'healthy').filter(({ detailType }) => detailType.includes(' Run '));
    expect(events).toMatchObject([
      {
        source: 'inbound-check',
        detailType: 'Inbound Check Run Finished',
        bus: 'inbound-check',
        detail: { verdict: 'fail', published: true, requestedBy: 'rig', execution: executed.arn },
        resources: expect.arrayContaining([executed.arn]),
      },
    ]);
  });

  it('logs with the ids of run and vantage', () => {
    const lines = rig.lambda.logs.map(({ line }) => line).filter((line) => line.includes('"healthy"'));
    const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(new Set(parsed.map(({ vantage }) => vantage).filter(Boolean))).toEqual(new Set(VANTAGES));
    for (const step of ['plan', 'dispatcher', 'prober', 'judge', 'report', 'publish'])
      expect(
        parsed.some(({ service, runId }) => service === step && runId === 'healthy'),
        step,
      ).toBe(true);
  });
});

describe('a run from one vantage', () => {
  it('gives the one-machine report', async () => {
    const run = await rig.start(
      'check',
      'single',
      request('single', [site.target], { vantages: ['eu-west-1'] }),
      {
        pace,
      },
    );
    expect(run.status).toBe('SUCCEEDED');
    const plan = await planOf(rig, 'single');
    const alone = await oneMachine(
      plan.targets.flatMap((target) => target.endpoints),
      plan.settings,
      'eu-west-1',
    );
    const report = await reportOf(rig, 'single');
    expect(report.endpoints.map(comparable)).toEqual(alone.reports.map(comparable));
    expect(report).toMatchObject({ verdict: alone.verdict, summary: alone.summary });
  });
});

describe('state transitions', () => {
  it('do not grow with the endpoints', async () => {
    const { port, close } = await serveTcp((socket) => socket.write('220 ready\r\n'), '0.0.0.0');
    const checks = Array.from({ length: 60 }, (_, n) => `tcp://127.0.1.${n + 1}:${port}`);
    const one = await rig.start('check', 'one', request('one', [{ check: [`tcp://127.0.0.1:${port}`] }]));
    const many = await rig.start(
      'check',
      'many',
      request('many', [{ name: 'Many', check: checks }, { check: [`tcp://127.0.0.1:${port}`] }]),
    );
    expect(pathOf(one)).toEqual(HEALTHY_PATH);
    expect(many.entered).toHaveLength(one.entered.length);
    expect(one.entered).toHaveLength(HEALTHY_PATH.length + VANTAGES.length);
    expect((await reportOf(rig, 'many')).endpoints).toHaveLength(60);
    await close();
  });
});

describe('the same run again', () => {
  it('is the same plan, the same probes and the same state when its execution is repeated', async () => {
    const server = await serveTcp((socket) => socket.write('220 ready\r\n'));
    const asked = request('again', [{ name: 'Again', check: [`tcp://127.0.0.1:${server.port}`] }]);
    await registerName(rig, 'Again');
    const first = await rig.start('check', 'again', asked);
    const latest = await rig.table.get('STATE#Again', 'LATEST');
    const second = await rig.start('check', 'again', asked);
    expect([first.status, second.status]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(await rig.table.get('STATE#Again', 'LATEST')).toMatchObject({
      verdict: latest?.verdict,
      runId: 'again',
    });
    await server.close();
  });

  it('refuses a run id that belongs to another execution, before any packet', async () => {
    const server = await serveTcp((socket) => socket.write('220 ready\r\n'));
    const asked = request('taken', [{ check: [`tcp://127.0.0.1:${server.port}`] }]);
    expect((await rig.start('check', 'taken', asked)).status).toBe('SUCCEEDED');
    const seen = server.accepted();
    const other = await rig.start('check', 'other-name', asked);
    expect(other).toMatchObject({
      status: 'SUCCEEDED',
      output: { failure: { Error: 'RunIdTaken' } },
      retried: [],
    });
    expect(server.accepted()).toBe(seen);
    expect(eventsOf(rig, 'other-name')).toMatchObject([
      { detailType: 'Inbound Check Run Failed', detail: { error: 'RunIdTaken' } },
    ]);
    await server.close();
  });
});

describe('confirmation', () => {
  it('shows a flap and does not fail for it', async () => {
    // Each vantage connects once in its first attempt: those are cut, later ones are answered.
    const server = await serveTcp((socket, number) => {
      if (number <= VANTAGES.length) socket.destroy();
      else socket.write('220 ready\r\n');
    });
    const run = await rig.start(
      'check',
      'flap',
      request('flap', [{ check: [`tcp://127.0.0.1:${server.port}`] }]),
      {
        pace,
      },
    );
    expect(pathOf(run)).toContain('WaitBeforeConfirming');
    const { endpoints } = await reportOf(rig, 'flap');
    expect(endpoints).toMatchObject([{ verdict: 'warn', flapped: true }]);
    expect(endpoints[0]?.observations.map(({ attempt }) => attempt).sort()).toEqual([
      1, 1, 1, 1, 1, 2, 2, 2, 2, 2,
    ]);
    await server.close();
  });

  it('asks again only for what failed, and once only when it fails twice', async () => {
    const server = await serveTcp((socket) => socket.write('220 ready\r\n'));
    const asked = [`tcp://127.0.0.1:${server.port}`, `tcp://127.0.0.1:${REFUSED_PORT}`];
    const run = await rig.start('check', 'twice', request('twice', [{ name: 'Twice', check: asked }]), {
      pace,
    });
    expect(pathOf(run).filter((name) => name === 'ProbeFromVantages')).toHaveLength(2);
    const { endpoints } = await reportOf(rig, 'twice');
    expect(endpoints.map(({ verdict }) => verdict)).toEqual(['pass', 'fail']);
    expect(endpoints[1]).toMatchObject({ cause: 'tcp.refused' });
    expect(endpoints.map(({ observations }) => observations.length)).toEqual([5, 10]);
    expect(server.accepted()).toBe(5);
    await server.close();
  });
});

describe('authorisation', () => {
  it('sends no packet to a target that nobody proved or vouched for, and says so', async () => {
    const server = await serveTcp((socket) => socket.write('220 ready\r\n'));
    const { vouch: _, ...unvouched } = request('stranger', [
      { name: 'Stranger', check: [`tcp://127.0.0.1:${server.port}`] },
    ]);
    const run = await rig.start('check', 'stranger', unvouched);
    expect(run.status).toBe('SUCCEEDED');
    expect(run.entered).not.toContain('Dispatch');
    expect(server.accepted()).toBe(0);
    const report = await reportOf(rig, 'stranger');
    expect(report.verdict).toBe('inconclusive');
    expect(report.endpoints).toMatchObject([
      { verdict: 'inconclusive', cause: 'prober.target-not-authorised', observations: [] },
    ]);
    await server.close();
  });

  it('probes a target whose ownership is in the table', async () => {
    const server = await serveTcp((socket) => socket.write('220 ready\r\n'));
    await rig.table.put({
      pk: 'TARGET#Owned',
      sk: 'TARGET',
      name: 'Owned',
      hosts: ['127.0.0.1'],
      authorisation: { kind: 'proven', method: 'http-file', at: '2026-01-01T00:00:00.000Z' },
    });
    const { vouch: _, ...unvouched } = request('owned', [
      { name: 'Owned', check: [`tcp://127.0.0.1:${server.port}`] },
    ]);
    await rig.start('check', 'owned', unvouched);
    expect(await reportOf(rig, 'owned')).toMatchObject({
      verdict: 'pass',
      authorisation: { kind: 'proven', method: 'http-file' },
    });
    await server.close();
  });
});

describe('the production prober', () => {
  it('refuses loopback, whatever the batch says, and hears of a stop from S3 alone', async () => {
    const server = await serveTcp((socket) => socket.write('220 ready\r\n'));
    const deployed = rig.deployment.functions.find(({ name }) => name.endsWith('-prober-eu-west-1'));
    const dispatcher = rig.deployment.functions.find(({ name }) => name.endsWith('-dispatcher'));
    rig.lambda.faults.code = ({ region }, payload) =>
      region === 'eu-west-1' && payload.includes('"runId":"production"') ? deployed?.code : undefined;
    const asked = request('production', [{ check: [`tcp://127.0.0.1:${server.port}`] }], {
      vantages: ['eu-west-1'],
    });
    await rig.start('check', 'production', asked, { pace });
    // The rig's S3 is none that it would ask.
    expect((await reportOf(rig, 'production')).endpoints).toMatchObject([
      { verdict: 'inconclusive', cause: 'prober.unavailable' },
    ]);

    const sent = rig.lambda.calls.find(
      ({ function: called, payload }) => called.name === deployed?.name && payload.includes('"production"'),
    );
    const { stopUrl, ...batch } = JSON.parse(sent?.payload ?? '{}');
    expect(new URL(stopUrl).hostname).toBe('127.0.0.1');
    const client = new LambdaClient({
      endpoint: rig.lambda.url,
      region: 'eu-west-1',
      credentials: { accessKeyId: dispatcher?.principal.accessKeyId ?? '', secretAccessKey: 'rig' },
    });
    const { Payload } = await client.send(
      new InvokeCommand({ FunctionName: deployed?.name, Payload: JSON.stringify(batch) }),
    );
    client.destroy();
    expect(decodeAnswer(Payload?.transformToString() ?? '').result?.results).toMatchObject([
      { measured: [{ observation: { connect: { status: 'refused-by-guard' } } }] },
    ]);
    expect(server.accepted()).toBe(0);
    await server.close();
  });
});
