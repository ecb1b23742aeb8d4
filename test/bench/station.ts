/**
 * `npm run bench:station`: a station with 1,000 targets every 15 minutes, all due in the same minute, while 50 readers poll
 * its API. Its peers of the same run, on the same busy machine: a bare Node process that makes the same connects and reads the
 * same greetings, an HTTP server of Node that answers `{}` to the same readers, and `node -e 0`.
 * Loopback only. Prints Markdown; `-- --write` puts it into docs/bench.md.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { STATION_GOALS } from './goals.ts';
import { cpuMsOf, freePorts, projectRoot } from './processes.ts';

const TARGETS = Number(process.env.BENCH_TARGETS ?? 1_000);
const READERS = 50;
/** Between two requests of one reader, as of an open console. */
const POLL_MS = 2_000;
/** Until all have been checked once. */
const MOST_MS = 300_000;
const START_ROUNDS = 5;
const PAGE = join(projectRoot, 'docs', 'bench.md');
const MARKS = ['<!-- station -->', '<!-- /station -->'] as const;
const CLI = join(projectRoot, 'dist', 'inbound-check.js');

execFileSync(process.execPath, [join(projectRoot, 'bin', 'build.mjs')], { stdio: 'inherit' });
const folder = mkdtempSync(join(tmpdir(), 'inbound-check-bench-'));
const data = join(folder, 'station');
const children = new Set<ChildProcess>();
process.on('SIGINT', () => process.exit(130));
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

let greeted = 0;
const site = createServer((socket) => {
  greeted += 1;
  socket.on('error', () => socket.destroy());
  socket.resume();
  socket.write('220 mx.example.test ESMTP ready\r\n');
});
await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', 1_024, resolve));
const sitePort = (site.address() as AddressInfo).port;

const agent = new Agent({ keepAlive: true, maxSockets: READERS });
const loadBefore = loadavg()[0] ?? 0;
const [port = 0, barePort = 0] = await freePorts(2);
const bareServer = spawn(
  process.execPath,
  ['-e', `require('node:http').createServer((_, r) => r.end('{}')).listen(${barePort}, '127.0.0.1')`],
  { stdio: ['ignore', 'ignore', 'inherit'] },
);
children.add(bareServer);
const nodeStarts = Array.from({ length: START_ROUNDS }, () => {
  const from = performance.now();
  execFileSync(process.execPath, ['-e', '0']);
  return performance.now() - from;
});
const token = execFileSync(
  process.execPath,
  [CLI, 'serve', 'token', '--role', 'operator', '--data', data, '--name', 'bench'],
  { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
).trim();

const starts: number[] = [];
let station = await startStation();
for (let round = 1; round < START_ROUNDS; round += 1) {
  await endChild(station);
  station = await startStation();
}
const pid = station.pid ?? 0;
tell(`${TARGETS} targets`);
const numbers = Array.from({ length: TARGETS }, (_, n) => n);
for (const n of numbers) {
  const check = [`tcp://127.0.0.1:${sitePort}`];
  await put(`/targets/t${n}`, { definition: { check } });
}
for (const n of numbers) await put(`/schedules/t${n}`, { every: '15m' });

tell('runs and readers');
const cpuBefore = cpuMsOf(pid);
greeted = 0;
const begun = performance.now();
const latencies: number[] = [];
const bareLatencies: number[] = [];
let isOver = false;
let failed = 0;
const readers = Array.from({ length: READERS }, (_, n) => read(n));
while (greeted < TARGETS && performance.now() - begun < MOST_MS) await pause(250);
// Reports are written and published after the greeting.
await pause(3_000);
isOver = true;
await Promise.all(readers);
const took = performance.now() - begun;
const cpuMs = cpuMsOf(pid) - cpuBefore;
const peakMb = peakMbOf(pid);
const checked = greeted;
tell('bare sockets');
const bareMs = await bareCpuMs(checked);
await endChild(station);

const page = render();
process.stdout.write(`${page}\n`);
if (process.argv.includes('--write')) {
  const [before = '', rest = ''] = readFileSync(PAGE, 'utf8').split(MARKS[0]);
  const after = rest.split(MARKS[1])[1] ?? '';
  writeFileSync(PAGE, `${before}${MARKS[0]}\n\n${page}\n\n${MARKS[1]}${after}`);
}
process.exit(0);

async function startStation(): Promise<ChildProcess> {
  const from = performance.now();
  const child = spawn(
    process.execPath,
    [CLI, 'serve', '--listen', `127.0.0.1:${port}`, '--data', data, '--allow-private'],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  children.add(child);
  for (;;) {
    const status = await ask('GET', '/health').catch(() => 0);
    if (status === 200) break;
    if (child.exitCode !== null) throw new Error('the station has ended');
    await pause(2);
  }
  starts.push(performance.now() - from);
  return child;
}

async function endChild(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
  children.delete(child);
}

/** The status; the answer is read to its end. */
function ask(method: string, path: string, body?: object, at = port): Promise<number> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const sent = request(
      {
        host: '127.0.0.1',
        port: at,
        path,
        method,
        agent,
        headers: {
          authorization: `Bearer ${token}`,
          ...(text !== undefined && {
            'content-type': 'application/json',
            'content-length': String(Buffer.byteLength(text)),
          }),
        },
      },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    sent.on('error', reject);
    sent.end(text);
  });
}

