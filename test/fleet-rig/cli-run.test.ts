/** The real command line, as a process, against the fleet of the rig. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { Report } from '../../lib/engine/report-schema.ts';
import { type CliResult, collect, runCli, startCli } from '../cli/run-cli.ts';
import { readAssembly } from './assembly.ts';
import type { OperatorName } from './http-api.ts';
import { jsonError } from './loopback-server.ts';
import { operatorEnvironment } from './operator-environment.ts';
import { type Rig, startRig } from './rig.ts';
import { signingKeyId } from './run-results.ts';
import { REFUSED_PORT, serveTcp, type TcpServer } from './site.ts';

const QUICK = ['--no-default-controls', '--timeout', '20s', '--confirm', '0'];
let rig: Rig;
let server: TcpServer;
let folder: string;

const cli = (name: OperatorName, ...args: string[]): Promise<CliResult> =>
  runCli(args, { env: operatorEnvironment(rig, name) });

/** A target as an operator has registered and vouched for it. */
const register = (name: string, ...check: string[]): Promise<void> =>
  rig.table.put({
    pk: `TARGET#${name}`,
    sk: 'TARGET',
    kind: 'target',
    name,
    hosts: ['127.0.0.1'],
    definition: { check },
    vouch: { by: 'rig', reason: 'our own loopback', at: '2026-01-01T00:00:00.000Z', hosts: ['127.0.0.1'] },
  });

