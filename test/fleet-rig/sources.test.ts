/** Where probes come from: a reflector of the fleet's own, the report, the list, and the API without sharing. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { SourcesSeen } from '../../lib/service/contracts/sources.ts';
import buildOnce from '../cli/build-once.ts';
import { runCli } from '../cli/run-cli.ts';
import { readAssembly, synthesize } from './assembly.ts';
import { operatorEnvironment } from './operator-environment.ts';
import { type Rig, startRig } from './rig.ts';
import { reportOf, VANTAGES } from './run-results.ts';
import { request, serveTcp, type TcpServer } from './site.ts';

const folder = mkdtempSync(join(tmpdir(), 'fleet-rig-sources-'));
let shop: TcpServer;
const rigs: Rig[] = [];

beforeAll(async () => {
  buildOnce();
  shop = await serveTcp((socket) => socket.write('220 ready\r\n'));
});
afterAll(async () => {
  await Promise.all([...rigs.map((rig) => rig.stop()), shop?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

async function start(assembly: string): Promise<Rig> {
  const rig = await startRig({ assembly: readAssembly(assembly), proberBundle: inject('proberBundle') });
  rigs.push(rig);
  return rig;
}

async function check(rig: Rig, name: string): Promise<void> {
  const target = { name: 'Shop', check: [`tcp://127.0.0.1:${shop.port}`] };
  const run = await rig.start('check', name, request(name, [target], { settings: { confirm: '0' } }));
  expect(run.status).toBe('SUCCEEDED');
}

async function expectSeen(rig: Rig, runId: string): Promise<void> {
  const { vantages } = await reportOf(rig, runId);
  expect(vantages.map(({ id, seenAs }) => [id, seenAs?.map(({ address }) => address)])).toEqual(
    VANTAGES.map((id) => [id, ['127.0.0.1']]),
  );
  const env = operatorEnvironment(rig, 'reader');
  const { status, stdout } = await runCli(['fleet', 'sources', '--format', 'json'], { env });
  expect(status).toBe(0);
  const { vantages: listed } = SourcesSeen.parse(JSON.parse(stdout));
  expect(listed.map(({ id, sources }) => [id, sources.map(({ address }) => address)])).toEqual(
    VANTAGES.map((id) => [id, ['127.0.0.1']]),
  );
  const text = await runCli(['fleet', 'sources'], { env });
  expect(text.stdout).toMatch(/^eu-central-1\n {2}127\.0\.0\.1 {2}first seen 20\d\d-.* UTC, last seen /);
}

describe('with sharing', () => {
  it('the distribution tells each vantage its address, and the report and the list name it', async () => {
    const rig = await start(inject('assembly'));
    await check(rig, 'seen');
    await expectSeen(rig, 'seen');
    const answer = await fetch(`${rig.linksUrl}/ip`);
    expect([answer.status, answer.headers.get('cache-control'), await answer.text()]).toEqual([
      200,
      'no-store',
      '127.0.0.1\n',
    ]);
    expect(rig.lambda.calls.filter(({ function: { name } }) => name.endsWith('-share'))).toEqual([]);
    // The first run of a fleet has no news, and nothing in the table lets anybody ask.
    expect(rig.bus.events.filter(({ detail }) => detail.kind === 'source-new')).toEqual([]);
    // Not switched on.
    expect((await fetch(`${rig.linksUrl}/sources.json`)).status).toBe(404);
  });
});

describe('without sharing', () => {
  it('the API tells each vantage its address for a token, which nobody can use again', async () => {
    const assembly = join(folder, 'cdk.out');
    await synthesize(assembly, { sharing: false });
    const rig = await start(assembly);
    // The API's function starts with the first question. On a busy machine that can take longer than a vantage waits, which
    // then does not know its address: that is right, and is not what is asked here.
    let told = '';
    for (let turn = 1; turn <= 5; turn += 1) {
      told = `told-${turn}`;
      await check(rig, told);
      const { vantages } = await reportOf(rig, told);
      if (vantages.every(({ seenAs }) => seenAs !== undefined)) break;
    }
    await expectSeen(rig, told);
    const urls = rig.lambda.calls
      .filter(({ function: { name } }) => name.includes('-prober-'))
      .flatMap(({ payload }) => /"url":"([^"]+)"/.exec(payload)?.[1] ?? []);
    expect(urls.length).toBeGreaterThanOrEqual(VANTAGES.length);
    expect(new Set(urls).size).toBe(urls.length);
    for (const url of urls) expect((await fetch(url)).status).toBe(404);
    expect((await fetch(`${rig.api.url}/source/${'A'.repeat(43)}`)).status).toBe(404);
    expect((await fetch(`${rig.api.url}/fleet/sources`)).status).toBe(403);
  });
});