async function put(path: string, body: object): Promise<void> {
  const status = await ask('PUT', path, body);
  if (status >= 300) throw new Error(`PUT ${path}: ${status}`);
}

/** What a console asks for: lists, one target, its runs. */
async function read(reader: number): Promise<void> {
  const paths = ['/targets', '/schedules', '/fleet', `/targets/t${reader}`, `/targets/t${reader}/runs`];
  await pause((reader / READERS) * POLL_MS);
  for (let n = reader; !isOver; n += 1) {
    const from = performance.now();
    const status = await ask('GET', paths[n % paths.length] ?? '/fleet').catch(() => 0);
    if (status === 200) latencies.push(performance.now() - from);
    else failed += 1;
    const then = performance.now();
    if ((await ask('GET', '/', undefined, barePort).catch(() => 0)) === 200)
      bareLatencies.push(performance.now() - then);
    await pause(POLL_MS);
  }
}

/** CPU ms of a process that makes as many connects and reads as many greetings. */
async function bareCpuMs(count: number): Promise<number> {
  const program = `
    const { connect } = require('node:net');
    const before = process.cpuUsage();
    (async () => {
      for (let n = 0; n < ${count}; n += 1)
        await new Promise((resolve, reject) => {
          const socket = connect(${sitePort}, '127.0.0.1');
          socket.once('data', () => socket.destroy());
          socket.once('close', resolve).once('error', reject);
        });
      const { user, system } = process.cpuUsage(before);
      process.stdout.write(String((user + system) / 1000));
    })();`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await new Promise((resolve) => child.once('close', resolve));
  children.delete(child);
  return Number(said);
}

/** The most memory that the process ever had (proc_pid_status(5), VmHWM). */
function peakMbOf(process: number): number {
  const text = readFileSync(`/proc/${process}/status`, 'latin1');
  return Number(/^VmHWM:\s+(\d+)/m.exec(text)?.[1]) / 1_024;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function render(): string {
  const mark = (value: number, most: number, unit: string, digits = 0): string =>
    `${value.toFixed(digits)} ${unit} ${value <= most ? '✓' : '✗'} (≤ ${most} ${unit})`;
  const { peakMb: mostMb, readP99Ms, startMs } = STATION_GOALS;
  return [
    `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, Node ${process.version}; load average ${loadBefore.toFixed(1)} before and ${(loadavg()[0] ?? 0).toFixed(1)} after.`,
    '',
    `| ${TARGETS} targets, ${READERS} readers | measured | |`,
    '| --- | --- | --- |',
    `| start of the process to the first answer, median of ${START_ROUNDS} | ${mark(percentile(starts, 0.5), startMs, 'ms')} | ${(percentile(starts, 0.5) / percentile(nodeStarts, 0.5)).toFixed(1)} × \`node -e 0\` (${percentile(nodeStarts, 0.5).toFixed(0)} ms) |`,
    `| reads of the API while runs go on, 99 of 100 within | ${mark(percentile(latencies, 0.99), readP99Ms, 'ms', 1)} | half within ${percentile(latencies, 0.5).toFixed(1)} ms; ${latencies.length} reads, ${failed} failed. A server that answers \`{}\`: 99 of 100 within ${percentile(bareLatencies, 0.99).toFixed(1)} ms, half within ${percentile(bareLatencies, 0.5).toFixed(1)} ms |`,
    `| most memory | ${mark(peakMb, mostMb, 'MB')} | |`,
    `| checks, with their plan, judgement, signed reports and history | ${checked} in ${(took / 1_000).toFixed(0)} s | ${(cpuMs / checked).toFixed(1)} ms of CPU each, reads included |`,
    `| the same connects by bare sockets | ${(bareMs / checked).toFixed(2)} ms of CPU each | station ÷ bare: ${(cpuMs / bareMs).toFixed(0)} |`,
  ].join('\n');
}

function tell(what: string): void {
  process.stderr.write(`bench: ${what}\n`);
}
