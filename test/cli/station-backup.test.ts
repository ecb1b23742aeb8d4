/** A station's backup while it has work, and the station that is made from it elsewhere. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSigningKey } from '../../lib/local/signing-key.ts';
import { type Station, startStation, withAccess } from '../../lib/local/station/station.ts';
import { addressRanges } from '../../lib/net/address-ranges.ts';
import { newFolder } from '../local/station/running-station.ts';
import { banner, closedPort, listen, type Peer } from '../servers/tcp-peers.ts';
import { memoryTelemetry } from '../service/runs/ports.ts';
import { runCli } from './run-cli.ts';

const QUICK = ['--no-default-controls', '--confirm', '0'];
const folder = newFolder();
const file = join(newFolder(), 'station.backup');
const stations: Station[] = [];
let peer: Peer;
let token: string;

function asProxy(url: string, path: string): Promise<{ readonly status: number; readonly text: string }> {
  const headers = { host: 'checks.example.com', 'x-forwarded-for': '203.0.113.9' };
  return new Promise((resolve, reject) => {
    get(new URL(path, url), { headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    }).on('error', reject);
  });
}

async function start(at: string): Promise<Station> {
  const signer = await openSigningKey(join(at, 'signing-key.pem'));
  const proxies = addressRanges(['127.0.0.1']);
  if (!signer.ok || 'wrong' in proxies) throw new Error('no station');
  const port = await closedPort();
  const started = await startStation({
    folder: at,
    listen: { address: '127.0.0.1', port },
    baseUrl: new URL('https://checks.example.com'),
    proxies: proxies.ranges,
    askBaseUrl: async ({ pathname, search }) =>
      (await asProxy(`http://127.0.0.1:${port}`, pathname + search)).text,
    signer: signer.value,
    allowPrivate: true,
    telemetry: memoryTelemetry(),
  });
  if (!started.ok) throw new Error(started.message);
  stations.push(started.value);
  return started.value;
}

const cliOf =
  ({ url }: Station) =>
  (...args: string[]) =>
    runCli(args, { env: { INBOUND_CHECK_API: url, INBOUND_CHECK_TOKEN: token } });

beforeAll(async () => {
  peer = await listen(banner('220 ready\r\n'));
});
afterAll(async () => {
  for (const one of stations) await one.close();
  await peer?.close();
});

/** What people see, by command. */
const LISTS = [
  ['target', 'show', 'shop'],
  ['history', '--cloud', 'shop'],
  ['schedule', 'list', '--format', 'json'],
  ['webhook', 'list'],
  ['share', 'list'],
] as const;

it('is made while runs go on, and gives the same station on another machine', async () => {
  const station = await start(folder);
  const made = await withAccess(folder, ({ tokens }) => tokens.make('ada', 'operator', 1));
  token = made.ok ? String(made.value) : '';
  const cli = cliOf(station);
  await cli('target', 'add', 'shop', '--check', `tcp://127.0.0.1:${peer.port}`);
  await cli('target', 'add', 'load', '--check', `tcp://127.0.0.1:${peer.port}`);
  await cli('schedule', 'set', 'shop', '--every', '12h');
  // Its first run is due at the next full minute, which may be in the middle of this.
  await cli('schedule', 'pause', 'shop');
  await cli('webhook', 'add', 'desk', `http://127.0.0.1:${peer.port}/secret-path`);
  expect(
    await runCli(['serve', 'invite', '--role', 'support', '--name', 'bob', '--data', folder]),
  ).toMatchObject({
    status: 0,
  });
  const ran = await cli('run', 'shop', '--wait', ...QUICK);
  const runId = /run (\S+)/.exec(ran.stderr)?.[1] ?? '';
  const path = /https:\/\/checks\.example\.com(\/s\/[\w-]{43})$/m.exec(ran.stdout)?.[1] ?? '';
  expect((await asProxy(station.url, path)).status).toBe(200);
  const before = await Promise.all(LISTS.map((list) => cli(...list)));
  expect(before.map(({ status }) => status)).toEqual(LISTS.map(() => 0));

  const people = await runCli(['serve', 'person', 'list', '--data', folder]);

  // Runs one after the other until the backup is there.
  let isDone = false;
  const backup = runCli(['serve', '--backup', file, '--data', folder]).finally(() => {
    isDone = true;
  });
  let runs = 0;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  while (!isDone) {
    const started = await fetch(`${station.url}/runs`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ targets: ['load'], settings: { defaultControls: false, confirm: 0 } }),
    });
    if (started.ok) runs += 1;
    await started.text();
  }
  const done = await backup;
  expect(done).toMatchObject({ status: 0, stderr: '' });
  expect(done.stdout).toMatch(
    /^the backup is in .*station\.backup: \d+ files, \d+\.\d MB\. It holds the key/,
  );
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(runs).toBeGreaterThan(0);

  const elsewhere = join(newFolder(), 'restored');
  const restored = await runCli(['serve', '--restore', file, '--data', elsewhere]);
  expect(restored).toMatchObject({ status: 0, stderr: '' });
  expect(readFileSync(join(elsewhere, 'signing-key.pem'), 'utf8')).toBe(
    readFileSync(join(folder, 'signing-key.pem'), 'utf8'),
  );
  const again = cliOf(await start(elsewhere));
  const after = await Promise.all(LISTS.map((list) => again(...list)));
  expect(after.map(({ stdout }) => stdout)).toEqual(before.map(({ stdout }) => stdout));
  expect((await runCli(['serve', 'person', 'list', '--data', elsewhere])).stdout).toBe(people.stdout);
  const report = join(newFolder(), 'report.html');
  const shown = await fetch(`${stations.at(-1)?.url}/runs/${runId}/report?format=html`, { headers });
  writeFileSync(report, await shown.text());
  const key = /key (SHA256:\S+)/.exec((await again('fleet', 'status')).stdout)?.[1] ?? '';
  expect(await runCli(['verify', report, '--key', key])).toMatchObject({ status: 0 });
  expect((await asProxy(stations.at(-1)?.url ?? '', path)).status).toBe(200);
});

