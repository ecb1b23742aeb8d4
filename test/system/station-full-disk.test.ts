/** A station on a disk of its own that fills up while it works, and has room again. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSigningKey } from '../../lib/local/signing-key.ts';
import { type Station, startStation, withAccess } from '../../lib/local/station/station.ts';
import { openDatabase } from '../../lib/local/station/store/database.ts';
import { banner, listen, type Peer } from '../servers/tcp-peers.ts';
import { memoryTelemetry } from '../service/runs/ports.ts';

const disk = mkdtempSync(join(tmpdir(), 'inbound-check-disk-'));
const folder = join(disk, 'station');
const filler = join(disk, 'filler');
const telemetry = memoryTelemetry();
let station: Station;
let peer: Peer;
let token = '';

const start = async (): Promise<Station> => {
  const signer = await openSigningKey(join(folder, 'signing-key.pem'));
  if (!signer.ok) throw new Error(signer.message);
  const started = await startStation({
    folder,
    listen: { address: '127.0.0.1', port: 0 },
    signer: signer.value,
    allowPrivate: true,
    telemetry,
  });
  if (!started.ok) throw new Error(started.message);
  return started.value;
};
const api = async (method: string, path: string, body?: unknown) => {
  const answer = await fetch(`${station.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, text, json: text.startsWith('{') ? JSON.parse(text) : undefined };
};
/** Until not a byte more goes in. */
function fill(): void {
  const { bavail, bsize } = statfsSync(disk);
  try {
    writeFileSync(filler, Buffer.alloc(bavail * bsize + 1_000_000));
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  }
}
const said = (words: RegExp): number => telemetry.lines.filter(({ message }) => words.test(message)).length;
const health = (): Promise<number> => api('GET', '/health').then(({ status }) => status);
const ended = async (runId: string): Promise<string> => {
  let status = '';
  await expect
    .poll(async () => {
      const { json } = await api('GET', `/runs/${runId}`);
      status = String(json?.status);
      return status;
    })
    .not.toMatch(/running|queued|waiting/);
  return status;
};
const runShop = async () =>
  api('POST', '/runs', { targets: ['shop'], settings: { defaultControls: false, confirm: 0 } });

beforeAll(async () => {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=0700', 'tmpfs', disk]);
  mkdirSync(folder, { mode: 0o700 });
  peer = await listen(banner('220 ready\r\n'));
  station = await start();
  const made = await withAccess(folder, ({ tokens }) => tokens.make('ada', 'operator', 1));
  token = made.ok ? String(made.value) : '';
});
afterAll(async () => {
  await station?.close();
  await peer?.close();
  execFileSync('umount', ['--lazy', disk]);
  rmSync(disk, { recursive: true });
});

it('loses nothing that was stored, says so once, is red meanwhile, and goes on', async () => {
  const definition = { check: [`tcp://127.0.0.1:${peer.port}`] };
  expect((await api('PUT', '/targets/shop', { definition })).status).toBe(200);
  const schedule = await api('PUT', '/schedules/shop', { every: '12h' });
  expect([schedule.status, schedule.text]).toEqual([200, expect.any(String)]);
  const first = (await runShop()).json;
  expect(await ended(first.runId)).toBe('finished');
  const targets = (await api('GET', '/targets')).text;
  expect(await health()).toBe(200);

  fill();
  await expect.poll(health).toBe(503);
  expect((await api('GET', '/health')).json).toMatchObject({ status: 'failing', data: folder });
  // What is stored can be read, reports too.
  expect((await api('GET', '/targets')).text).toBe(targets);
  expect((await api('GET', `/runs/${first.runId}/report?format=json`)).status).toBe(200);
  // Whatever is acknowledged is stored; the rest is refused.
  const acknowledged: string[] = [];
  const refused: number[] = [];
  for (let n = 0; n < 60; n += 1) {
    const big = { check: Array.from({ length: 40 }, (_, at) => `tcp://127.0.0.1:${1_000 + n + at}`) };
    const { status } = await api('PUT', `/targets/more-${n}`, { definition: big });
    if (status === 200) acknowledged.push(`more-${n}`);
    else refused.push(status);
  }
  const during = await runShop();
  const how = during.status === 202 || during.status === 200 ? await ended(during.json.runId) : during.status;
  await api('GET', '/health');
  expect([503, 'failed']).toContain(how);
  expect([...new Set(refused)]).toEqual([503]);
  expect(said(/can’t write its data/)).toBe(1);

  rmSync(filler);
  await expect.poll(health).toBe(200);
  expect(said(/can write its data again/)).toBe(1);
  expect((await api('PUT', '/targets/after', { definition })).status).toBe(200);
  expect(await ended((await runShop()).json.runId)).toBe('finished');

  await station.close();
  const opened = await openDatabase(join(folder, 'station.db'));
  if (!opened.ok) throw new Error(opened.why);
  expect(opened.database.first('PRAGMA integrity_check')).toMatchObject({ integrity_check: 'ok' });
  opened.database.close();
  station = await start();
  const names = (await api('GET', '/targets')).text;
  for (const name of ['shop', 'after', ...acknowledged]) expect(names).toContain(`"${name}"`);
  expect((await api('GET', '/schedules/shop')).status).toBe(200);
  expect((await api('GET', '/audit')).text).toContain('putTarget');
});
