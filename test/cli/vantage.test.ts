/** A station and a machine that joins it, both by the real command line: from the invitation to the removal. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { makeToken, newFolder, type RunningStation, startStation } from '../local/station/running-station.ts';
import { banner, listen, type Peer } from '../servers/tcp-peers.ts';
import { collect, runCli, startCli } from './run-cli.ts';

const QUICK = ['--no-default-controls', '--confirm', '0', '--no-share', '--format', 'json'];
/** Of the other machine. */
const home = newFolder();
const env = { XDG_CONFIG_HOME: home };
let station: RunningStation;
let operator: string;
let peer: Peer;
let vantage: ReturnType<typeof startCli> | undefined;

const cli = (...args: string[]) => station.cli(operator, ...args);

/** Starts it, and waits until it says that it asks for work. */
async function startVantage(...args: string[]) {
  const child = startCli(['vantage', 'join', station.url, ...args], { env });
  const { seen, ended } = collect(child);
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', () => seen.stderr.includes('for work') && resolve());
    void ended.then((status) => reject(new Error(`join ended with ${status}: ${seen.stderr}`)));
  });
  vantage = child;
  return { child, seen, ended };
}

const Seen = z.object({
  verdict: z.string(),
  vantages: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      position: z.string().optional(),
      unavailable: z.string().optional(),
    }),
  ),
  endpoints: z.array(
    z.object({
      verdict: z.string(),
      cause: z.string().optional(),
      summary: z.string(),
      observations: z.array(z.object({ vantage: z.string(), state: z.string() })),
    }),
  ),
});
async function run(target: string) {
  const { stdout, stderr } = await cli('run', target, '--wait', ...QUICK);
  const report = Seen.safeParse(JSON.parse(stdout || '{}'));
  if (!report.success) throw new Error(`${stderr}${report.error.message}`);
  return report.data;
}

beforeAll(async () => {
  peer = await listen(banner('220 ready\r\n'));
  const folder = newFolder();
  station = await startStation(folder);
  operator = await makeToken(folder, 'operator', '--name', 'ada');
  await cli('target', 'add', 'shop', '--check', `tcp://127.0.0.1:${peer.port}`, '--owner', 'Ada');
  await cli('target', 'add', 'admin', '--closed', `tcp://127.0.0.1:${peer.port}`, '--owner', 'Ada');
});
afterAll(async () => {
  vantage?.kill('SIGKILL');
  await station?.end('SIGKILL');
  await peer?.close();
});

describe('a site vantage', () => {
  it('is invited by an operator, whose code is shown once', async () => {
    const { stdout, stderr, status } = await cli('vantage', 'add', 'branch', '--position', 'inside');
    expect(stdout).toMatch(/^branch\.[A-Za-z0-9_-]{43}\n$/);
    expect(stderr).toContain('inbound-check vantage join ADDRESS');
    expect(status).toBe(0);
    expect((await cli('vantage', 'list')).stdout).toBe(
      'branch  inside  nobody has joined with its code yet\n',
    );
    const reader = await makeToken(station.folder, 'reader');
    expect(await station.cli(reader, 'vantage', 'add', 'x', '--position', 'inside')).toMatchObject({
      status: 64,
    });
    for (const code of ['', 'branch.x', `branch.${'A'.repeat(43)}`])
      expect(
        await runCli(['vantage', 'join', station.url], { env: { ...env, INBOUND_CHECK_CODE: code } }),
      ).toMatchObject({ status: 64 });
    const joined = startCli(['vantage', 'join', station.url, '--allow', '127.0.0.0/8'], { env });
    joined.stdin.end(stdout);
    const { seen, ended } = collect(joined);
    await new Promise<void>((resolve, reject) => {
      joined.stderr.on('data', () => seen.stderr.includes('for work') && resolve());
      void ended.then((status) => reject(new Error(`join ended with ${status}: ${seen.stderr}`)));
    });
    vantage = joined;
    expect(seen.stderr).toContain('as branch; the key is in');
    expect(statSync(join(home, 'inbound-check', 'vantages.json')).mode & 0o077).toBe(0);
    await expect
      .poll(async () => (await cli('vantage', 'list')).stdout)
      .toMatch(/^branch {2}inside {2}asks for work {2}last heard of .* from 127\.0\.0\.1\n$/);
    expect((await cli('fleet', 'status')).stdout).toContain('  branch  inside  a machine that has joined');
    expect((await runCli(['vantage', 'status'], { env })).stdout).toContain(
      'branch  known there, position inside; may probe 127.0.0.0/8 and nothing else',
    );
  });

  it('measures, and decides nothing for the internet', async () => {
    const shop = await run('shop');
    expect(shop.vantages).toMatchObject([
      { id: 'local', kind: 'local' },
      { id: 'branch', kind: 'site', position: 'inside' },
    ]);
    const [endpoint] = shop.endpoints;
    expect(endpoint?.observations).toEqual(
      [
        { vantage: 'branch', state: 'open' },
        { vantage: 'local', state: 'open' },
      ].map((one) => expect.objectContaining(one)),
    );
    expect(endpoint?.summary).toContain('From branch (inside) it answers');
    // The station’s own machine counts until its operator says where it stands.
    expect(await run('admin')).toMatchObject({ verdict: 'fail' });
    expect((await cli('vantage', 'add', 'local', '--position', 'inside')).stderr).toContain(
      'the position of local is now inside',
    );
    expect(await run('admin')).toMatchObject({
      verdict: 'inconclusive',
      endpoints: [{ cause: 'prober.unavailable', summary: expect.stringContaining('no exposure') }],
    });
  });

  it('judges for the internet where the operator says that it is there', async () => {
    await cli('vantage', 'add', 'branch', '--position', 'internet');
    expect(await run('shop')).toMatchObject({ verdict: 'pass' });
    expect(await run('admin')).toMatchObject({
      verdict: 'fail',
      endpoints: [{ cause: 'exposure.open-but-must-be-closed' }],
    });
  });

  it('refuses what its own machine does not allow: that is its fault, not the target’s', async () => {
    vantage?.kill('SIGTERM');
    const { child } = await startVantage('--allow', '192.0.2.0/24');
    const shop = await run('shop');
    expect(shop).toMatchObject({ verdict: 'inconclusive', endpoints: [{ cause: 'prober.unavailable' }] });
    expect(shop.endpoints[0]?.summary).toContain('127.0.0.1 is not among what this vantage may probe');
    child.kill('SIGTERM');
  });

  it('ends when it was removed, and its key is worth nothing then', async () => {
    const { ended, seen } = await startVantage();
    expect(await cli('vantage', 'remove', 'branch')).toMatchObject({ status: 0 });
    expect(await ended).toBe(64);
    expect(seen.stderr).toContain('branch is not known');
    expect(await runCli(['vantage', 'status'], { env })).toMatchObject({ status: 69 });
    expect(await cli('vantage', 'remove', 'branch')).toMatchObject({ status: 64 });
    expect((await run('shop')).vantages.map(({ id }) => id)).toEqual(['local']);
  });
});
