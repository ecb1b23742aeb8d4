import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createApiClient } from '../../lib/aws/api-client.ts';
import type { ApiClient } from '../../lib/service/contracts/api-client.ts';
import { runsContracts } from '../../lib/service/contracts/runs.ts';
import { targetsContracts } from '../../lib/service/contracts/targets.ts';
import { principalOf } from '../../lib/service/runs/principal.ts';
import { readAssembly } from './assembly.ts';
import type { OperatorName } from './http-api.ts';
import { type Rig, startRig } from './rig.ts';
import { reportOf, VANTAGES } from './run-results.ts';
import { REFUSED_PORT, serveTcp, type TcpServer } from './site.ts';

const settings = { defaultControls: false, timeout: '20s', confirm: '1', confirmPause: '1s' };
let rig: Rig;
let server: TcpServer;
const as = (name: OperatorName, secret?: string): ApiClient =>
  createApiClient({
    url: new URL(rig.api.url),
    region: rig.deployment.homeRegion,
    credentials: { ...rig.operators[name], ...(secret !== undefined && { secretAccessKey: secret }) },
  });

beforeAll(async () => {
  [rig, server] = await Promise.all([
    startRig({ assembly: readAssembly(inject('assembly')), proberBundle: inject('proberBundle') }),
    serveTcp((socket) => socket.write('220 ready\r\n')),
  ]);
  rig.pace = { waits: { WaitBeforeConfirming: 50 } };
});
afterAll(async () => {
  await Promise.all([rig?.stop(), server?.close()]);
});

const order = () => ({
  target: { name: 'Both', check: [`tcp://127.0.0.1:${server.port}`, `tcp://127.0.0.2:${REFUSED_PORT}`] },
  ticket: 'T-123',
  reason: 'firewall changed',
  settings,
});

