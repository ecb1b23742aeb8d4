/**
 * The fleet in a new account: AWS has not verified it, so there is no CloudFront and no link; ten functions may run at a
 * time in a region, and none may reserve a place.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type CliResult, runCli } from '../cli/run-cli.ts';
import { readAssembly, synthesize } from './assembly.ts';
import { operatorEnvironment } from './operator-environment.ts';
import { type Rig, startRig } from './rig.ts';
import { VANTAGES } from './run-results.ts';
import { request, serveTcp, type TcpServer } from './site.ts';

const QUICK = ['--no-default-controls', '--timeout', '2s', '--confirm', '0'];
const NO_LINKS =
  'this fleet is deployed without links (sharing: false): send the report as a file, as inbound-check run and validate write it with --output report.html';
const IN_ACCOUNT = 10;
let folder: string;
let rig: Rig;
let server: TcpServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fleet-rig-new-account-'));
  const assembly = join(folder, 'cdk.out');
  await synthesize(assembly, { sharing: false, proberConcurrency: 0 });
  [rig, server] = await Promise.all([
    startRig({ assembly: readAssembly(assembly), proberBundle: inject('proberBundle') }),
    serveTcp((socket) => socket.write('220 ready\r\n')),
  ]);
  rig.lambda.accountConcurrency = IN_ACCOUNT;
  await rig.table.put({
    pk: 'TARGET#good',
    sk: 'TARGET',
    kind: 'target',
    name: 'good',
    hosts: ['127.0.0.1'],
    definition: { check: [`tcp://127.0.0.1:${server.port}`] },
    vouch: { by: 'rig', reason: 'our own loopback', at: '2026-01-01T00:00:00.000Z', hosts: ['127.0.0.1'] },
    version: 1,
  });
});
afterAll(async () => {
  await Promise.all([rig?.stop(), server?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const cli = (...args: string[]): Promise<CliResult> =>
  runCli(args, { env: operatorEnvironment(rig, 'operator') });

describe('an account that AWS has not verified', () => {
  it('has no distribution and no function behind one, and none reserves a place', () => {
    expect(rig.deployment.distribution).toBeUndefined();
    expect(rig.deployment.functions.map(({ name }) => name)).not.toContain('inbound-check-share');
    expect(rig.deployment.functions.filter(({ concurrency }) => concurrency !== undefined)).toEqual([]);
  });

  it('runs, and says why there is no link', async () => {
    const { status, stdout, stderr } = await cli('run', 'good', '--wait', ...QUICK);
    expect(stdout).toMatch(/^✓ PASS {2}All expectations are met: 1 endpoint checked from 5 vantages/);
    expect(stdout).not.toContain('Link to');
    expect(stderr).toContain(`\ninbound-check: no link to the report of good: ${NO_LINKS}\n`);
    expect(status).toBe(0);
  });

  it('validates into a file', async () => {
    const report = join(folder, 'report.html');
    const uri = `tcp://127.0.0.1:${server.port}`;
    const { status, stdout, stderr } = await cli('validate', uri, '--ticket', 'T-1', '-o', report, ...QUICK);
    expect(readFileSync(report, 'utf8')).toContain(uri);
    expect(stdout + stderr).toContain(NO_LINKS);
    expect(status).toBe(0);
  });

  it('refuses a link by that sentence', async () => {
    const [runId = ''] = rig.states.started();
    expect(await cli('share', 'create', runId)).toMatchObject({
      status: 64,
      stdout: '',
      stderr: `inbound-check: ${NO_LINKS}\n`,
    });
  });

  it('is well by doctor --fleet, which notes it', async () => {
    const { status, stdout } = await cli('doctor', '--fleet', '--control', `443=127.0.0.1:${server.port}`);
    expect(stdout).toContain(NO_LINKS);
    expect(stdout).not.toContain('not ok');
    expect(status).toBe(0);
  });
});

describe('an account in which ten functions may run at a time', () => {
  it('delays what comes then, or says so, and loses nothing', async () => {
    await cli('schedule', 'set', 'good', '--every', '15m');
    const [schedule] = rig.scheduler.schedules();
    if (schedule === undefined) throw new Error('there is no schedule');
    const waiting: Socket[] = [];
    let isOpen = false;
    const greet = (socket: Socket): void => void socket.write('SSH-2.0-OpenSSH_9.6\r\n');
    // Each dispatcher in the home region waits for its prober elsewhere, which is held here.
    let server: TcpServer | undefined;
    const full = new Promise<void>((resolve, reject) => {
      serveTcp((socket, number) => {
        if (isOpen) greet(socket);
        else waiting.push(socket);
        if (number === IN_ACCOUNT) resolve();
      }).then((serving) => {
        server = serving;
        start(serving.port);
      }, reject);
    });
    const abroad = VANTAGES.filter((id) => id !== rig.deployment.homeRegion);
    const runs: ReturnType<Rig['start']>[] = [];
    const start = (port: number): void => {
      for (const [index, vantages] of [abroad, abroad, abroad.slice(0, 2)].entries()) {
        const runId = `full-${index}`;
        const target = { name: runId, check: [`ssh://127.0.0.1:${port}`] };
        const asked = request(runId, [target], { vantages, settings: { timeout: '60s', confirm: '0' } });
        runs.push(rig.start('check', runId, asked));
      }
    };
    await full;

    expect(await cli('target', 'list')).toMatchObject({
      status: 69,
      stdout: '',
      stderr:
        'inbound-check: the API fails at GET /targets: Internal Server Error: Lambda had no room for its function (docs/deploy.md, A new account), or it crashed: try again in a minute, then see its log\n',
    });
    const scheduledTime = new Date(Number(schedule.StartDate) * 1_000).toISOString().replace('.000Z', 'Z');
    const fired = rig.scheduler.fire(schedule.Name, { scheduledTime, executionId: 'd32c5kddcf5bb8c3' });
    const refused = new Promise<void>((resolve) => {
      rig.lambda.faults.intercept = ({ name }, payload) => {
        if (name.endsWith('-plan') && payload.includes('"late"')) resolve();
        return undefined;
      };
    });
    const target = { name: 'late', check: [`tcp://127.0.0.1:${server?.port}`] };
    const late = rig.start('check', 'late', request('late', [target]), {
      pace: { retries: { AuthoriseAndPlan: 1_000 } },
    });
    await refused;

    isOpen = true;
    // Whatever comes next finds room, however slowly this machine ends what runs.
    rig.lambda.accountConcurrency = 1_000;
    for (const socket of waiting) greet(socket);
    const ended = await Promise.all([...runs, late]);
    expect(ended.map(({ status }) => status)).toEqual(ended.map(() => 'SUCCEEDED'));
    expect((await late).retried).toContain('AuthoriseAndPlan');
    const { status, body } = await fired;
    expect([status, body]).toMatchObject([200, { status: 'started' }]);
    expect((await rig.states.ended((body as { runId: string }).runId)).status).toBe('SUCCEEDED');
    await server?.close();
  });
});
