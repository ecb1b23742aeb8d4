/** Every probe stops immediately: active runs, active probers, and all that would begin. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createApiClient } from '../../lib/aws/api-client.ts';
import { FleetStatus } from '../../lib/service/contracts/fleet.ts';
import { runsContracts } from '../../lib/service/contracts/runs.ts';
import { BatchResult } from '../../lib/service/runs/batch-result.ts';
import { judgeAttempts } from '../../lib/service/runs/judged-attempts.ts';
import buildOnce from '../cli/build-once.ts';
import { runCli } from '../cli/run-cli.ts';
import { readAssembly } from './assembly.ts';
import type { OperatorName } from './http-api.ts';
import { operatorEnvironment } from './operator-environment.ts';
import { type Rig, startRig } from './rig.ts';
import { planOf, readObject, VANTAGES } from './run-results.ts';
import { xmlError } from './s3.ts';
import { request, serveTcp, type TcpServer } from './site.ts';

let rig: Rig;
let silent: TcpServer;
let open = 0;

beforeAll(async () => {
  buildOnce();
  [rig, silent] = await Promise.all([
    startRig({ assembly: readAssembly(inject('assembly')), proberBundle: inject('proberBundle') }),
    serveTcp((socket) => {
      open += 1;
      socket.resume().on('close', () => {
        open -= 1;
      });
    }),
  ]);
});
afterAll(async () => {
  await Promise.all([rig?.stop(), silent?.close()]);
});

const fleet = (who: OperatorName, ...args: string[]) =>
  runCli(['fleet', ...args], { env: operatorEnvironment(rig, who) });
/** Ends by the test's own limit when it never becomes true. */
async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await pause(20);
}
/** Minutes of silence are waited for, so that nothing but the stop ends the probes. */
const mute = () => ({
  target: { name: 'Mute', check: [`tcp://127.0.0.1:${silent.port}?send=x`] },
  ticket: 'T-1',
  settings: { defaultControls: false, timeout: '200s', confirm: '0' },
});
/** Of the probers: others list before they read. */
const looks = () =>
  rig.s3.record.filter(
    ({ action, resource }) => action === 's3:GetObject' && resource.endsWith('/control/stop.json'),
  );
const asked = (runId: string) =>
  request(runId, [mute().target], { settings: { timeout: '200s', confirm: '0' } });
const support = () =>
  createApiClient({
    url: new URL(rig.api.url),
    region: rig.deployment.homeRegion,
    credentials: rig.operators.support,
  });