describe('a validation by the API', () => {
  let runId: string;

  beforeAll(async () => {
    const started = await as('support')(runsContracts.validate, { body: order() });
    if (started.status !== 'answered') throw new Error(JSON.stringify(started));
    ({ runId } = started.value);
    expect(started.value).toEqual({
      runId: expect.stringMatching(/^\d{8}T\d{6}Z-[0-9a-f]{8}$/),
      targets: ['Both'],
      requestedBy: principalOf(rig.operators.support.arn),
    });
    await rig.states.ended(runId);
  });

  it('is reported with what each vantage saw, and how it ended', async () => {
    const asked = { params: { runId }, query: { detail: 'endpoints' as const } };
    const run = await as('reader')(runsContracts.getRun, asked);
    expect(run).toMatchObject({
      status: 'answered',
      value: {
        runId,
        status: 'finished',
        requestedBy: principalOf(rig.operators.support.arn),
        targets: ['Both'],
        verdict: 'fail',
        reports: [{ target: 'Both', verdict: 'fail' }],
      },
    });
    if (run.status !== 'answered') return;
    expect(run.value.vantages.map(({ id }) => id).sort()).toEqual([...VANTAGES].sort());
    for (const vantage of run.value.vantages)
      expect(vantage).toEqual({
        id: vantage.id,
        attempt: 2,
        status: 'answered',
        seen: [
          { endpoint: `tcp://127.0.0.1:${server.port}`, state: 'open' },
          { endpoint: `tcp://127.0.0.2:${REFUSED_PORT}`, state: 'closed', cause: 'tcp.refused' },
        ],
      });
  });

  it('shows what a vantage has seen while it measures the rest, by an address that is good for that alone', async () => {
    const held: Socket[] = [];
    const slow = await serveTcp((socket) => void held.push(socket));
    const [quick, late] = [`tcp://127.0.0.1:${server.port}`, `ssh://127.0.0.1:${slow.port}`];
    const started = await as('support')(runsContracts.validate, {
      body: {
        target: { name: 'Live', check: [quick, late] },
        ticket: 'T-124',
        vantages: ['eu-west-1'],
        settings: { defaultControls: false, timeout: '100s', confirm: '0' },
      },
    });
    if (started.status !== 'answered') throw new Error(JSON.stringify(started));
    const { runId: live } = started.value;
    const seen = async () => {
      const asked = { params: { runId: live }, query: { detail: 'endpoints' as const } };
      const run = await as('reader')(runsContracts.getRun, asked);
      return run.status === 'answered' ? run.value : undefined;
    };
    await expect
      .poll(async () => (await seen())?.vantages, { timeout: 60_000 })
      .toEqual([
        { id: 'eu-west-1', attempt: 1, status: 'probing', seen: [{ endpoint: quick, state: 'open' }] },
      ]);
    expect(await seen()).toMatchObject({ status: 'running', step: 'probe', plannedVantages: ['eu-west-1'] });
    const key = `runs/${live}/early/1-eu-west-1.json`;
    expect(await rig.s3.keys(rig.bucket, `runs/${live}/early/`)).toEqual([key]);
    const { earlyUrl } = JSON.parse(
      rig.lambda.calls.find(({ payload }) => payload.includes('earlyUrl') && payload.includes(live))
        ?.payload ?? '{}',
    ) as { earlyUrl: string };
    expect(new URL(earlyUrl).pathname).toBe(`/${rig.bucket}/${key}`);
    // It writes, and reads nothing.
    expect((await fetch(earlyUrl)).status).toBe(403);
    for (const socket of held) socket.write('SSH-2.0-OpenSSH_9.6\r\n');
    await rig.states.ended(live);
    expect(await reportOf(rig, live)).toMatchObject({ verdict: 'pass' });
    await slow.close();
  });

  it('puts who vouched, and for which ticket, on the report', async () => {
    expect(await reportOf(rig, runId)).toMatchObject({
      requestedBy: principalOf(rig.operators.support.arn),
      authorisation: {
        kind: 'vouched',
        by: principalOf(rig.operators.support.arn),
        reason: 'ticket T-123: firewall changed',
      },
    });
  });

  it.each([
    ['json', /^\{\s+"schema": "inbound-check\/report@1"/],
    ['html', /^<!doctype html>/i],
    ['markdown', /^# /],
    ['junit', /<testsuites/],
  ] as const)('gives its report as %s', async (format, looks) => {
    const report = await as('reader')(runsContracts.getReport, { params: { runId }, query: { format } });
    expect(report).toMatchObject({ status: 'answered', value: expect.stringMatching(looks) });
  });

  it('names a role, and not what its session calls itself', async () => {
    const { requestedBy = '' } = await reportOf(rig, runId);
    expect(requestedBy).toMatch(/:assumed-role\/support$/);
    expect(JSON.stringify(await reportOf(rig, runId))).not.toContain('somebody');
  });

  it('leaves nothing under a name that nobody has registered, so that its owner finds nothing there', async () => {
    const runs = () => as('reader')(runsContracts.listTargetRuns, { params: { name: 'Both' } });
    expect(await runs()).toMatchObject({ status: 'answered', value: { runs: [] } });
    for (const partition of ['TARGET', 'STATE', 'SCHEDULE', 'STARTED', 'WATCHED'])
      expect(await rig.table.all(`${partition}#Both`), partition).toEqual([]);
    expect(await rig.table.all(`RUN#${runId}`)).toMatchObject([
      { sk: 'REPORT#0000', target: 'Both', verdict: 'fail' },
      { sk: 'RUN', verdict: 'fail' },
    ]);
    const body = { definition: { check: ['https://shop.example.com/'] } };
    const registered = await as('operator')(targetsContracts.putTarget, { params: { name: 'Both' }, body });
    expect(registered).toMatchObject({ status: 'answered', value: { change: 'added' } });
    expect(await runs()).toMatchObject({ value: { runs: [] } });
  });

  it('that borrows the name of a target adds no run to it, and reports nothing of its past', async () => {
    const own = { name: 'Borrowed', check: [`tcp://127.0.0.1:${server.port}`] };
    await rig.table.put({
      pk: 'TARGET#Borrowed',
      sk: 'TARGET',
      kind: 'target',
      name: 'Borrowed',
      hosts: ['127.0.0.1'],
      definition: { check: own.check },
      vouch: { by: 'rig', reason: 'loopback', at: '2026-01-01T00:00:00.000Z', hosts: ['127.0.0.1'] },
    });
    const one = await as('operator')(runsContracts.startRun, { body: { targets: ['Borrowed'], settings } });
    if (one.status !== 'answered') throw new Error(JSON.stringify(one));
    await rig.states.ended(one.value.runId);
    const before = await rig.table.all('STATE#Borrowed');
    expect(before.filter(({ sk }) => String(sk).startsWith('RUN#'))).toHaveLength(1);
    const body = { ...order(), target: { ...order().target, name: 'Borrowed' } };
    const other = await as('support')(runsContracts.validate, { body });
    if (other.status !== 'answered') throw new Error(JSON.stringify(other));
    await rig.states.ended(other.value.runId);
    expect(await rig.table.all('STATE#Borrowed')).toEqual(before);
    const report = await reportOf(rig, other.value.runId);
    expect(report.endpoints.map(({ history }) => history)).toEqual([undefined, undefined]);
    const told = await as('reader')(runsContracts.getRun, { params: { runId: other.value.runId } });
    expect(told).toMatchObject({ value: { reports: [{ target: 'Borrowed', verdict: 'fail' }] } });
  });

  it('is not there under another id', async () => {
    const run = await as('reader')(runsContracts.getRun, { params: { runId: 'nowhere' } });
    expect(run).toMatchObject({
      status: 'refused',
      problem: { status: 404, type: 'urn:inbound-check:problem:not-found' },
    });
  });
});

describe('who may not', () => {
  it.each<[OperatorName, keyof typeof runsContracts]>([
    ['reader', 'validate'],
    ['support', 'startRun'],
    ['reader', 'stopRun'],
  ])('%s is refused %s by IAM, before any function runs', async (name, operation) => {
    const before = rig.lambda.calls.length;
    const contract = runsContracts[operation];
    const asked = { params: { runId: 'x' }, body: order() };
    const answer = await as(name)(contract, asked as never);
    expect(answer).toMatchObject({
      status: 'refused',
      problem: { status: 403, type: 'urn:inbound-check:problem:forbidden' },
    });
    expect(rig.lambda.calls).toHaveLength(before);
  });

  it('whose secret is wrong is nobody', async () => {
    const answer = await as('operator', 'stolen')(runsContracts.getRun, { params: { runId: 'x' } });
    expect(answer).toMatchObject({ status: 'refused', problem: { status: 403 } });
  });
});

describe('a request that makes no sense', () => {
  it('is refused before an execution starts, with the words of the plan', async () => {
    const before = rig.states.started();
    const body = { ...order(), vantages: ['eu-central-2'] };
    expect(await as('support')(runsContracts.validate, { body })).toMatchObject({
      status: 'refused',
      problem: { status: 400, detail: expect.stringContaining('there is no vantage "eu-central-2"') },
    });
    expect(await as('operator')(runsContracts.startRun, { body: { targets: ['nobody'] } })).toMatchObject({
      status: 'refused',
      problem: { status: 404, detail: expect.stringContaining('no target "nobody" is registered') },
    });
    expect(rig.states.started()).toEqual(before);
  });
});

describe('a run that is stopped', () => {
  it('ends, says by whom, and has no report', async () => {
    const silent = await serveTcp(() => undefined);
    const body = {
      ...order(),
      target: { check: [`ssh://127.0.0.1:${silent.port}`] },
      settings: { ...settings, timeout: '20s' },
    };
    const started = await as('support')(runsContracts.validate, { body });
    if (started.status !== 'answered') throw new Error(JSON.stringify(started));
    const { runId } = started.value;
    const running = await as('reader')(runsContracts.getRun, { params: { runId } });
    expect(running).toMatchObject({ status: 'answered', value: { status: 'running' } });
    expect(await as('operator')(runsContracts.stopRun, { params: { runId } })).toMatchObject({
      status: 'answered',
      value: { status: 'stopped', error: { message: `stopped by ${rig.operators.operator.arn}` } },
    });
    await silent.close();
    await rig.states.ended(runId);
    expect(await as('reader')(runsContracts.getReport, { params: { runId } })).toMatchObject({
      status: 'refused',
      problem: { status: 404 },
    });
  });
});
