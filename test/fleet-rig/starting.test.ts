/** A prober that was idle for weeks: Lambda refuses the first calls, and whoever follows the run is told. */
import type { Socket } from 'node:net';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createApiClient } from '../../lib/aws/api-client.ts';
import { runsContracts } from '../../lib/service/contracts/runs.ts';
import { runCli } from '../cli/run-cli.ts';
import { readAssembly } from './assembly.ts';
import { FAULTY, isProber, pace } from './faulty-rig.ts';
import { jsonError } from './loopback-server.ts';
import { operatorEnvironment } from './operator-environment.ts';
import { type Rig, startRig } from './rig.ts';
import { VANTAGES } from './run-results.ts';
import { serveTcp } from './site.ts';

/** Attempts of the SDK in one call of the dispatcher. */
const SDK_ATTEMPTS = 4;
let rig: Rig;

beforeAll(async () => {
  rig = await startRig({ assembly: readAssembly(inject('assembly')), proberBundle: inject('proberBundle') });
  rig.pace = pace;
});
afterAll(() => rig?.stop());

it('is shown as starting until it answers, and the run is whole', async () => {
  const waiting: Socket[] = [];
  let allReached: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => {
    allReached = resolve;
  });
  // The vantages are held here until somebody has looked.
  const server = await serveTcp((socket, number) => {
    waiting.push(socket);
    if (number === VANTAGES.length) allReached();
  });
  await rig.table.put({
    pk: 'TARGET#held',
    sk: 'TARGET',
    kind: 'target',
    name: 'held',
    hosts: ['127.0.0.1'],
    definition: { check: [`ssh://127.0.0.1:${server.port}`] },
    vouch: { by: 'rig', reason: 'our own loopback', at: '2026-01-01T00:00:00.000Z', hosts: ['127.0.0.1'] },
  });
  let refused = 0;
  rig.lambda.faults.intercept = ({ name, region }) => {
    if (!isProber(name) || region !== FAULTY || refused >= SDK_ATTEMPTS) return undefined;
    refused += 1;
    return jsonError(502, 'ENINotReadyException', 'Lambda is making the network interface of the function');
  };
  const env = operatorEnvironment(rig, 'operator');
  const quick = ['--no-default-controls', '--timeout', '60s', '--confirm', '0'];
  const started = await runCli(['run', 'held', ...quick], { env });
  expect(started.status).toBe(0);
  const runId = started.stdout.trim();
  await reached;
  const client = createApiClient({
    url: new URL(rig.api.url),
    region: rig.deployment.homeRegion,
    credentials: rig.operators.operator,
  });
  expect(
    await client(runsContracts.getRun, { params: { runId }, query: { detail: 'vantages' } }),
  ).toMatchObject({
    status: 'answered',
    value: {
      status: 'running',
      vantages: VANTAGES.map((id) => ({ id, status: id === FAULTY ? 'starting' : 'probing' })),
    },
  });
  for (const socket of waiting) socket.write('SSH-2.0-OpenSSH_9.6\r\n');
  const followed = await runCli(['run', '--follow', runId, '--no-share'], { env });
  expect(followed.stdout).toMatch(/^✓ PASS {2}All expectations are met: 1 endpoint checked from 5 vantages/);
  expect(followed.status).toBe(0);
  expect((await rig.states.ended(runId)).retried).toEqual(['Dispatch']);
  await server.close();
});
