/** A scrape token reads the metrics, and reaches nothing else. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Station, startStation, withAccess } from '../../../lib/local/station/station.ts';
import { contracts } from '../../../lib/service/api/operations.ts';
import { runCli } from '../../cli/run-cli.ts';
import { memoryTelemetry } from '../../service/runs/ports.ts';
import { newFolder } from './running-station.ts';

const folder = newFolder();
let station: Station;
let scrape: string;
beforeAll(async () => {
  const started = await startStation({
    folder,
    listen: { address: '127.0.0.1', port: 0 },
    signer: { publicKey: '', sign: async () => new Uint8Array() },
    allowPrivate: false,
    telemetry: memoryTelemetry(),
  });
  if (!started.ok) throw new Error(started.message);
  station = started.value;
  const made = await runCli([
    'serve',
    'token',
    '--role',
    'metrics',
    '--name',
    'prometheus',
    '--data',
    folder,
  ]);
  scrape = made.stdout.trim();
});
afterAll(() => station?.close());

const ask = async (path: string, method = 'GET', token = scrape): Promise<Response> =>
  fetch(new URL(path, station.url), { method, headers: { authorization: `Bearer ${token}` } });

it('gives the metrics as Prometheus reads them', async () => {
  const answer = await ask('/metrics');
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
  expect(await answer.text()).toContain('inbound_check_metrics_timestamp_seconds');
});

it('opens no other operation, and no other token of its form opens this one', async () => {
  for (const { id, method, path } of contracts) {
    if (id === 'getMetrics') continue;
    const answer = await ask(path, method);
    await answer.text();
    expect([id, answer.status]).toEqual([id, 401]);
  }
  expect((await ask('/metrics', 'GET', `ibm_${'x'.repeat(43)}`)).status).toBe(401);
});

it('is listed, has an end, and counts no more once it is revoked', async () => {
  expect((await runCli(['serve', 'token', '--list', '--data', folder])).stdout).toMatch(
    /^prometheus {2}metrics {2}until /m,
  );
  await withAccess(folder, ({ scrapeTokens }) => expect(scrapeTokens.make('prometheus', 1)).toBeUndefined());
  expect(await runCli(['serve', 'token', '--revoke', 'prometheus', '--data', folder])).toMatchObject({
    status: 0,
  });
  expect((await ask('/metrics')).status).toBe(401);
  const old = await withAccess(folder, ({ scrapeTokens }) => scrapeTokens.make('old', 0));
  expect((await ask('/metrics', 'GET', String(old.ok && old.value))).status).toBe(401);
});
