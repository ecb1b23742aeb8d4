/** Listeners asked by a station, with the real command line: what is proven, and where the code is not. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Report } from '../../lib/engine/report-schema.ts';
import { readChallenge, runKey } from '../../lib/kinds/listener/proof.ts';
import { sealKeysOf } from '../../lib/kinds/listener/seal-keys.ts';
import { makeToken, newFolder, type RunningStation, startStation } from '../local/station/running-station.ts';
import { logAround } from '../servers/listener-log-text.ts';
import {
  CODE,
  CODE_TEXT,
  OTHER_CODE,
  type ScriptedListener,
  scriptedListener,
} from '../servers/scripted-listener.ts';
import { runCli } from './run-cli.ts';

const QUICK = ['--no-default-controls', '--confirm', '0', '--no-share'];
const folder = newFolder();
let station: RunningStation;
let operator: string;
let support: string;
let own: ScriptedListener;
let other: ScriptedListener;

/** With the code in the environment, as people give it. */
const cli = (token: string, args: readonly string[], code: string | undefined = CODE_TEXT) =>
  runCli([...args], {
    env: {
      INBOUND_CHECK_API: station.url,
      INBOUND_CHECK_TOKEN: token,
      ...(code !== undefined && { INBOUND_CHECK_LISTENER_CODE: code }),
    },
  });

beforeAll(async () => {
  [own, other] = await Promise.all([
    scriptedListener({ speech: 'line' }),
    scriptedListener({ speech: 'line', code: OTHER_CODE }),
  ]);
  station = await startStation(folder);
  operator = await makeToken(folder, 'operator', '--name', 'ada');
  support = await makeToken(folder, 'support', '--name', 'sue');
  await station.cli(operator, 'target', 'add', 'own', '--check', `tcp://127.0.0.1:${own.port}`);
  await station.cli(operator, 'target', 'add', 'other', '--check', `tcp://127.0.0.1:${other.port}`);
});
afterAll(async () => {
  await station?.end('SIGKILL');
  await Promise.all([own?.close(), other?.close()]);
});

/** Everything that is below a folder, as bytes. */
const contentsOf = (path: string): Buffer[] =>
  readdirSync(path).flatMap((name) => {
    const one = join(path, name);
    return statSync(one).isDirectory() ? contentsOf(one) : [readFileSync(one)];
  });

describe('run and validate --with-listener', () => {
  it('prove a port end to end, and keep neither code nor key', async () => {
    const ran = await cli(operator, ['run', 'own', '--wait', '--with-listener', ...QUICK]);
    expect(ran.stdout).toContain('Proven end to end: 1 port.');
    expect(ran.status).toBe(0);
    const validated = await cli(support, [
      'validate',
      `tcp://127.0.0.1:${own.port}`,
      '--ticket',
      'T-1',
      '--with-listener',
      ...QUICK,
    ]);
    expect(validated.stdout).toContain('Proven end to end: 1 port.');
    expect(validated.status).toBe(0);
    // What a proof does not prove stands in the report, and in the text that goes into a ticket.
    for (const { stdout } of [ran, validated]) {
      const said = stdout.replace(/\s+/g, ' ');
      expect(said).toContain('Measured with a listener in the place of the servers');
      expect(said).toContain('A proof shows the path to this host, and not the rule for the product');
    }
    const runs = own.heard.map((line) => readChallenge(line)?.run ?? '');
    expect(new Set(runs).size).toBe(2);
    const secrets = [CODE, CODE_TEXT, ...runs.map((run) => runKey(CODE, run))];
    const kept = [...contentsOf(folder), Buffer.from(ran.stdout + ran.stderr + validated.stdout)];
    expect(kept.length).toBeGreaterThan(5);
    for (const bytes of kept) for (const secret of secrets) expect(bytes.includes(secret)).toBe(false);
  });

  it('fail where another host answers', async () => {
    const { status, stdout } = await cli(operator, ['run', 'other', '--wait', '--with-listener', ...QUICK]);
    expect(stdout).toContain('path.another-host');
    expect(status).toBe(1);
  });

  it('leave what is known of the target as it was', async () => {
    const { stdout } = await station.cli(operator, 'history', '--cloud', 'own');
    expect(stdout).not.toContain('listener://');
  });

  it('claim no proof by words alone', async () => {
    const args = ['run', 'own', '--wait', '--with-listener', '--they-read', ...QUICK];
    const { status, stdout, stderr } = await cli(operator, args, '');
    expect(stdout.replace(/\s+/g, ' ')).toContain('no port proven, as no code was given');
    expect(stderr).toContain('read-back REPORT PORT="WORDS"');
    expect(status).toBe(0);
  });

  it('name what no listener can stand in for', async () => {
    const uris = [`tcp://127.0.0.1:${own.port}`, 'ntp://127.0.0.1'];
    const { status, stderr } = await cli(support, [
      'validate',
      ...uris,
      '--ticket',
      'T-2',
      '--with-listener',
      ...QUICK,
    ]);
    expect(stderr).toContain('no listener can stand in for these, so they are left out: ntp://127.0.0.1:123');
    expect(status).toBe(0);
  });

  it.each([
    [['run', 'own', '--they-read', '--wait'], '--they-read goes with --with-listener'],
    [['run', '--follow', 'x', '--with-listener'], 'does not go with --follow'],
    [['run', 'own', '--they-read', '--with-listener'], '--they-read needs the end of the run'],
  ])('%j is refused in one line', async (args, words) => {
    const { status, stdout, stderr } = await cli(operator, args, '');
    expect([status, stdout]).toEqual([64, '']);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(words);
  });

  it('want the code before anything is started', async () => {
    const { status, stderr } = await cli(operator, ['run', 'own', '--wait', '--with-listener'], '');
    expect(stderr).toContain('INBOUND_CHECK_LISTENER_CODE');
    expect(status).toBe(64);
  });
});