/** A port of loopback without a listener, and what starts to listen there. */
async function closedPort(): Promise<{ port: number; open: () => Promise<Server> }> {
  const listen = (port: number): Promise<Server> =>
    new Promise((resolve, reject) => {
      const made = createServer((socket) => socket.on('error', () => undefined).write('220 ready\r\n'));
      made.once('error', reject).listen(port, '127.0.0.1', () => resolve(made));
    });
  const first = await listen(0);
  const address = first.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  await new Promise((resolve) => first.close(resolve));
  return { port: address.port, open: () => listen(address.port) };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'inbound-check-cli-run-'));
  [rig, server] = await Promise.all([
    startRig({ assembly: readAssembly(inject('assembly')), proberBundle: inject('proberBundle') }),
    serveTcp((socket) => socket.write('220 ready\r\n')),
  ]);
  await register('good', `tcp://127.0.0.1:${server.port}`);
  await register('bad', `tcp://127.0.0.1:${server.port}`, `tcp://127.0.0.1:${REFUSED_PORT}`);
  await register('stranger', 'tcp://127.0.0.9:80');
});
afterEach(() => {
  rig.states.intercept = () => undefined;
});
afterAll(async () => {
  await Promise.all([rig?.stop(), server?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

describe('run', () => {
  it('exits 0 when all passes, with the summary and a link on standard output', async () => {
    const { status, stdout, stderr } = await cli('operator', 'run', 'good', '--wait', ...QUICK);
    expect(stderr).toMatch(/^inbound-check: run \d{8}T\d{6}Z-[0-9a-f]{8}\n$/);
    expect(stdout).toMatch(
      /^✓ PASS {2}All expectations are met: 1 endpoint checked from 5 vantages: 1 passed\./,
    );
    expect(stdout).toMatch(
      /\nLink to the report of good, until [-\d]+ [:\d]+ UTC: https?:\/\/\S+\/s\/[\w-]{22,}\n$/,
    );
    expect(status).toBe(0);
  });

  it('exits 1 when an expectation fails, and writes the fleet’s own signed report, its data with it', async () => {
    const output = join(folder, 'bad.html');
    const { status, stdout } = await cli(
      'operator',
      'run',
      'bad',
      '--wait',
      '--no-share',
      '-o',
      output,
      ...QUICK,
    );
    expect(stdout).toContain('tcp.refused');
    expect(stdout).not.toContain('Link to');
    expect(status).toBe(1);
    const key = signingKeyId(rig);
    for (const file of [output, join(folder, 'bad.json')]) {
      expect(await runCli(['verify', file, '--key', key])).toMatchObject({ status: 0 });
      expect(await runCli(['verify', file])).toMatchObject({ status: 3 });
    }
  });

  it('exits 2 when nothing could be reported', async () => {
    const { status, stdout } = await cli('operator', 'run', 'stranger', '--wait', '--no-share', ...QUICK);
    expect(stdout).toContain('prober.target-not-authorised');
    expect(status).toBe(2);
  });

  it('reports several targets as one', async () => {
    const { status, stdout } = await cli(
      'operator',
      'run',
      'good',
      'bad',
      '--wait',
      '--no-share',
      '--format',
      'json',
      ...QUICK,
    );
    const report = Report.parse(JSON.parse(stdout));
    expect(report.endpoints.map(({ target, verdict }) => [target, verdict])).toEqual([
      ['good', 'pass'],
      ['bad', 'pass'],
      ['bad', 'fail'],
    ]);
    expect(status).toBe(1);
  });

  it('only starts a run without --wait; --follow ends it', async () => {
    const started = await cli('operator', 'run', 'good', ...QUICK);
    expect(started).toMatchObject({ status: 0, stderr: expect.stringContaining('run --follow 20') });
    const followed = await cli(
      'operator',
      'run',
      '--follow',
      started.stdout.trim(),
      '--format',
      'junit',
      '--no-share',
    );
    expect(followed).toMatchObject({ status: 0, stdout: expect.stringContaining('failures="0"') });
  });

  it('goes on while Step Functions refuses the history for a while', async () => {
    // What the SDK tries within one request of the API.
    let left = 3;
    rig.states.intercept = ({ action }) => {
      if (action !== 'states:GetExecutionHistory' || left === 0) return undefined;
      left -= 1;
      return jsonError(400, 'ThrottlingException', 'Rate exceeded');
    };
    const { status, stdout } = await cli('operator', 'run', 'good', '--wait', '--no-share', ...QUICK);
    expect([status, left]).toEqual([0, 0]);
    expect(stdout).toMatch(/^✓ PASS /);
  });

  it('leaves a run whose history can’t be read going, and says how to follow it', async () => {
    rig.states.intercept = ({ action }) =>
      action === 'states:GetExecutionHistory'
        ? jsonError(400, 'AccessDeniedException', 'on purpose')
        : undefined;
    const { status, stdout, stderr } = await cli('operator', 'run', 'good', '--wait', '--no-share', ...QUICK);
    rig.states.intercept = () => undefined;
    const runId = /run (\S+)\n/.exec(stderr)?.[1] ?? '';
    expect(stderr).toContain(
      '\ninbound-check: a service that the API needs does not answer: try again in a moment\n',
    );
    expect(stderr).toContain(`the run goes on; follow it with: inbound-check run --follow ${runId}\n`);
    expect([status, stdout]).toEqual([69, '']);
    expect((await rig.states.ended(runId)).status).toBe('SUCCEEDED');
    expect(await cli('operator', 'run', '--follow', runId, '--no-share')).toMatchObject({ status: 0 });
  });

  it('is left going by Ctrl-C, which says how to follow it', async () => {
    const silent = await serveTcp(() => undefined);
    await register('slow', `ssh://127.0.0.1:${silent.port}`);
    const slow = [
      'run',
      'slow',
      '--wait',
      '--no-share',
      '--no-default-controls',
      '--timeout',
      '5s',
      '--confirm',
      '0',
    ];
    const child = startCli(slow, { env: operatorEnvironment(rig, 'operator') });
    const { seen, ended } = collect(child);
    // It has a run id now, so there is something to leave.
    child.stderr.once('data', () => child.kill('SIGINT'));
    expect(await ended).toBe(130);
    const runId = /run (\S+)\n/.exec(seen.stderr)?.[1] ?? '';
    expect(seen.stderr).toContain(`the run goes on; follow it with: inbound-check run --follow ${runId}`);
    expect((await rig.states.ended(runId)).status).toBe('SUCCEEDED');
    await silent.close();
  });

  it.each([
    [['run', 'nobody'], 64, 'no target "nobody" is registered'],
    [['run', '--follow', 'nowhere'], 64, 'there is no run "nowhere"'],
    [['run', 'good', '--vantage', 'mars'], 64, 'there is no vantage "mars"'],
    [['run', 'good', '--wait', '--days', '1000'], 64, '--days: expected a whole number from 1 to'],
    [['run', 'good', '--format', 'json'], 64, 'add --wait or --gate'],
    [['run', 'good', '--gate', '--every', '1s'], 64, '--every: expected a duration from 5s to 24h'],
    [['run', 'good', '--wait', '--every', '5s'], 64, '--every says how --gate waits: add --gate'],
    [['run', 'good', '--redact'], 64, '--redact needs the end of the run'],
    [['run'], 64, 'name a target'],
  ])('%j exits %i and says why in one line', async (args, status, words) => {
    const before = rig.states.started().length;
    const result = await cli('operator', ...args);
    expect(result).toMatchObject({ status, stdout: '' });
    expect(result.stderr).toContain(words);
    expect(result.stderr.match(/\n/g)).toHaveLength(1);
    expect(rig.states.started()).toHaveLength(before);
  });
});

describe('run --gate', () => {
  it('turns green when the server starts to listen, probing again only what failed, and proves it once more', async () => {
    const late = await closedPort();
    await register('late', `tcp://127.0.0.1:${server.port}`, `tcp://127.0.0.1:${late.port}`);
    const junit = join(folder, 'gate.xml');
    const args = [
      'run',
      'late',
      '--gate',
      '--every',
      '5s',
      '--for',
      '2m',
      '-o',
      junit,
      '--no-share',
      ...QUICK,
    ];
    const before = rig.states.started().length;
    const child = startCli(args, { env: operatorEnvironment(rig, 'operator') });
    const { seen, ended } = collect(child);
    let opened: Promise<Server> | undefined;
    child.stderr.on('data', () => {
      if (seen.stderr.includes('not passing')) opened ??= late.open();
    });
    const status = await ended;
    const { stdout, stderr } = seen;
    expect(stderr).toContain(`1 of 2 endpoints not passing: tcp://127.0.0.1:${late.port} (tcp.refused)`);
    expect(stderr).toMatch(new RegExp(`UTC: tcp://127\\.0\\.0\\.1:${late.port} passes, was tcp\\.refused`));
    expect(stderr).toContain('everything passes; checking all of it once more');
    expect(stdout).toMatch(/^✓ PASS {2}All expectations are met: 2 endpoints checked/);
    const xml = readFileSync(junit, 'utf8');
    expect(xml.match(/<testcase /g)).toHaveLength(2);
    expect(xml).not.toContain('<failure');
    expect(status).toBe(0);
    const asked = await Promise.all(
      rig.states
        .started()
        .slice(before)
        .map(async (runId) =>
          Report.parse(JSON.parse((await rig.s3.read(rig.bucket, `runs/${runId}/0/report.json`)) ?? '')),
        ),
    );
    expect(asked.map(({ endpoints }) => endpoints.length)).toEqual([2, 1, 2]);
    await new Promise((resolve) =>
      opened === undefined ? resolve(undefined) : void opened.then((one) => one.close(resolve)),
    );
  });

  it('exits 1 when the time is over, with what it knows of everything', async () => {
    const { status, stdout, stderr } = await cli(
      'operator',
      'run',
      'bad',
      '--gate',
      '--every',
      '5s',
      '--for',
      '6s',
      '--no-share',
      '--format',
      'json',
      ...QUICK,
    );
    expect(stderr).toContain(
      `the time is over; still not passing: tcp://127.0.0.1:${REFUSED_PORT} (tcp.refused)`,
    );
    expect(Report.parse(JSON.parse(stdout)).endpoints.map(({ verdict }) => verdict)).toEqual([
      'pass',
      'fail',
    ]);
    expect(status).toBe(1);
  });

  it('does not wait for what no waiting changes', async () => {
    const { status, stderr } = await cli('operator', 'run', 'stranger', '--gate', '--no-share', ...QUICK);
    expect(stderr).toContain('can’t change by waiting');
    expect(status).toBe(2);
  });
});

describe('validate', () => {
  const validate = (name: OperatorName, ...args: string[]): Promise<CliResult> =>
    cli(
      name,
      'validate',
      `tcp://127.0.0.1:${server.port}`,
      `tcp://127.0.0.1:${REFUSED_PORT}`,
      '--ticket',
      'T-123',
      ...QUICK,
      ...args,
    );

  it('gives support a link and a paragraph for the ticket, in one step', async () => {
    const { status, stdout } = await validate('support', '--days', '7', '--redact');
    expect(stdout).toMatch(
      /^Inbound Check of 127\.0\.0\.1, [-\d]+ [:\d]+ UTC: something is not as it should be\.\n/,
    );
    expect(stdout).toContain(
      '2 endpoints from 5 places on the internet: eu-central-1 (seen as 127.0.0.1 at ',
    );
    expect(stdout).toMatch(
      new RegExp(`\\n- Failed: tcp://127\\.0\\.0\\.1:${REFUSED_PORT}: .+\\n  Who acts: .+\\n  What to do: `),
    );
    const url = /Proof, .*: (https?:\/\/\S+) \(the link works until/.exec(stdout)?.[1] ?? '';
    expect(status).toBe(1);
    const page = await fetch(new URL(new URL(url).pathname, rig.linksUrl));
    expect(page.status).toBe(200);
    expect(await page.text()).not.toContain('assumed-role');
  });

  it('lets support validate but not register, and a reader neither', async () => {
    const add = ['target', 'add', 'new', '--host', 'shop.example.com', '--profile', 'web'];
    for (const [args, route] of [
      [['run', 'good'], 'POST /runs'],
      [add, 'PUT /targets/new'],
    ] as const) {
      const refused = await cli('support', ...args);
      expect(refused).toMatchObject({ status: 64, stdout: '' });
      expect(refused.stderr).toContain(`inbound-check: AWS refuses ${route} (Forbidden)`);
    }
    expect(await rig.table.get('TARGET#new', 'TARGET')).toBeUndefined();
    const reader = await validate('reader');
    expect(reader).toMatchObject({ status: 64, stdout: '' });
    expect(reader.stderr).toContain('inbound-check: AWS refuses POST /validations (Forbidden)');
  });

  it('is not reachable for whom AWS does not know', async () => {
    const env = { ...operatorEnvironment(rig, 'support'), AWS_SECRET_ACCESS_KEY: 'wrong' };
    const result = await runCli(['validate', 'tcp://127.0.0.1:80', '--ticket', 'T-1'], { env });
    expect(result).toMatchObject({ status: 64, stderr: expect.stringContaining('Forbidden') });
  });
});

describe('without a fleet', () => {
  it.each([
    [{}, 64, 'say where the fleet is: --api URL or $INBOUND_CHECK_API'],
    [{ INBOUND_CHECK_API: 'http://example.com' }, 64, '--api: expected an address as https://'],
    [
      { INBOUND_CHECK_API: 'http://127.0.0.1:2', AWS_REGION: 'eu-central-1' },
      69,
      "the API can't be reached: 127.0.0.1:2: connect ECONNREFUSED",
    ],
  ])('%j exits %i', async (given, status, words) => {
    const env = { INBOUND_CHECK_API: '', AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'S', ...given };
    expect(await runCli(['run', 'good'], { env })).toMatchObject({
      status,
      stderr: expect.stringContaining(words),
    });
  });
});
