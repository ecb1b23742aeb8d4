/** One piece of work on this machine, with servers of its own: what its list refuses is said, and blamed on no target. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readAllowed } from '../../../lib/local/site/allowed.ts';
import { measureWork } from '../../../lib/local/site/measure.ts';
import type { VantagePosition } from '../../../lib/model/position.ts';
import { decodeAnswer } from '../../../lib/service/runs/read-answer.ts';
import { endpoint, settings } from '../../engine/run/fakes.ts';
import { banner, listen, type Peer } from '../../servers/tcp-peers.ts';
import { memoryTelemetry } from '../../service/runs/ports.ts';

let peer: Peer;
beforeAll(async () => {
  peer = await listen(banner('220 ready\r\n'));
});
afterAll(() => peer.close());

async function measured(allow: readonly string[], position: VantagePosition = 'inside', name = 'branch') {
  const allowed = readAllowed(allow);
  if (!allowed.ok) throw new Error(allowed.message);
  const one = endpoint({ id: 'tcp', host: '127.0.0.1', port: peer.port });
  const batch = {
    runId: 'run-1',
    vantage: { id: 'branch', kind: 'site' },
    attempt: 1,
    // What the home says of private addresses and of controls counts for nothing here.
    settings: settings({
      allowPrivate: true,
      controls: [{ port: peer.port, host: '127.0.0.1', hostPort: peer.port }],
      defaultControls: false,
    }),
    endpoints: [one],
  };
  const answer = await measureWork(name, batch, {
    allowed: allowed.value,
    position,
    telemetry: memoryTelemetry(),
    signal: new AbortController().signal,
    budgetMs: 30_000,
  });
  const { result } = decodeAnswer(JSON.stringify(answer));
  return { result, measured: result?.results[0]?.measured[0] };
}

it('measures what is on its list, as itself', async () => {
  const { result, measured: one } = await measured(['127.0.0.0/8']);
  expect(result?.vantage).toMatchObject({ id: 'branch', kind: 'site', controls: [] });
  expect(one?.observation).toMatchObject({ vantage: 'branch', connect: { status: 'connected' } });
  expect(one?.missing).toBeUndefined();
});

it.each<[string, readonly string[], VantagePosition, string]>([
  ['is not on its list', ['192.0.2.0/24'], 'internet', '127.0.0.1 is not among what this vantage may probe'],
  ['is private, where it stands inside', [], 'inside', '127.0.0.1 is loopback'],
])('sends nothing to what %s, and says that it is its own doing', async (_, allow, position, detail) => {
  const { measured: one } = await measured(allow, position);
  expect(one?.missing).toMatchObject({ why: 'fault', lost: true, detail });
});

it('does no work of another vantage', async () => {
  await expect(measured(['127.0.0.0/8'], 'inside', 'office')).rejects.toThrow('another');
});
