/** A vantage with IPv6 alone, beside the plain ones: a name whose AAAA is broken while its A works. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createApiClient } from '../../lib/aws/api-client.ts';
import { examineFleet } from '../../lib/cli/cloud/examine-fleet.ts';
import { banner, listen, type Peer } from '../servers/tcp-peers.ts';
import { readAssembly, synthesize } from './assembly.ts';
import { type Rig, startRig } from './rig.ts';
import { planOf, readObject, reportOf, VANTAGES } from './run-results.ts';
import { request } from './site.ts';

const SIX = 'eu-central-1-ipv6';
const folder = mkdtempSync(join(tmpdir(), 'fleet-ipv6-'));
let rig: Rig;
/** Answers over IPv4 alone. */
let four: Peer;
/** Answers over IPv6 alone. */
let six: Peer;

beforeAll(async () => {
  const assembly = join(folder, 'cdk.out');
  [four, six] = await Promise.all([
    listen(banner('220 ready\r\n'), '127.0.0.1'),
    listen(banner('220 ready\r\n'), '::1'),
    synthesize(assembly, { ipv6Vantages: ['eu-central-1'] }),
  ]);
  rig = await startRig({ assembly: readAssembly(assembly), proberBundle: inject('proberBundle') });
});
afterAll(async () => {
  await Promise.all([rig?.stop(), four?.close(), six?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

/** Names of the probers that were called for a run. */
const asked = (runId: string): string[] =>
  rig.lambda.calls
    .filter(
      ({ function: { name }, payload }) => name.includes('-prober-') && JSON.parse(payload).runId === runId,
    )
    .map(({ function: { name } }) => name.replace('inbound-check-prober-', ''));

async function run(runId: string, host: string, port: number, more: Readonly<Record<string, unknown>> = {}) {
  const check = [`tcp://${host}:${port}`];
  const done = await rig.start('check', runId, request(runId, [{ check }], more), {
    pace: { waits: { WaitBeforeConfirming: 1 } },
  });
  expect(done.status).toBe('SUCCEEDED');
  return reportOf(rig, runId);
}

// `localhost` is 127.0.0.1 and ::1 without a question (RFC 6761), so that no name is looked up.
describe('a fleet with a vantage that judges IPv6', () => {
  it('fails a name whose AAAA is broken, with that vantage as evidence, and IPv4 is as it was', async () => {
    const report = await run('broken', 'localhost', four.port);
    const [endpoint] = report.endpoints;
    expect(endpoint).toMatchObject({ verdict: 'fail', cause: 'tcp.some-addresses-dead' });
    expect(endpoint?.summary).toContain(
      'IPv6 of localhost is dead while IPv4 works: IPv6 address ::1 (tcp.refused)',
    );
    // On loopback the plain ones have IPv6, too, which no function outside a VPC has.
    expect(endpoint?.summary).toContain('IPv6: Seen from one vantage only');
    const seen = (id: string) =>
      endpoint?.observations
        .filter(({ vantage }) => vantage === id)
        .map(({ address, state }) => [address, state]);
    // Confirmed, and nothing of IPv4 was tried from there.
    expect(seen(SIX)).toEqual([
      ['::1', 'closed'],
      ['::1', 'closed'],
    ]);
    for (const id of VANTAGES) expect(seen(id)).toContainEqual(['127.0.0.1', 'open']);
  });

  it('asks it alone of IPv6 where its host is an IPv6 literal', async () => {
    const report = await run('literal', '[::1]', six.port);
    expect(report.verdict).toBe('pass');
    expect(asked('literal')).toContain(SIX);
  });

  it('does not ask it where no host has IPv6, and the report says so', async () => {
    const report = await run('none', '127.0.0.1', four.port);
    expect(report.verdict).toBe('pass');
    expect(asked('none').sort()).toEqual([...VANTAGES].sort());
    expect(report.vantages.map(({ id }) => id)).not.toContain(SIX);
    const said = `IPv6 was not judged, since no host has an IPv6 address: ${SIX} had nothing to judge.`;
    expect(report.remarks).toEqual([said]);
    for (const extension of ['md', 'html'])
      expect(await readObject(rig, `runs/none/0/report.${extension}`)).toContain(said);
    expect((await planOf(rig, 'none')).ipv6).toEqual({ hosts: [], unknown: [] });
  });

  it('is examined by the doctor, over IPv6', async () => {
    const client = createApiClient({
      url: new URL(rig.api.url),
      region: rig.deployment.homeRegion,
      credentials: rig.operators.operator,
    });
    const { found } = await examineFleet(client, {
      ports: [443],
      controlsOf: () => [{ host: 'localhost', port: six.port }],
    });
    const row = (topic: string) => found.find((one) => one.topic === topic);
    expect(row(`${SIX}, port 443 over IPv6`)).toMatchObject({
      result: 'ok',
      detail: `localhost:${six.port} answers at ::1`,
    });
  });
});
