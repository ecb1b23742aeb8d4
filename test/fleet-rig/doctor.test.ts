/** `inbound-check doctor --fleet`, what is run after each deployment: all is well, and each thing that is not. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { PAYLOAD_VERSION } from '../../lib/service/runs/payload-version.ts';
import { type CliResult, runCli } from '../cli/run-cli.ts';
import { readAssembly } from './assembly.ts';
import { type Fault, writeFaultyHandlers } from './faulty-handlers.ts';
import { FAULTY, isProber, pace } from './faulty-rig.ts';
import type { OperatorName } from './http-api.ts';
import { throttled } from './lambda-api.ts';
import { jsonError } from './loopback-server.ts';
import { operatorEnvironment } from './operator-environment.ts';
import { type Rig, startRig } from './rig.ts';
import { VANTAGES } from './run-results.ts';
import { REFUSED_PORT, serveTcp, type TcpServer } from './site.ts';

interface Row {
  readonly topic: string;
  readonly result: 'ok' | 'not ok' | 'note';
  readonly detail: string;
}

let rig: Rig;
let server: TcpServer;

beforeAll(async () => {
  [rig, server] = await Promise.all([
    startRig({ assembly: readAssembly(inject('assembly')), proberBundle: inject('proberBundle') }),
    serveTcp((socket) => socket.write('220 ready\r\n')),
  ]);
});
afterEach(() => {
  rig.lambda.faults.intercept = () => undefined;
  rig.lambda.faults.code = () => undefined;
});
afterAll(async () => {
  await Promise.all([rig?.stop(), server?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const folder = mkdtempSync(join(tmpdir(), 'doctor-faults-'));
/** The prober of one vantage does this instead. */
function replaceProber(fault: Fault): void {
  const handlers = writeFaultyHandlers(folder, inject('proberBundle'));
  rig.lambda.faults.code = ({ name, region }) =>
    isProber(name) && region === FAULTY ? handlers[fault] : undefined;
}

const cli = (name: OperatorName, ...args: string[]): Promise<CliResult> =>
  runCli(args, { env: operatorEnvironment(rig, name) });

/** What it found, with a control on loopback, as probers of the rig reach no other. */
async function examined(
  name: OperatorName,
  port = server.port,
): Promise<{ status: number | null; rows: Map<string, Row> }> {
  const control = `443=127.0.0.1:${port}`;
  const { status, stdout } = await cli(name, 'doctor', '--fleet', '--control', control, '--json');
  const found = JSON.parse(stdout) as Row[];
  return { status, rows: new Map(found.map((row) => [row.topic, row])) };
}
const wrong = (rows: ReadonlyMap<string, Row>): Row[] =>
  [...rows.values()].filter(({ result }) => result === 'not ok');

