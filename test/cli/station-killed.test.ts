/** A station that is killed or ended in the middle of a run, and started again. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeToken, newFolder, type RunningStation, startStation } from '../local/station/running-station.ts';
import { banner, listen, type Peer } from '../servers/tcp-peers.ts';

const folder = newFolder();
const peers: Peer[] = [];
let station: RunningStation;
let operator: string;
beforeAll(async () => {
  station = await startStation(folder);
  operator = await makeToken(folder, 'operator');
});
afterAll(async () => {
  await station?.end('SIGKILL');
  for (const peer of peers) await peer.close();
});

it.each([
  ['SIGKILL', null],
  ['SIGTERM', 0],
] as const)(
  '%s: the run ends as interrupted, with a report of what was measured, and nothing else is lost',
  async (end, ended) => {
    const target = `shop ${end}`;
    const open = await listen(banner('220 ready\r\n'));
    let reached: () => void = () => undefined;
    const isReached = new Promise<void>((resolve) => {
      reached = resolve;
    });
    // It accepts and says nothing: the probe waits for its first byte.
    const mute = await listen(() => reached());
    peers.push(open, mute);
    const check = [`tcp://127.0.0.1:${open.port}`, `tcp://127.0.0.1:${mute.port}`];
    const added = await station.cli(
      operator,
      'target',
      'add',
      target,
      '--check',
      check[0] ?? '',
      '--check',
      check[1] ?? '',
    );
    expect(added).toMatchObject({ status: 0 });
    // One after the other, so that the first has its answer when the second is connected to.
    const response = await fetch(`${station.url}/runs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${operator}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        targets: [target],
        settings: { concurrency: 1, defaultControls: false, confirm: 0, timeout: '60s' },
      }),
    });
    const { runId } = (await response.json()) as { runId: string };
    await isReached;
    expect(await station.end(end)).toMatchObject({ status: ended });

    station = await startStation(folder);
    const { status, stdout, stderr } = await station.cli(
      operator,
      ...['run', '--follow', runId, '--no-share', '--verbose'],
    );
    expect(stdout).toMatch(/✓ PASS {2}tcp:\/\/127\.0\.0\.1:\d+/);
    expect(stdout).toContain('prober.unavailable');
    expect(stdout).not.toContain('was stopped');
    expect(stderr).toContain(
      `the run ${runId} failed: RunInterrupted: the station ended while the run was under way: the report has what was measured until then`,
    );
    expect(status).toBe(69);
    // The target is registered, and no run of it counts.
    expect((await station.cli(operator, 'target', 'list')).stdout).toContain(`${target}  no run yet`);
    const again = await station.cli(operator, 'fleet', 'status');
    expect(again.stdout).toContain(`failed  ${runId}`);
  },
);
