/** Webhooks and metrics from the command line, by the API, to the notifier that tries them. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type CliResult, runCli } from '../cli/run-cli.ts';
import { answering, startReceiver } from '../service/alerts/receiver.ts';
import { readAssembly } from './assembly.ts';
import type { OperatorName } from './http-api.ts';
import { operatorEnvironment } from './operator-environment.ts';
import { type Rig, startRig } from './rig.ts';
import { request, serveTcp } from './site.ts';

const SLACK = 'https://hooks.slack.com/services/T000/B000/SECRET-PATH';
let rig: Rig;
beforeAll(async () => {
  rig = await startRig({
    assembly: readAssembly(inject('assembly')),
    proberBundle: inject('proberBundle'),
    notifierBundle: inject('notifierBundle'),
  });
});
afterAll(() => rig?.stop());

function cli(
  args: readonly string[],
  {
    as = 'operator',
    env = {},
    stdin = '',
  }: { as?: OperatorName; env?: Record<string, string>; stdin?: string } = {},
): Promise<CliResult> {
  return runCli(args, { stdin, env: { ...operatorEnvironment(rig, as), ...env } });
}

describe('webhook', () => {
  it('add takes the URL from where nobody sees it, and list shows only where it leads', async () => {
    const added = await cli(
      ['webhook', 'add', 'ops', '--slack', 'env:SLACK_URL', '--severity', 'warning', '--target', 'shop*'],
      { env: { SLACK_URL: SLACK } },
    );
    expect(added).toEqual({
      status: 0,
      stdout: '',
      stderr: 'inbound-check: webhook ops: https://hooks.slack.com/… gets warning or worse of shop*\n',
    });
    expect((await cli(['webhook', 'add', 'team', '--teams', '-'], { stdin: `${SLACK}\n` })).status).toBe(0);
    const { stdout } = await cli(['webhook', 'list'], { as: 'reader' });
    expect(stdout).toMatch(/^ops {2}slack {2}https:\/\/hooks\.slack\.com\/… {2}warning or worse of shop\*\n/);
    expect(stdout).toContain(`by ${rig.operators.operator.arn}`);
    expect(stdout).toContain('team  teams  https://hooks.slack.com/…  every change');
    expect(stdout).not.toContain('SECRET');
    const json: unknown = JSON.parse((await cli(['webhook', 'list', '--format', 'json'])).stdout);
    expect(json).toMatchObject([{ id: 'ops', targets: ['shop*'], minSeverity: 'warning' }, { id: 'team' }]);
  });

  it('add --url prints the secret once, and keeps it until another is asked for', async () => {
    const url = 'https://desk.example.com/hook';
    const first = await cli(['webhook', 'add', 'desk', '--url', url]);
    expect(first.stdout).toMatch(/^whsec_[A-Za-z0-9+/]{43}=\n$/);
    expect(first.stderr).toContain('the secret is shown only now');
    expect((await cli(['webhook', 'add', 'desk', '--url', '--kind', 'failing'])).stdout).toBe('');
    const renewed = await cli(['webhook', 'add', 'desk', '--url', '--new-secret']);
    expect(renewed.stdout).toMatch(/^whsec_/);
    expect(renewed.stdout).not.toBe(first.stdout);
  });

  it.each([
    [
      ['add', 'a', '--slack', 'https://127.0.0.1/SECRET'],
      64,
      "the webhook's host is not on the internet (loopback)",
    ],
    [['add', 'a', '--slack', 'http://example.com/SECRET'], 64, "the webhook's URL must begin with https://"],
    [['add', 'A_', '--slack', SLACK], 64, 'must be 1 to 40 lower-case letters'],
    [['add', 'a'], 64, 'one of --slack URL, --teams URL, --url URL, --pagerduty KEY and --ntfy URL'],
    [['add', 'a', '--slack', 'env:NOT_SET'], 64, 'the variable "NOT_SET" is not set'],
    [['add', 'a', '--slack', '-'], 64, 'expected that alone on standard input'],
    [['add', 'a', '--slack', SLACK, '--kind', 'x'], 64, 'expected one of failing, recovered'],
    [['add', 'a', '--slack', SLACK, '--new-secret'], 64, 'only a webhook with --url has a secret'],
    [['add', 'a', '--slack', SLACK, '--token', 'SECRET'], 64, '--token: goes with --ntfy alone'],
    [['add', 'a', '--ntfy', 'https://ntfy.sh/'], 64, 'the address of a topic ends with its name'],
    [['add', 'a', '--pagerduty', 'SECRET'], 64, 'PagerDuty needs the integration key of a service'],
    [['add', 'a', '--slack'], 64, 'needs the URL that its service gave you'],
    [['remove', 'none'], 64, 'there is no such webhook'],
    [['test', 'none'], 64, 'there is no such webhook'],
  ])('%j is refused in one line', async (args, status, words) => {
    const refused = await cli(['webhook', ...args]);
    expect([refused.status, refused.stdout]).toEqual([status, '']);
    expect(refused.stderr).toContain(words);
    expect(refused.stderr.trim().split('\n')).toHaveLength(1);
    expect(refused.stderr).not.toContain('SECRET');
  });

  it('test lets the fleet send a sample, and says what the receiver answers', async () => {
    const taking = await startReceiver(answering(200, {}, 'ok'));
    const refusing = await startReceiver(answering(403, {}, 'invalid_token'));
    for (const [id, { port }] of [
      ['taking', taking],
      ['refusing', refusing],
      ['nobody', { port: 1 }],
    ] as const) {
      const webhook = {
        id,
        kind: 'slack',
        url: `http://127.0.0.1:${port}/SECRET-PATH`,
        changedBy: 'rig',
        changedAt: '2026-11-25T00:00:00.000Z',
      };
      await rig.table.put({ pk: `WEBHOOK#${id}`, sk: 'WEBHOOK', kind: 'webhook', name: id, webhook });
    }
    expect(await cli(['webhook', 'test', 'taking'])).toEqual({
      status: 0,
      stdout: 'taking: the receiver took it with 200: ok\n',
      stderr: '',
    });
    expect(await cli(['webhook', 'test', 'refusing'])).toMatchObject({
      status: 1,
      stdout: 'refusing: the receiver refused it with 403: invalid_token\n',
    });
    expect(await cli(['webhook', 'test', 'nobody'])).toMatchObject({
      status: 1,
      stdout: 'nobody: nobody took it: no connection (refused)\n',
    });
    expect(taking.got).toHaveLength(1);
    expect(taking.got[0]?.body).toContain('nothing has happened');
    expect(rig.sns.published).toEqual([]);
  });

  it('may be changed and tried by operators alone', async () => {
    for (const args of [
      ['add', 'x', '--slack', SLACK],
      ['test', 'taking'],
      ['remove', 'taking'],
    ])
      for (const as of ['support', 'reader'] as const)
        expect((await cli(['webhook', ...args], { as })).status, `${args.join(' ')} as ${as}`).toBe(64);
    expect((await cli(['webhook', 'remove', 'taking'])).stdout).toBe('webhook taking is removed\n');
    expect((await cli(['webhook', 'list'])).stdout).not.toContain('taking');
  });

  it('is in no log, neither of the API nor of the notifier', () => {
    expect(rig.lambda.logs.length).toBeGreaterThan(10);
    for (const { line } of rig.lambda.logs) expect(line).not.toMatch(/SECRET-PATH|whsec_/);
  });
});

describe('metrics', () => {
  it('are those of the registered targets', async () => {
    const server = await serveTcp((socket) => socket.write('220 ready\r\n'));
    const target = { name: 'Metrics "quoted"', check: [`tcp://127.0.0.1:${server.port}`] };
    await rig.table.put({
      pk: `TARGET#${target.name}`,
      sk: 'TARGET',
      kind: 'target',
      name: target.name,
      hosts: ['127.0.0.1'],
      authorisation: { kind: 'vouched', by: 'rig@example.com', reason: 'our own loopback' },
    });
    await rig.table.put({
      pk: 'TARGET#Never',
      sk: 'TARGET',
      kind: 'target',
      name: 'Never',
      hosts: ['127.0.0.1'],
    });
    expect((await rig.start('check', 'metrics', request('metrics', [target]))).status).toBe('SUCCEEDED');
    const folder = mkdtempSync(join(tmpdir(), 'inbound-check-metrics-'));
    const file = join(folder, 'inbound_check.prom');
    expect(await cli(['metrics', '-o', file], { as: 'reader' })).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
    expect(readdirSync(folder)).toEqual(['inbound_check.prom']);
    const text = readFileSync(file, 'utf8');
    const of = `target="Metrics \\"quoted\\"",endpoint="tcp://127.0.0.1:${server.port}"`;
    expect(text).toContain(`\nprobe_success{${of}} 1\n`);
    expect(text).toMatch(/\nprobe_duration_seconds\{target="Metrics \\"quoted\\"",[^}]+\} 0\.\d+\n/);
    expect(text).toContain(`\ninbound_check_vantages{${of},state="open"} 5\n`);
    expect(text).toContain('\ninbound_check_target_info{target="Never"} 1\n');
    const { stdout } = await cli(['metrics', '--prefix', 'Nev']);
    expect(stdout).toContain('target="Never"');
    expect(stdout).not.toContain('Metrics');
    await server.close();
  });

  it('leave the file as it was when the API is out of reach', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'inbound-check-metrics-'));
    const file = join(folder, 'kept.prom');
    writeFileSync(file, 'kept 1\n');
    expect((await cli(['metrics', '-o', file, '--api', 'http://127.0.0.1:1'])).status).toBe(69);
    expect(readFileSync(file, 'utf8')).toBe('kept 1\n');
    expect(readdirSync(folder)).toEqual(['kept.prom']);
  });
});
