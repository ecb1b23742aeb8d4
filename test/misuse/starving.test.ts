/**
 * Hostile servers beside honest ones in one run: the honest ones must come out right, and the process must live on little
 * memory. `npm run soak` does the same for 20 rounds.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Report } from '../../lib/engine/report-schema.ts';
import { collect, startCli } from '../cli/run-cli.ts';
import { type HeldPeers, startHeldPeers } from '../servers/held-peers.ts';

const ROUNDS = Number(process.env.SOAK_ROUNDS ?? 1);
const MOST_BYTES = 300 * 1024 * 1024;

let honest: HeldPeers;
let hostile: ChildProcess;
let site: { readonly uris: Readonly<Record<string, string>>; readonly ca: string };
let ca: string;

beforeAll(async () => {
  honest = await startHeldPeers();
  honest.answerAtOnce();
  // A process of its own: what it does to itself must not slow the honest ones.
  hostile = fork(fileURLToPath(new URL('./hostile-servers.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  });
  [site] = (await once(hostile, 'message')) as [typeof site];
  ca = join(mkdtempSync(join(tmpdir(), 'inbound-check-starving-')), 'ca.pem');
  writeFileSync(ca, honest.ca + site.ca);
});
afterAll(async () => {
  hostile.disconnect();
  await honest.close();
});

/** Bytes of memory that the process had at most so far; 0 when it is gone (proc(5), VmHWM). */
function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
}

/** One of each in turn, so that none is through before the others begin. */
function mixed(a: readonly string[], b: readonly string[]): string[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, at) =>
    [a[at] ?? [], b[at] ?? []].flat(),
  ).flat();
}

async function round() {
  const bad = Object.values(site.uris);
  const child = startCli(
    [
      'check',
      ...mixed(bad, [...honest.uris.values()]),
      ...['--allow-private', '--no-default-controls', '--no-history', '--no-sign', '--no-progress'],
      ...['--confirm', '0', '--timeout', '20s', '--concurrency', '128', '--ca', ca],
      ...['--dns', honest.dns, '--recipient', 'box@example.test', '--format', 'json'],
    ],
    { env: { NODE_OPTIONS: '--max-old-space-size=512' } },
  );
  let peak = 0;
  const look = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid ?? 0));
  }, 50);
  const { seen, ended } = collect(child);
  await ended;
  clearInterval(look);
  if (seen.stdout === '') throw new Error(seen.stderr);
  const { endpoints } = Report.parse(JSON.parse(seen.stdout));
  const of = (uri: string) => {
    // A port of UDP and one of TCP may have one number.
    const [, kind, port] = /^(\w+):.*?:(\d+)/.exec(uri) ?? [];
    return endpoints.find((one) => one.kind === kind && one.port === Number(port));
  };
  const words = (uri: string): string => {
    const one = of(uri);
    if (one === undefined) return 'no report';
    // The mail servers of the test offer no STARTTLS but for one.
    if (one.cause === 'smtp.starttls-missing') return 'right';
    return one.verdict === 'pass' ? 'right' : `${one.verdict} ${one.cause}: ${one.summary}`;
  };
  return {
    peak,
    honest: Object.fromEntries([...honest.uris].map(([name, uri]) => [name, words(uri)])),
    hostile: Object.fromEntries(
      Object.entries(site.uris).map(([name, uri]) => [name, of(uri)?.cause ?? of(uri)?.verdict]),
    ),
    ms: Object.fromEntries(
      Object.entries(site.uris).map(([name, uri]) => [name, of(uri)?.observations.at(-1)?.timings.total]),
    ),
  };
}

it(`honest endpoints are judged right among hostile ones, within ${MOST_BYTES / 1024 / 1024} MB`, {
  timeout: 180_000 * ROUNDS,
}, async () => {
  expect(Object.keys(site.uris).length).toBeGreaterThanOrEqual(64);
  for (let number = 1; number <= ROUNDS; number += 1) {
    const seen = await round();
    if (process.env.SOAK_SHOW !== undefined) console.log(number, seen);
    const right = Object.fromEntries(Object.keys(seen.honest).map((name) => [name, 'right']));
    expect(seen.honest, `round ${number}`).toEqual(right);
    expect(seen.peak, `round ${number}`).toBeGreaterThan(0);
    expect(seen.peak, `round ${number}`).toBeLessThan(MOST_BYTES);
    // Each is reported, and none is lost because of a bug of ours.
    for (const [name, said] of Object.entries(seen.hostile)) {
      expect(said, name).toBeDefined();
      expect(said, name).not.toBe('prober.unavailable');
    }
  }
});