describe('join RUN LOG', () => {
  let runId: string;
  let around: { startedAt: string; finishedAt: string; port: number };
  const written = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  beforeAll(async () => {
    const output = join(folder, 'of-run.json');
    const run = await cli(operator, [
      'run',
      'own',
      '--wait',
      '--with-listener',
      ...QUICK,
      '--output',
      output,
    ]);
    runId = /run (\S+)/.exec(run.stderr)?.[1] ?? '';
    const { startedAt, finishedAt } = Report.parse(JSON.parse(readFileSync(output, 'utf8')));
    around = { startedAt, finishedAt, port: own.port };
  });

  it('joins a log from standard input for support, in a report that the station signs', async () => {
    const output = join(folder, 'joined.html');
    const { status, stderr } = await runCli(['join', runId, '-', '--output', output], {
      env: {
        INBOUND_CHECK_API: station.url,
        INBOUND_CHECK_TOKEN: support,
        INBOUND_CHECK_LISTENER_CODE: CODE_TEXT,
      },
      stdin: logAround(around),
    });
    expect([status, stderr.replace(/^inbound-check: [^\n]*joined\.json[^\n]*\n/, '')]).toEqual([0, '']);
    const report = Report.parse(JSON.parse(readFileSync(join(folder, 'joined.json'), 'utf8')));
    expect(report.listeners?.[0]?.log.keyId).toBe(sealKeysOf(CODE).keyId);
    expect(report.signature).toBeDefined();
  });

  it.each([
    ['another code', () => logAround({ ...around, code: OTHER_CODE }), 'another code'],
    ['another time', () => logAround({ ...around, shift: 86_400_000 }), 'another time'],
    ['an altered log', () => logAround(around).replace('127.0.0.1', '127.0.0.2'), 'altered'],
  ])('refuses %s by name', async (name, text, words) => {
    const log = written(`${name.replaceAll(' ', '-')}.log`, text());
    const { status, stdout, stderr } = await cli(operator, ['join', runId, log]);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain(words);
  });

  it.each([
    ['no log', () => 'root:x:0:0\n', 'no-log.txt": its first line is not the start'],
    [
      'a log of other ports',
      () => logAround({ ...around, port: 9 }),
      'the report has no connection to a port',
    ],
  ])('refuses %s with 64, and names the file', async (name, text, words) => {
    const log = written(`${name.replaceAll(' ', '-')}.txt`, text());
    const { status, stdout, stderr } = await cli(operator, ['join', runId, log]);
    expect([status, stdout]).toEqual([64, '']);
    expect(stderr).toMatch(/^inbound-check: "[^\n]*"[^\n]*\n$/);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/no-log: |other-ports: /);
  });

  it('is not for readers', async () => {
    const reader = await makeToken(folder, 'reader', '--name', 'rae');
    const { status, stderr } = await cli(reader, ['join', runId, written('r.log', logAround(around))]);
    expect(stderr).not.toBe('');
    expect(status).not.toBe(0);
  });
});