describe('doctor --fleet', () => {
  it('says of a fleet that is well what it looked at, and leaves no link open', async () => {
    const { status, rows } = await examined('operator');
    expect(wrong(rows)).toEqual([]);
    expect([...rows.keys()]).toEqual([
      'API',
      'kill switch',
      'signing key',
      'vantages',
      'operating',
      'schedules',
      'a run',
      ...VANTAGES.map((id) => `${id}, port 443`),
      'versions',
      'signature',
      'link',
    ]);
    expect(rows.get('versions')).toMatchObject({
      result: 'ok',
      detail: `${VANTAGES.map((id) => `${id} ${PAYLOAD_VERSION}`).join(', ')}; control stack ${PAYLOAD_VERSION}`,
    });
    expect(rows.get('signing key')?.detail).toMatch(/^SHA256:/);
    expect(rows.get('a run')?.detail).toContain(
      'asked for by arn:aws:sts::123456789012:assumed-role/operator',
    );
    expect(status).toBe(0);
    const { stdout } = await cli('operator', 'share', 'list', '--format', 'json');
    expect((JSON.parse(stdout) as { state: string }[]).map(({ state }) => state)).toEqual(['revoked']);
  });

  it('is a table for people', async () => {
    const control = `443=127.0.0.1:${server.port}`;
    const { stdout } = await cli('operator', 'doctor', '--fleet', '--control', control);
    expect(stdout).toMatch(/^ok +API +answers, and lets you read\n/);
    expect(stdout).toMatch(/\nok +eu-west-1, port 443 +127\.0\.0\.1:\d+ answers\n/);
  });

  it('says what a role may not do', async () => {
    const support = await examined('support');
    expect(support.rows.get('operating')).toMatchObject({
      result: 'note',
      detail: expect.stringContaining('inbound-check-operator-REGION allows everything'),
    });
    expect([support.status, wrong(support.rows)]).toEqual([0, []]);
    const reader = await examined('reader');
    expect([reader.status, wrong(reader.rows)]).toEqual([
      2,
      [
        expect.objectContaining({
          topic: 'a run',
          detail: expect.stringContaining('AWS refuses POST /validations (Forbidden)'),
        }),
      ],
    ]);
  });

  it('names the vantage that is not deployed, and no other', async () => {
    rig.lambda.faults.intercept = ({ name, region }) =>
      isProber(name) && region === FAULTY
        ? jsonError(404, 'ResourceNotFoundException', 'Function not found')
        : undefined;
    const { status, rows } = await examined('operator');
    expect([status, wrong(rows)]).toEqual([
      2,
      [
        expect.objectContaining({
          topic: `${FAULTY}, port 443`,
          detail: expect.stringMatching(/^no answer from its prober \(.+\): deploy its probe stack/),
        }),
      ],
    ]);
  });

  it('shows the version of each vantage, and says what to deploy again', async () => {
    replaceProber('is older and states no version');
    const { status, rows } = await examined('operator');
    expect([status, wrong(rows)]).toEqual([0, []]);
    const versions = VANTAGES.map((id) => `${id} ${id === FAULTY ? 1 : PAYLOAD_VERSION}`);
    expect(rows.get('versions')).toMatchObject({
      result: 'note',
      detail: `${versions.join(', ')}; control stack ${PAYLOAD_VERSION}: they go together; deploy again: probe stack of ${FAULTY}`,
    });
    replaceProber('is too old');
    const apart = await examined('operator');
    expect([apart.status, wrong(apart.rows)]).toEqual([
      2,
      [
        expect.objectContaining({
          topic: `${FAULTY}, port 443`,
          detail: `ProberMismatch: vantage ${FAULTY} runs version 0, the control stack ${PAYLOAD_VERSION}: deploy its probe stack again`,
        }),
      ],
    ]);
  });

  it('tells a vantage without room from one that is starting', async () => {
    rig.pace = pace;
    rig.lambda.faults.intercept = ({ name, region }) => {
      if (!isProber(name)) return undefined;
      if (region === FAULTY) return throttled();
      return region === 'us-east-1' ? jsonError(502, 'ENINotReadyException', 'not yet') : undefined;
    };
    const { status, rows } = await examined('operator');
    rig.pace = {};
    expect([status, wrong(rows)]).toEqual([
      2,
      [
        expect.objectContaining({
          topic: `${FAULTY}, port 443`,
          detail: expect.stringMatching(
            /^no answer from its prober \(ProberThrottled.+\): Lambda has no room there for another call: see docs\/deploy\.md, A new account$/,
          ),
        }),
        expect.objectContaining({
          topic: 'us-east-1, port 443',
          detail: expect.stringMatching(
            /^no answer from its prober \(ProberStarting.+ENINotReadyException.+\): run this again in some minutes$/,
          ),
        }),
      ],
    ]);
  });

  it('says that links have no room, when Lambda throttles what is behind them', async () => {
    rig.lambda.faults.intercept = ({ name }) => (name.endsWith('-share') ? throttled() : undefined);
    const { status, rows } = await examined('operator');
    expect([status, wrong(rows)]).toEqual([
      2,
      [
        expect.objectContaining({
          topic: 'link',
          detail: expect.stringMatching(/ answers 429: Lambda has no room there for another call: see docs/),
        }),
      ],
    ]);
  });

  it('says of which vantages no control answers', async () => {
    const { status, rows } = await examined('operator', REFUSED_PORT);
    expect(wrong(rows).map(({ topic }) => topic)).toEqual(VANTAGES.map((id) => `${id}, port 443`));
    expect(status).toBe(2);
  });

  it('asks no vantage of a fleet that is stopped', async () => {
    await cli('operator', 'fleet', 'stop', '--reason', 'T-123');
    const { status, rows } = await examined('operator');
    await cli('operator', 'fleet', 'resume');
    expect([status, wrong(rows)]).toEqual([
      2,
      [expect.objectContaining({ topic: 'kill switch', detail: expect.stringContaining('T-123') })],
    ]);
    expect([...rows.keys()]).not.toContain('a run');
  });

  it('exits 69 where there is no API, and 64 for what is about this machine', async () => {
    const nowhere = await runCli(
      ['doctor', '--fleet', '--api', `http://127.0.0.1:${REFUSED_PORT}`, '--region', 'eu-central-1'],
      { env: { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' } },
    );
    expect(nowhere.stdout).toMatch(/^not ok +API +the API can't be reached: /);
    expect(nowhere.status).toBe(69);
    const own = await cli('operator', 'doctor', '--fleet', '--offline');
    expect(own).toMatchObject({
      status: 64,
      stderr: 'inbound-check: --offline is about this machine: leave it away with --fleet\n',
    });
  });
});