describe('a restore', () => {
  const restore = (from: string, into: string) => runCli(['serve', '--restore', from, '--data', into]);

  it('leaves a folder with something in it alone, and one in use', async () => {
    const full = newFolder();
    writeFileSync(join(full, 'notes.txt'), '');
    expect(await restore(file, full)).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('is not empty'),
    });
    expect(readdirSync(full)).toEqual(['notes.txt']);
    expect(await restore(file, folder)).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('is not empty'),
    });
  });

  it('names a restore that did not end, as the station does', async () => {
    const half = newFolder();
    mkdirSync(join(half, 'restoring'));
    const words = expect.stringMatching(/a restore into .* did not end: empty the folder, and restore again/);
    expect(await restore(file, half)).toMatchObject({ status: 64, stderr: words });
    expect(await runCli(['serve', '--data', half, '--listen', '127.0.0.1:0'])).toMatchObject({
      status: 64,
      stderr: words,
    });
  });

  it('needs the folder’s name', async () => {
    expect(await runCli(['serve', '--restore', file])).toMatchObject({
      status: 64,
      stderr: 'inbound-check: --restore: name the new folder with --data\n',
    });
  });

  it.each<[string, (bytes: Buffer) => Buffer, RegExp]>([
    ['is cut short', (bytes) => bytes.subarray(0, bytes.length - 2_048), /it ends too early|is damaged/],
    [
      'has another byte in it',
      (bytes) => {
        const at = bytes.indexOf('220 ready');
        const other = Buffer.from(bytes);
        other.write('221', at, 'latin1');
        return other;
      },
      /it is damaged/,
    ],
    ['is something else', () => Buffer.from('hello'.repeat(200)), /it is no tar file, or damaged/],
    ['is empty', () => Buffer.alloc(0), /it ends too early/],
  ])('refuses a file that %s, and leaves nothing', async (_, change, words) => {
    const broken = join(newFolder(), 'broken.backup');
    writeFileSync(broken, change(readFileSync(file)));
    const into = join(newFolder(), 'new');
    expect(await restore(broken, into)).toMatchObject({ status: 64, stderr: expect.stringMatching(words) });
    expect(readdirSync(into)).toEqual(['lock.db']);
    rmSync(into, { recursive: true });
  });
});

describe('a backup', () => {
  const backUp = (to: string, of: string) => runCli(['serve', '--backup', to, '--data', of]);

  it('takes the place of no file, and is made of a station alone', async () => {
    const before = readFileSync(file);
    expect(await backUp(file, folder)).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('is there already'),
    });
    expect(readFileSync(file).equals(before)).toBe(true);
    const none = newFolder();
    expect(await backUp(join(none, 'b'), none)).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('there is no station in'),
    });
    expect(readdirSync(none)).toEqual([]);
  });
});
