/** Who owns a host, proven to the deployed fleet by a listener on a port below 1024 of it, for one run. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Report } from '../../lib/engine/report-schema.ts';
import { runKey } from '../../lib/kinds/listener/proof.ts';
import buildOnce from '../cli/build-once.ts';
import { runCli } from '../cli/run-cli.ts';
import { type DnsServer, startDnsServer, type ZoneName } from '../servers/dns-server.ts';
import { type CountedServer, countedServer, NO_LOW_PORTS } from '../servers/low-ports.ts';
import { CODE, CODE_TEXT, type ScriptedListener, scriptedListener } from '../servers/scripted-listener.ts';
import { readAssembly } from './assembly.ts';
import { operatorEnvironment } from './operator-environment.ts';
import { type Rig, startRig } from './rig.ts';

const HERE = '127.88.5.1';
const ELSEWHERE = '127.88.5.2';
const HOST = 'shop.customer.example';
/** The look-up that goes before the challenge, and no later one, finds the listener. */
const MOVING = 'moving.customer.example';
const zone: Record<string, ZoneName> = {
  [HOST]: { A: [HERE] },
  [MOVING]: { A: [HERE], laterA: [ELSEWHERE] },
};
const QUICK = ['--no-share', '--no-default-controls', '--confirm', '0', '--timeout', '20s'];
let rig: Rig;
let dns: DnsServer;
let listener: ScriptedListener;
let ssh: CountedServer;
let elsewhere: CountedServer;

beforeAll(async () => {
  if (NO_LOW_PORTS !== undefined) return;
  buildOnce();
  [dns, listener, ssh, elsewhere] = await Promise.all([
    startDnsServer(zone),
    scriptedListener({ speech: 'http' }, HERE, 80),
    countedServer(HERE, 22),
    countedServer(ELSEWHERE, 80),
  ]);
  rig = await startRig({
    assembly: readAssembly(inject('assembly')),
    proberBundle: inject('proberBundle'),
    ownershipBundle: inject('ownershipBundle'),
    variables: { RIG_DNS: dns.address },
  });
});
afterAll(async () => {
  await Promise.all([rig?.stop(), listener?.close(), ssh?.close(), elsewhere?.close(), dns?.close()]);
});

const cli = (...args: string[]) =>
  runCli(args, {
    env: { ...operatorEnvironment(rig, 'operator'), INBOUND_CHECK_LISTENER_CODE: CODE_TEXT },
  });

async function run(name: string) {
  const { stdout, stderr } = await cli(
    ...['run', name, '--wait', '--with-listener', ...QUICK, '--format', 'json'],
  );
  expect(stdout, stderr).not.toBe('');
  return { report: Report.parse(JSON.parse(stdout)), stderr };
}

describe.skipIf(NO_LOW_PORTS !== undefined)('a host that nobody has proven', () => {
  it('is proven for one run by its listener: its ports there, and nothing else', async () => {
    const uris = ['--check', `http://${HOST}/`, '--closed', `tcp://${HOST}:22`];
    expect(await cli('target', 'add', 'shop', ...uris)).toMatchObject({ status: 0 });
    const { report, stderr } = await run('shop');
    expect(report.authorisation).toMatchObject({
      kind: 'listener',
      proofs: [{ host: HOST, address: HERE, port: 80, listenerPort: 80 }],
    });
    const [own, closed] = report.endpoints;
    expect([own?.verdict, new Set(own?.observations.map(({ vantage }) => vantage)).size]).toEqual([
      'pass',
      5,
    ]);
    expect([closed?.cause, ssh.accepted()]).toEqual(['prober.target-not-authorised', 0]);
    expect(listener.heard).toHaveLength(1 + 5);
    // The function that connects to hosts of users never has the key.
    const runId = /run (\d{8}T\d{6}Z-[0-9a-f]{8})/.exec(stderr)?.[1] ?? '';
    const execution = JSON.stringify(await rig.states.ended(runId));
    expect(execution).toContain('bounded');
    const [, challenged = ''] = /icl1-([0-9a-f]{16})-/.exec(listener.heard[0] ?? '') ?? [];
    for (const text of [execution, JSON.stringify(rig.lambda.logs)])
      expect(text).not.toContain(runKey(CODE, challenged));
  });

  it('is not probed at an address to which its name leads a moment later', async () => {
    const before = listener.heard.length;
    await cli('target', 'add', 'moving', '--check', `http://${MOVING}/`);
    const { report } = await run('moving');
    expect(report.authorisation).toMatchObject({ kind: 'listener', proofs: [{ address: HERE }] });
    const [own] = report.endpoints;
    expect([own?.verdict, own?.cause]).toEqual(['inconclusive', 'prober.target-not-authorised']);
    expect(own?.summary).toContain(`was not probed at ${ELSEWHERE}`);
    expect([listener.heard.length - before, elsewhere.accepted()]).toEqual([1, 0]);
  });

  it('is not even asked beyond the rate limit', async () => {
    const before = listener.heard.length;
    const hours = [0, 3_600_000].map((later) => new Date(Date.now() + later).toISOString().slice(0, 13));
    const members = new Set(Array.from({ length: 60 }, (_, index) => `run-${index}`));
    for (const sk of hours) await rig.table.put({ pk: 'RATE#target#shop', sk, members, ttl: 9e9 });
    const { status } = await cli('run', 'shop', '--with-listener');
    expect(status).toBe(69);
    expect(listener.heard.length).toBe(before);
  });
});
