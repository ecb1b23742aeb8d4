import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Report } from '../../lib/engine/report-schema.ts';
import { closedPort } from '../servers/tcp-peers.ts';
import { listenSilent, listenSsh } from './listeners.ts';
import { runCli } from './run-cli.ts';

const LOCAL = ['--allow-private', '--no-default-controls', '--confirm', '0'];
const folder = () => mkdtempSync(join(tmpdir(), 'inbound-check-'));

describe('the exit status of check', () => {
  it('is 0 when all expectations are met', async () => {
    const [open, closed] = [await listenSsh(), await closedPort()];
    const { status, stdout, stderr } = await runCli([
      'check',
      `ssh://127.0.0.1:${open}`,
      '--closed',
      `tcp://127.0.0.1:${closed}`,
      ...LOCAL,
    ]);
    expect(stdout).toContain(`ssh://127.0.0.1:${open}`);
    expect([status, stderr]).toEqual([0, '']);
  });

  it('is 1 when a port is closed that must be open', async () => {
    const { status, stdout } = await runCli(['check', `ssh://127.0.0.1:${await closedPort()}`, ...LOCAL]);
    expect(stdout).toContain('tcp.refused');
    expect(status).toBe(1);
  });

  it('is 1 when a port is open that must be closed', async () => {
    const { status, stdout } = await runCli([
      'check',
      '--closed',
      `ssh://127.0.0.1:${await listenSsh()}`,
      ...LOCAL,
    ]);
    expect(stdout).toContain('exposure.open-but-must-be-closed');
    expect(status).toBe(1);
  });

  it('is 2 when the run ends before anything was learnt', async () => {
    const port = await listenSilent();
    const { status, stdout } = await runCli([
      'check',
      `ssh://127.0.0.1:${port}`,
      ...LOCAL,
      '--deadline',
      '300ms',
      '--timeout',
      '10s',
    ]);
    expect(stdout).toContain('prober.deadline');
    expect(status).toBe(2);
  });
});

