/** Listeners asked by the deployed fleet, with the real command line: what is proven, by whom, and where no secret is. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Report } from '../../lib/engine/report-schema.ts';
import { readChallenge, runKey } from '../../lib/kinds/listener/proof.ts';
import { LISTENER_SECRETS } from '../../lib/service/runs/keys.ts';
import buildOnce from '../cli/build-once.ts';
import { runCli } from '../cli/run-cli.ts';
import { logAround } from '../servers/listener-log-text.ts';
import {
  CODE,
  CODE_TEXT,
  OTHER_CODE,
  type ScriptedListener,
  scriptedListener,
} from '../servers/scripted-listener.ts';
import { readAssembly } from './assembly.ts';
import type { OperatorName } from './http-api.ts';
import { operatorEnvironment } from './operator-environment.ts';
import { type Rig, startRig } from './rig.ts';
import { readObject, reportOf, signingKeyId } from './run-results.ts';

const QUICK = ['--no-default-controls', '--timeout', '20s', '--confirm', '0', '--no-share'];
let rig: Rig;
let listener: ScriptedListener;

beforeAll(async () => {
  buildOnce();
  [rig, listener] = await Promise.all([
    startRig({ assembly: readAssembly(inject('assembly')), proberBundle: inject('proberBundle') }),
    scriptedListener({ speech: 'line' }),
  ]);
});
afterAll(async () => {
  await Promise.all([rig?.stop(), listener?.close()]);
});

const cli = (name: OperatorName, ...args: string[]) =>
  runCli(args, { env: { ...operatorEnvironment(rig, name), INBOUND_CHECK_LISTENER_CODE: CODE_TEXT } });

const validate = (name: OperatorName) =>
  cli(name, 'validate', `tcp://127.0.0.1:${listener.port}`, '--ticket', 'T-1', '--with-listener', ...QUICK);

let runId: string;

describe('validate --with-listener by the fleet', () => {
  it('proves the port from every vantage, with a key that is in no record and no log', async () => {
    const { status, stdout, stderr } = await validate('support');
    expect(stdout).toContain('Proven end to end: 1 port.');
    expect(status).toBe(0);
    runId = /run (\d{8}T\d{6}Z-[0-9a-f]{8})/.exec(stderr)?.[1] ?? '';
    const execution = await rig.states.ended(runId);
    const report = await reportOf(rig, runId);
    expect(report.endpoints[0]?.observations.map(({ vantage }) => vantage)).toHaveLength(5);
    // One run for all vantages: its words are the same wherever they are read.
    const runs = new Set(listener.heard.map((line) => readChallenge(line)?.run ?? ''));
    expect(runs.size).toBe(1);
    const [run = ''] = runs;
    const keys = (await rig.s3.keys(rig.bucket, '')).filter((key) => !key.startsWith(LISTENER_SECRETS));
    expect(keys.length).toBeGreaterThan(5);
    const kept = await Promise.all(keys.map((key) => readObject(rig, key)));
    const texts = [...kept, JSON.stringify(execution), JSON.stringify(rig.lambda.logs)];
    for (const text of [...texts, JSON.stringify(await rig.table.all(`RUN#${runId}`)), stdout, stderr])
      for (const secret of [CODE, CODE_TEXT, runKey(CODE, run)]) expect(text).not.toContain(secret);
    expect(await rig.s3.read(rig.bucket, `${LISTENER_SECRETS}${runId}.json`)).toContain(runKey(CODE, run));
  });

  it('is not for readers', async () => {
    const { status, stderr } = await validate('reader');
    expect(stderr).toContain('AWS refuses POST /validations (Forbidden)');
    expect(status).not.toBe(0);
  });
});

describe('join RUN LOG by the fleet', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-rig-listener-'));
  const written = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  it('makes a report that the fleet signs, beside the original; support may', async () => {
    const { startedAt, finishedAt } = await reportOf(rig, runId);
    const log = written('own.log', logAround({ startedAt, finishedAt, port: listener.port }));
    const output = join(folder, 'joined.json');
    const { status, stderr } = await cli('support', 'join', runId, log, '--output', output);
    expect([status, stderr]).toEqual([0, '']);
    const report = Report.parse(JSON.parse(readFileSync(output, 'utf8')));
    expect(report.listeners).toHaveLength(1);
    expect(report.signature?.keyId).toBe(signingKeyId(rig));
    expect((await runCli(['verify', output, '--key', signingKeyId(rig)])).status).toBe(0);
    expect((await reportOf(rig, runId)).listeners).toBeUndefined();
  });

  it('names a log of another code, and lets no reader join', async () => {
    const { startedAt, finishedAt } = await reportOf(rig, runId);
    const around = { startedAt, finishedAt, port: listener.port };
    const other = written('other.log', logAround({ ...around, code: OTHER_CODE }));
    const wrong = await cli('operator', 'join', runId, other);
    expect(wrong).toMatchObject({ status: 1, stdout: '' });
    expect(wrong.stderr).toContain('it is of a listener with another code');
    const reader = await cli('reader', 'join', runId, written('again.log', logAround(around)));
    expect(reader.stderr).toContain('(Forbidden)');
    expect(reader.status).not.toBe(0);
  });
});
