/** The life of a target, from the command line to the prober: registered, refused, proven, probed, changed, vouched for. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Report } from '../../lib/engine/report-schema.ts';
import { TargetView } from '../../lib/service/contracts/targets.ts';
import { principalOf } from '../../lib/service/runs/principal.ts';
import buildOnce from '../cli/build-once.ts';
import { runCli } from '../cli/run-cli.ts';
import { type DnsServer, startDnsServer, type ZoneName } from '../servers/dns-server.ts';
import { readAssembly } from './assembly.ts';
import type { OperatorName } from './http-api.ts';
import { operatorEnvironment } from './operator-environment.ts';
import { type Rig, startRig } from './rig.ts';
import { serveTcp, type TcpServer } from './site.ts';

const folder = mkdtempSync(join(tmpdir(), 'fleet-rig-targets-'));
const HERE = { A: ['127.0.0.1'] };
/** What a test publishes is there from the next question on. */
const zone: Record<string, ZoneName> = {
  'shop.customer.example': HERE,
  'new.elsewhere.example': HERE,
};
let rig: Rig;
let dns: DnsServer;
let server: TcpServer;

beforeAll(async () => {
  buildOnce();
  [dns, server] = await Promise.all([
    startDnsServer(zone),
    serveTcp((socket) => socket.write('220 ready\r\n')),
  ]);
  rig = await startRig({
    assembly: readAssembly(inject('assembly')),
    proberBundle: inject('proberBundle'),
    ownershipBundle: inject('ownershipBundle'),
    variables: { RIG_DNS: dns.address },
  });
});
afterAll(async () => {
  await Promise.all([rig?.stop(), server?.close(), dns?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const cli = (who: OperatorName, ...args: string[]) =>
  runCli(args, { cwd: folder, env: operatorEnvironment(rig, who) });
const target = (...args: string[]) => cli('operator', 'target', ...args);
const show = async (name: string): Promise<TargetView> =>
  TargetView.parse(JSON.parse((await target('show', name, '--format', 'json')).stdout));

/** Runs it to its end; gives the report, and how often the server was called meanwhile. */
async function run(name: string) {
  const before = server.accepted();
  const flags = ['--no-share', '--no-default-controls', '--confirm', '0', '--timeout', '20s'];
  const { status, stdout, stderr } = await cli(
    'operator',
    ...['run', name, '--wait', ...flags, '--format', 'json'],
  );
  expect(stdout, stderr).not.toBe('');
  return { status, report: Report.parse(JSON.parse(stdout)), calls: server.accepted() - before };
}
const endpoint = (host: string): string => `tcp://${host}:${server.port}`;
const causesOf = ({ endpoints }: Report) => endpoints.map(({ id, verdict, cause }) => [id, verdict, cause]);

describe('the life of a target', () => {
  it('begins with what its owner has to publish, ready to be copied', async () => {
    const { status, stdout } = await target(
      ...['add', 'shop', '--check', endpoint('shop.customer.example'), '--owner', 'Example AG'],
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/^shop is added: shop\.customer\.example\n/);
    expect(stdout).toMatch(/^ {6}_inbound-check\.shop\.customer\.example\n {6}inbound-check=[0-9a-f]{32}$/m);
    expect(stdout).toMatch(
      /^ {6}http:\/\/shop\.customer\.example\/\.well-known\/inbound-check\.txt\n {6}[0-9a-f]{32}$/m,
    );
    expect(stdout).toContain('Then: inbound-check target verify shop');
    expect(await rig.table.get('TARGET#shop', 'TARGET')).toMatchObject({
      kind: 'target',
      owner: 'Example AG',
      addedBy: rig.operators.operator.arn,
      version: 1,
    });
  });

  it('sends no packet while nobody has proven it', async () => {
    const { status, report, calls } = await run('shop');
    expect([status, calls]).toEqual([2, 0]);
    expect(causesOf(report)).toEqual([
      [endpoint('shop.customer.example'), 'inconclusive', 'prober.target-not-authorised'],
    ]);
    expect(report).not.toHaveProperty('authorisation');
  });

  it('says what is in the places where a proof was looked for', async () => {
    const { status, stdout } = await target('verify', 'shop');
    expect(status).toBe(1);
    expect(stdout).toContain('shop.customer.example: not found');
    expect(stdout).toContain('TXT _inbound-check.shop.customer.example: no such name');
    expect(stdout).toMatch(
      /http:\/\/shop\.customer\.example:9\/.*: connect from 127\.0\.0\.1:\d+ to 127\.0\.0\.1:9: refused/,
    );
  });

  it('is proven by a TXT record at the domain above, and then probed', async () => {
    const [place] = (await show('shop')).prove;
    zone['_inbound-check.customer.example'] = { TXT: [place?.txt?.value ?? ''] };
    expect(await target('verify', 'shop')).toEqual({
      status: 0,
      stdout: 'shop.customer.example: proven by DNS TXT at customer.example\n',
      stderr: '',
    });
    const { status, report, calls } = await run('shop');
    expect([status, report.verdict, calls]).toEqual([0, 'pass', 5]);
    expect(report.authorisation).toMatchObject({ kind: 'proven', method: 'dns-txt' });
  });

  it('gives a host that is new to it no part in the proof of the others', async () => {
    const { stdout } = await target(
      ...['add', 'shop', '--check', endpoint('shop.customer.example')],
      ...['--check', endpoint('new.elsewhere.example')],
    );
    expect(stdout).toContain('The fleet sends no packet to new.elsewhere.example until');
    expect(stdout).not.toContain('_inbound-check.shop.customer.example');
    const { report, calls } = await run('shop');
    expect(calls).toBe(5);
    expect(causesOf(report)).toEqual([
      [endpoint('shop.customer.example'), 'pass', undefined],
      [endpoint('new.elsewhere.example'), 'inconclusive', 'prober.target-not-authorised'],
    ]);
  });

  it('may be vouched for, which is in the report with who and why', async () => {
    const arn = principalOf(rig.operators.operator.arn);
    const { stdout } = await target('vouch', 'shop', '--reason', 'contract 4711');
    expect(stdout).toBe(`${arn} vouches for shop.customer.example, new.elsewhere.example: contract 4711\n`);
    const { status, report, calls } = await run('shop');
    expect([status, calls]).toEqual([0, 10]);
    expect(report.authorisation).toEqual({ kind: 'vouched', by: arn, reason: 'contract 4711' });
    expect((await show('shop')).hosts.map(({ authorisation }) => authorisation?.kind)).toEqual([
      'proven',
      'vouched',
    ]);
  });

  it('is refused again when nobody vouches for it any more', async () => {
    await target('unvouch', 'shop');
    const { status, report, calls } = await run('shop');
    expect([status, report.verdict, calls]).toEqual([2, 'inconclusive', 5]);
  });

  it('counts for a while after its proof was removed', async () => {
    delete zone['_inbound-check.customer.example'];
    const { status, stdout } = await target('verify', 'shop');
    expect(status).toBe(1);
    expect(stdout).toContain('shop.customer.example: not found, but it still counts for seven days');
    expect((await run('shop')).calls).toBe(5);
    const item = await rig.table.get('TARGET#shop', 'TARGET');
    const proofs = item?.proofs as readonly object[];
    const longAgo = '2026-01-01T00:00:00.000Z';
    await rig.table.put({ ...item, proofs: proofs.map((proof) => ({ ...proof, lapsedSince: longAgo })) });
    expect((await run('shop')).calls).toBe(0);
  });

  it('ends by its removal, after which it can’t be run', async () => {
    const { stdout } = await target('remove', 'shop');
    expect(stdout).toMatch(/^shop is removed: .*; reports and the history of its runs stay\n$/);
    const { status, stderr } = await cli('operator', 'run', 'shop');
    expect([status, stderr]).toEqual([64, expect.stringContaining('no target "shop" is registered')]);
    expect((await rig.table.all('STATE#shop')).length).toBeGreaterThan(1);
  });
});

describe('a targets file', () => {
  const file = join(folder, 'targets.yaml');
  const write = (text: string) => writeFileSync(file, text);

  it('is registered, and says before what it would change', async () => {
    write(
      [
        'targets:',
        '  - name: one',
        '    check: [tcp://one.customer.example:4000, tcp://one.customer.example:4001]',
        '  - host: two.customer.example',
        '    profile: web',
      ].join('\n'),
    );
    const dry = await target('import', file, '--dry-run');
    expect(dry).toMatchObject({ status: 0, stderr: 'inbound-check: 2 targets would be changed\n' });
    expect(dry.stdout).toContain('+ one (added)\n    check: + tcp://one.customer.example:4000\n');
    expect(JSON.parse((await target('list', '--format', 'json')).stdout)).toEqual([]);
    expect((await target('import', file)).status).toBe(0);
    const { stdout } = await target('list');
    expect(stdout).toBe(
      [
        'one  no run yet  NOT PROVEN',
        '    one.customer.example',
        'two.customer.example  no run yet  NOT PROVEN',
        '    two.customer.example',
        '',
      ].join('\n'),
    );
  });

  it('changes field by field, and removes only when asked to', async () => {
    write('targets:\n  - name: one\n    check: [tcp://one.customer.example:4000]\n');
    expect((await target('import', file)).stdout).toBe(
      '~ one (changed)\n    check: - tcp://one.customer.example:4001\n',
    );
    expect((await target('import', file)).stdout).toBe('= one (same)\n');
    const { stdout } = await target('import', file, '--prune');
    expect(stdout).toContain('- two.customer.example (removed)');
    expect((await target('show', 'two.customer.example')).status).toBe(64);
  });

  it.each([
    ['targets:\n  - check: [tcp://a.example:1]\n', /targets\.yaml:2: targets\[0\]: needs a `name`/],
    [
      'targets:\n  - name: in\n    check: [tcp://10.0.0.1:1]\n',
      /targets\.yaml:2: targets\[0\]: .*10\.0\.0\.1 is not reachable from the internet \(private/,
    ],
    ['targets:\n  - host: a.example\n    profile: own.yaml\n', /there is no profile "own\.yaml"/],
  ])('with a mistake changes nothing: %j', async (text, message) => {
    write(text);
    const { status, stderr } = await target('import', file);
    expect([status, stderr]).toEqual([64, expect.stringMatching(message)]);
  });
});

describe('who may', () => {
  it.each([
    ['support', 'add', ['x', '--check', 'tcp://x.example:1']],
    ['support', 'vouch', ['one', '--reason', 'y']],
    ['reader', 'verify', ['one']],
    ['reader', 'remove', ['one']],
  ] as const)('%s may not %s', async (who, verb, args) => {
    const { status } = await cli(who, 'target', verb, ...args);
    expect(status).toBe(64);
    expect(await rig.table.get('TARGET#x', 'TARGET')).toBeUndefined();
    expect((await show('one')).vouch).toBeUndefined();
  });

  it('the function that looks for proofs has no right but to its log', () => {
    const planned = rig.deployment.functions.find(({ name }) => name.endsWith('-ownership'));
    const actions = planned?.principal.rights.flatMap((one) => one.actions);
    expect(actions?.sort()).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
    expect(planned?.variables.RUN_BUCKET).toBeUndefined();
  });
});

describe('the deployed function that looks for proofs', () => {
  it('refuses loopback, whatever it is asked', async () => {
    const deployed = rig.deployment.functions.find(({ name }) => name.endsWith('-ownership'));
    await target('add', 'self', '--check', endpoint('shop.customer.example'));
    await rig.table.put({ ...(await rig.table.get('TARGET#self', 'TARGET')), hosts: ['127.0.0.1'] });
    rig.lambda.faults.code = ({ name }) => (name.endsWith('-ownership') ? deployed?.code : undefined);
    const { status, stdout } = await target('verify', 'self');
    rig.lambda.faults.code = () => undefined;
    expect(status).toBe(1);
    expect(stdout).toContain('no packet was sent to 127.0.0.1:80: loopback');
  });
});

describe('too many runs', () => {
  it('are refused by the API and by the plan, with the time to try again', async () => {
    const name = 'busy';
    await target('add', name, '--check', endpoint('shop.customer.example'));
    const hour = new Date().toISOString().slice(0, 13);
    const next = new Date(Date.now() + 3_600_000).toISOString().slice(0, 13);
    const members = new Set(Array.from({ length: 60 }, (_, index) => `run-${index}`));
    // Whichever hour it is by the time of the run.
    for (const sk of [hour, next]) await rig.table.put({ pk: `RATE#target#${name}`, sk, members, ttl: 9e9 });
    const { status, stderr } = await cli('operator', 'run', name);
    expect(status).toBe(69);
    expect(stderr).toMatch(/60 runs of the target busy in the hour from .* try again at \d\d:00 UTC/);
    const direct = await rig.start('check', 'direct', {
      runId: 'direct',
      requestedBy: 'rig',
      targets: [{ name }],
    });
    expect(direct).toMatchObject({
      status: 'SUCCEEDED',
      output: { failure: { Error: 'RateLimited' } },
      retried: [],
    });
  });
});