describe('the output of check', () => {
  it('gives machine formats alone to standard output', async () => {
    const port = await listenSsh();
    const { stdout, stderr } = await runCli([
      'check',
      `ssh://127.0.0.1:${port}`,
      ...LOCAL,
      '--format',
      'json',
    ]);
    const report = Report.parse(JSON.parse(stdout));
    expect(report.endpoints.map(({ id, verdict }) => [id, verdict])).toEqual([
      [`ssh://127.0.0.1:${port}`, 'pass'],
    ]);
    expect(stderr).toBe('');
  });

  it('writes several formats of one run into a directory, and the summary to standard output', async () => {
    const directory = join(folder(), 'deep', 'reports');
    const port = await listenSsh();
    const { status, stdout } = await runCli([
      'check',
      `ssh://127.0.0.1:${port}`,
      ...LOCAL,
      '--format',
      'html,json',
      '--format',
      'junit',
      '--output',
      `${directory}/`,
    ]);
    expect(status).toBe(0);
    expect(stdout).toContain(`ssh://127.0.0.1:${port}`);
    expect(readdirSync(directory).sort()).toEqual(['report.html', 'report.json', 'report.xml']);
    const id = Report.parse(JSON.parse(readFileSync(join(directory, 'report.json'), 'utf8'))).id;
    expect(readFileSync(join(directory, 'report.html'), 'utf8')).toContain(id);
  });

  it('chooses the format of a file by its extension, and replaces the file whole', async () => {
    const path = join(folder(), 'metrics.prom');
    writeFileSync(path, 'old');
    const before = statSync(path).ino;
    const port = await listenSsh();
    await runCli(['check', `ssh://127.0.0.1:${port}`, ...LOCAL, '--output', path]);
    expect(readFileSync(path, 'utf8')).toMatch(/^# (HELP|TYPE) /);
    expect(statSync(path).ino).not.toBe(before);
  });

  it('leaves files as they were when another one can’t be written', async () => {
    const directory = folder();
    writeFileSync(join(directory, 'report.json'), 'old');
    writeFileSync(join(directory, 'plain'), '');
    const outputs = ['report.json', 'plain/report.html'].flatMap((name) => [
      '--output',
      join(directory, name),
    ]);
    const { status } = await runCli(['check', 'tcp://127.0.0.1:1', ...LOCAL, ...outputs]);
    expect(status).toBe(64);
    expect(readFileSync(join(directory, 'report.json'), 'utf8')).toBe('old');
    expect(readdirSync(directory).sort()).toEqual(['plain', 'report.json']);
  });

  it('writes to a device or a pipe without replacing it', async () => {
    const port = await listenSsh();
    const args = ['check', `ssh://127.0.0.1:${port}`, ...LOCAL, '--format', 'jsonl', '--output'];
    expect(await runCli([...args, '/dev/null'])).toMatchObject({ status: 0, stderr: '' });
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
    const pipe = join(folder(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const [{ status }, text] = await Promise.all([runCli([...args, pipe]), readFile(pipe, 'utf8')]);
    expect(text).toContain('inbound-check/report@1');
    expect(statSync(pipe).isFIFO()).toBe(true);
    expect(status).toBe(0);
  });

  it('has no colour where standard output is no terminal, and colour on request', async () => {
    const port = await listenSsh();
    const args = ['check', `ssh://127.0.0.1:${port}`, ...LOCAL];
    expect((await runCli(args)).stdout).not.toContain('\u001b');
    expect((await runCli(args, { env: { FORCE_COLOR: '1' } })).stdout).toContain('\u001b[');
    expect((await runCli(args, { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stdout).not.toContain('\u001b');
  });
});

describe('targets and settings of check', () => {
  it('come from a file, and flags go before its settings', async () => {
    const [open, closed] = [await listenSsh(), await closedPort()];
    const path = join(folder(), 'targets.yaml');
    writeFileSync(
      path,
      `settings: { confirm: 3, confirmPause: 60s, defaultControls: false }
targets:
  - name: Jump host
    check: ["ssh://127.0.0.1:${open}"]
    closed: ["tcp://127.0.0.1:${closed}"]
  - name: Gone
    check: ["ssh://127.0.0.1:${closed}"]
`,
    );
    const { status, stdout } = await runCli([
      'check',
      '-f',
      path,
      '--allow-private',
      '--confirm',
      '0',
      '--format',
      'json',
    ]);
    const { endpoints } = Report.parse(JSON.parse(stdout));
    expect(new Set(endpoints.map(({ target, verdict }) => `${target} ${verdict}`))).toEqual(
      new Set(['Jump host pass', 'Gone fail']),
    );
    expect(status).toBe(1);
  });

  it('--reflector is not asked for targets of one’s own network', async () => {
    const reflector = createServer((_, response) => response.end('198.51.100.7')).listen(0, '127.0.0.1');
    let asked = 0;
    reflector.on('connection', () => {
      asked += 1;
    });
    await once(reflector, 'listening');
    const { port } = reflector.address() as AddressInfo;
    const { status, stdout } = await runCli([
      'check',
      `ssh://127.0.0.1:${await listenSsh()}`,
      ...LOCAL,
      '--reflector',
      `http://127.0.0.1:${port}/ip`,
      '--format',
      'json',
    ]);
    reflector.close();
    expect(status).toBe(0);
    expect(asked).toBe(0);
    expect(Report.parse(JSON.parse(stdout)).vantages[0]).not.toHaveProperty('seenAs');
  });

  it('--resolve leads a name to an address without asking DNS', async () => {
    const port = await listenSsh();
    const { status, stdout } = await runCli([
      'check',
      `ssh://jump.customer.example:${port}`,
      ...LOCAL,
      '--resolve',
      `jump.customer.example:${port}:127.0.0.1`,
      '--dns',
      `127.0.0.1:${await closedPort()}`,
      '--format',
      'json',
    ]);
    const [endpoint] = Report.parse(JSON.parse(stdout)).endpoints;
    expect(endpoint?.observations.map(({ address }) => address)).toEqual(['127.0.0.1']);
    expect(status).toBe(0);
  });

  it('--resolve leads an address to another one', async () => {
    const port = await listenSsh();
    const { status, stdout } = await runCli([
      'check',
      `ssh://127.0.0.9:${port}`,
      ...LOCAL,
      '--resolve',
      `127.0.0.9:${port}:127.0.0.1`,
      '--format',
      'json',
    ]);
    const [endpoint] = Report.parse(JSON.parse(stdout)).endpoints;
    expect(endpoint?.host).toBe('127.0.0.9');
    expect(endpoint?.observations.map(({ address }) => address)).toEqual(['127.0.0.1']);
    expect(status).toBe(0);
  });

  it('a name that resolves to a private address is refused at probe time, and nothing is dialled', async () => {
    const port = await listenSsh();
    const { status, stdout } = await runCli([
      'check',
      `ssh://jump.customer.example:${port}`,
      '--no-default-controls',
      '--confirm',
      '0',
      '--dns',
      await nameServer(),
      '--format',
      'json',
    ]);
    const [endpoint] = Report.parse(JSON.parse(stdout)).endpoints;
    expect(endpoint?.cause).toBe('dns.private-address');
    expect(status).not.toBe(0);
  });
});

async function nameServer(): Promise<string> {
  const { startNameServer } = await import('../../lib/local/demo/name-server.ts');
  const { onTestFinished } = await import('vitest');
  const { server, close } = await startNameServer('customer.example');
  onTestFinished(close);
  return server;
}
