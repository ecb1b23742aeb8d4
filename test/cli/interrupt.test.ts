import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Report } from '../../lib/engine/report-schema.ts';
import { listen, listenSsh } from './listeners.ts';
import { collect, startCli } from './run-cli.ts';

const LOCAL = ['--allow-private', '--no-default-controls', '--confirm', '0', '--timeout', '60s'];

/** A server that never answers, and a promise of its first connection. */
async function neverAnswers() {
  let connected: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => {
    connected = resolve;
  });
  const port = await listen((socket) => {
    socket.resume();
    connected();
  });
  return { port, reached };
}

it('Ctrl-C prints what was measured so far and exits 130', async () => {
  const { port, reached } = await neverAnswers();
  const answering = await listenSsh();
  const child = startCli([
    'check',
    `ssh://127.0.0.1:${answering}`,
    `ssh://127.0.0.1:${port}`,
    ...LOCAL,
    '--concurrency',
    '1',
    '--format',
    'json',
  ]);
  const { seen, ended } = collect(child);
  // With one place, the second is reached only after the first is done.
  await reached;
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  const report = Report.parse(JSON.parse(seen.stdout));
  expect(report.partial).toBe(true);
  expect(report.endpoints.find(({ id }) => id === `ssh://127.0.0.1:${answering}`)?.verdict).toBe('pass');
  expect(report.endpoints.find(({ id }) => id === `ssh://127.0.0.1:${port}`)?.verdict).not.toBe('pass');
  expect(seen.stderr).toMatch(/^inbound-check: stopping[^\n]*\n$/);
});

it('SIGTERM does the same and exits 143, and reports in files are complete', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'inbound-check-'));
  const { port, reached } = await neverAnswers();
  const child = startCli([
    'check',
    `ssh://127.0.0.1:${port}`,
    ...LOCAL,
    '--format',
    'json',
    '--output',
    directory,
  ]);
  const { ended } = collect(child);
  await reached;
  child.kill('SIGTERM');
  expect(await ended).toBe(143);
  expect(readdirSync(directory)).toEqual(['report.json']);
});

it('a reader that goes away ends the run quietly', async () => {
  const { port, reached } = await neverAnswers();
  const ports = await Promise.all(Array.from({ length: 5 }, listenSsh));
  const uris = ports.map((each) => `ssh://127.0.0.1:${each}`);
  const child = startCli([
    'check',
    ...uris,
    `ssh://127.0.0.1:${port}`,
    ...LOCAL,
    '--concurrency',
    '1',
    '--format',
    'jsonl',
  ]);
  child.stdout.destroy();
  const { seen, ended } = collect(child);
  await Promise.race([reached, ended]);
  expect(await ended).toBe(141);
  expect(seen.stderr).toBe('');
});
