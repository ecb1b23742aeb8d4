/** The demo's station as a process of its own: what a person sees who starts it, presses Enter once, and ends it. */
import { existsSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { collect, runCli, startCli } from './run-cli.ts';

const child = startCli(['demo', '--station']);
const { seen, ended } = collect(child);
afterAll(() => void child.kill('SIGKILL'));

/** Waits until it has printed this, and gives the match. */
const printed = (pattern: RegExp): Promise<RegExpExecArray> =>
  new Promise((resolve, reject) => {
    const look = (): void => {
      const match = pattern.exec(seen.stdout);
      if (match !== null) resolve(match);
    };
    child.stdout.on('data', look);
    void ended.then((status) => reject(new Error(`it ended with ${status}: ${seen.stdout}${seen.stderr}`)));
    look();
  });

it('shows a fault, its alert, the repair and the recovery, and leaves nothing behind', async () => {
  const [, url = '', folder = ''] = await printed(/^DEMO: a station at (\S+), data in (.+)$/m);
  const [, , token = ''] = await printed(/^ {2}export INBOUND_CHECK_API=(\S+) INBOUND_CHECK_TOKEN=(\S+)$/m);
  const cli = (...args: string[]) =>
    runCli(args, { env: { INBOUND_CHECK_API: url, INBOUND_CHECK_TOKEN: token } });
  await printed(/^alert received: critical, failing: portal: .*\(http\.status-unexpected\)$/m);
  // On loopback a link would open for nobody.
  const [, runId = ''] = await printed(/^Save signed page: inbound-check run --follow (\S+) --no-share /m);
  const saved = await cli('run', '--follow', runId, '--no-share', '--format', 'json');
  expect(saved.stdout).toContain('http.status-unexpected');

  const [, link = ''] = await printed(/sign in, once, .*: (http\S+)$/m);
  expect(link.startsWith(`${url}/sign-in/link/`)).toBe(true);
  expect((await fetch(link)).status).toBe(200);
  const schedules = await cli('schedule', 'list');
  expect(schedules.stdout.match(/^(?:mail|portal|website) {2}every 5m$/gm)).toHaveLength(3);
  expect((await cli('alert', 'list')).stdout).toMatch(/^portal\n/);

  child.stdin.write('\n');
  await printed(/^portal is repaired, and checked again$/m);
  await printed(/^alert received: info, recovered: portal: /m);
  expect((await cli('alert', 'list')).stdout).toBe('no alert is open\n');
  const targets = await cli('target', 'list');
  for (const name of ['website', 'mail', 'portal']) expect(targets.stdout).toContain(name);
  expect(seen.stdout.match(/^alert received/gm)).toHaveLength(2);

  expect(existsSync(folder)).toBe(true);
  child.kill('SIGINT');
  expect([await ended, seen.stderr]).toEqual([0, '']);
  expect(seen.stdout).toContain(`ended; ${folder} is removed\n`);
  expect(existsSync(folder)).toBe(false);
});

it('writes no report, and says so', async () => {
  const { status, stderr } = await runCli(['demo', '--station', '--output', 'report.html']);
  expect(status).toBe(64);
  expect(stderr).toMatch(/^inbound-check: --output: .*\n$/);
});
