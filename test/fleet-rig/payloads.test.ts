import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readAssembly } from './assembly.ts';
import { MAX_STATE_DATA, sizeOf } from './interpreter.ts';
import { type Execution, type Rig, startRig } from './rig.ts';
import { rawVantages, readObject, registerName, reportOf } from './run-results.ts';
import { xmlError } from './s3.ts';
import { request, serveTcp, type TcpServer } from './site.ts';

const ENDPOINTS = 600;
const vantages = ['eu-central-1', 'eu-west-1'];

let rig: Rig;
let server: TcpServer;
let run: Execution;
/** Puts of raw observations that the bucket refuses. */
let refusals = 0;

beforeAll(async () => {
  [rig, server] = await Promise.all([
    startRig({ assembly: readAssembly(inject('assembly')), proberBundle: inject('proberBundle') }),
    serveTcp((socket) => socket.write('220 ready\r\n'), '0.0.0.0'),
  ]);
  rig.s3.intercept = ({ action, resource }) => {
    if (refusals > 0 || action !== 's3:PutObject' || !resource.includes('/raw/1-eu-west-1')) return undefined;
    refusals += 1;
    return xmlError(403, 'AccessDenied', 'on purpose');
  };
  const check = Array.from(
    { length: ENDPOINTS },
    (_, n) => `tcp://127.1.${Math.floor(n / 200)}.${1 + (n % 200)}:${server.port}`,
  );
  await registerName(rig, 'Large');
  run = await rig.start('check', 'large', request('large', [{ name: 'Large', check }], { vantages }), {
    pace: { retries: { Dispatch: 20 } },
  });
});
afterAll(async () => {
  await Promise.all([rig?.stop(), server?.close()]);
});

describe(`a run of ${ENDPOINTS} endpoints`, () => {
  it('keeps every state below the limit of Step Functions, though what one vantage saw is above it', async () => {
    expect(run.status).toBe('SUCCEEDED');
    const [raw = ''] = await rig.s3.keys(rig.bucket, 'runs/large/raw/');
    expect((await readObject(rig, raw)).length).toBeGreaterThan(MAX_STATE_DATA);
    // A tenth of it: the room grows with vantages, attempts and targets, not with endpoints.
    expect(Math.max(...run.outputs.map(({ output }) => sizeOf(output)))).toBeLessThan(MAX_STATE_DATA / 10);
  });

  it('hands batches on through the bucket', async () => {
    const keys = await rig.s3.keys(rig.bucket, 'runs/large/batches/');
    expect(keys).toHaveLength(vantages.length);
    const [plan] = run.outputs.filter(({ name }) => name === 'AuthoriseAndPlan');
    expect(plan?.output).toMatchObject({
      dispatches: vantages.map(() => ({ batch: { stored: { key: expect.stringContaining('batches/') } } })),
    });
  });

  it('tries again when the bucket refuses a result that is too large for the state', async () => {
    expect(refusals).toBe(1);
    expect(run.retried.filter((name) => name === 'Dispatch')).toHaveLength(1);
    expect(await rawVantages(rig, 'large', 1)).toEqual(vantages);
  });

  it('reports every endpoint from every vantage', async () => {
    const { endpoints, verdict } = await reportOf(rig, 'large');
    expect(endpoints).toHaveLength(ENDPOINTS);
    expect(new Set(endpoints.map(({ observations }) => observations.length))).toEqual(
      new Set([vantages.length]),
    );
    expect(new Set(endpoints.flatMap(({ observations }) => observations.map(({ state }) => state)))).toEqual(
      new Set(['open']),
    );
    expect(verdict).toBe('pass');
  });

  it('publishes all of them in one item', async () => {
    const latest = await rig.table.get('STATE#Large', 'LATEST');
    expect(Object.keys(latest?.endpoints as object)).toHaveLength(ENDPOINTS);
  });
});