describe('a fleet that is stopped', () => {
  let runId: string;

  it('may not be stopped by who may only read or support', async () => {
    for (const who of ['reader', 'support'] as const)
      expect((await fleet(who, 'stop', '--reason', 'x')).status).toBe(64);
    expect(await rig.s3.keys(rig.bucket, 'control/')).toEqual([]);
  });

  it('ends the run under way, and its probers within seconds', async () => {
    const started = await support()(runsContracts.validate, { body: mute() });
    if (started.status !== 'answered') throw new Error(JSON.stringify(started));
    ({ runId } = started.value);
    await until(() => open === VANTAGES.length);
    // Each prober has seen once that there is no switch, and went on.
    await until(() => looks().filter(({ status }) => status === 403).length >= VANTAGES.length);
    const stopped = await fleet('operator', 'stop', '--reason', 'a customer calls');
    expect(stopped).toEqual({
      status: 0,
      stdout: 'the fleet is stopped: 1 run under way was ended\n',
      stderr: '',
    });
    const run = await support()(runsContracts.getRun, { params: { runId } });
    expect(run).toMatchObject({
      value: {
        status: 'stopped',
        error: { name: 'FleetStopped', message: expect.stringContaining('calls') },
      },
    });
    await until(() => open === 0);
    // What the probers saw until then is kept, and blames nothing on the target.
    await until(async () => (await rig.s3.keys(rig.bucket, `runs/${runId}/raw/`)).length === VANTAGES.length);
    for (const key of await rig.s3.keys(rig.bucket, `runs/${runId}/raw/`)) {
      const result = BatchResult.parse(JSON.parse(await readObject(rig, key)));
      expect(result).toMatchObject({ partial: true, stopped: true });
      const plan = await planOf(rig, runId);
      const judged = judgeAttempts(plan, [{ vantage: result.vantage.id, attempt: 1, result }]).flatMap(
        (one) => ('results' in one ? [...one.results.values()].flatMap((own) => own.judged) : []),
      );
      expect(judged.map(({ finding }) => [finding.state, finding.faults[0]?.cause])).toEqual([
        ['inconclusive', 'prober.stopped'],
      ]);
    }
  });

  it('looked by an address that opens the switch and nothing else, with rights that are the dispatcher’s', () => {
    // Until it was thrown there was nothing to see, which S3 tells who may not list as 403.
    expect(new Set(looks().map(({ status }) => status))).toEqual(new Set([200, 403]));
    const dispatcher = rig.deployment.functions.find(({ name }) => name.endsWith('-dispatcher'));
    expect(new Set(looks().map(({ caller }) => caller))).toEqual(
      new Set([dispatcher?.principal.accessKeyId]),
    );
    const batches = rig.lambda.calls.filter(({ function: { name } }) => name.includes('-prober-'));
    for (const { payload } of batches)
      expect(new URL(JSON.parse(payload).stopUrl).pathname).toBe(`/${rig.bucket}/control/stop.json`);
    // The address is kept nowhere.
    expect(rig.lambda.logs.some(({ line }) => line.includes('X-Amz-Signature'))).toBe(false);
  });

  it('answers the caller with an error, and begins nothing', async () => {
    const accepted = silent.accepted();
    const status = await fleet('reader', 'status', '--format', 'json');
    expect(FleetStatus.parse(JSON.parse(status.stdout))).toMatchObject({
      signingKey: expect.stringMatching(/^SHA256:/),
      stopped: { by: rig.operators.operator.arn, reason: 'a customer calls' },
      vantages: VANTAGES.map((id) => ({ id })),
      runs: [{ name: runId, kind: 'check', status: 'stopped' }],
    });
    expect((await fleet('reader', 'status')).stdout).toMatch(
      /^THE FLEET IS STOPPED since .* by .*: a customer calls$/m,
    );
    const run = await rig.start('check', 'refused', asked('refused'));
    expect(run).toMatchObject({
      status: 'SUCCEEDED',
      output: { failure: { Error: 'FleetStopped' } },
      retried: [],
    });
    expect(silent.accepted()).toBe(accepted);
  });

  it('refuses to be asked for a run, with the reason', async () => {
    expect(await support()(runsContracts.validate, { body: mute() })).toMatchObject({
      status: 'refused',
      problem: {
        status: 503,
        detail: expect.stringMatching(/^everything was stopped at .*: a customer calls$/),
      },
    });
  });

  it('is not mistaken for one that runs when the switch is out of reach', async () => {
    await fleet('operator', 'resume');
    const accepted = silent.accepted();
    rig.s3.intercept = ({ action }) =>
      action === 's3:ListBucket' ? xmlError(403, 'AccessDenied', 'no') : undefined;
    const run = await rig.start('check', 'unseen', asked('unseen'), {
      pace: { retries: { AuthoriseAndPlan: 1 } },
    });
    rig.s3.intercept = () => undefined;
    expect(run).toMatchObject({ status: 'FAILED', error: 'StoreFailed' });
    expect(silent.accepted()).toBe(accepted);
  });
});

describe('a fleet that was resumed', () => {
  it('probes again', async () => {
    await fleet('operator', 'stop', '--reason', 'again');
    const resumed = await fleet('operator', 'resume');
    expect(resumed.stdout).toBe(`the fleet goes on; ${rig.operators.operator.arn} had stopped it: again\n`);
    expect((await fleet('operator', 'resume')).stdout).toBe('the fleet was not stopped\n');
    const server = await serveTcp((socket) => socket.write('220 ready\r\n'));
    const run = await rig.start(
      'check',
      'resumed',
      request('resumed', [{ check: [`tcp://127.0.0.1:${server.port}`] }]),
    );
    expect([run.status, server.accepted()]).toEqual(['SUCCEEDED', VANTAGES.length]);
    await server.close();
  });
});
