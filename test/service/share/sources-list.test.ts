import { expect, it } from 'vitest';
import type { SourcesSeen } from '../../../lib/service/contracts/sources.ts';
import { failure } from '../../../lib/service/runs/failure.ts';
import { createLinkServer, type LinkPorts } from '../../../lib/service/share/serve.ts';
import { memoryStore, memoryTelemetry } from '../runs/ports.ts';
import { noOffices, noRuns } from './fixture.ts';

const SEEN: SourcesSeen = {
  vantages: [
    {
      id: 'eu-west-1',
      region: 'eu-west-1',
      kind: 'lambda',
      sources: [
        {
          address: '198.51.100.7',
          firstSeen: '2026-03-01T10:02:11.000Z',
          lastSeen: '2026-03-02T10:02:11.000Z',
        },
      ],
    },
  ],
};

function links(more: Partial<LinkPorts>, clock = { now: 0 }) {
  const serve = createLinkServer({
    shares: { byToken: async () => undefined },
    store: memoryStore(),
    telemetry: memoryTelemetry(),
    now: () => clock.now,
    runs: noRuns,
    offices: noOffices,
    ...more,
  });
  return (path: string, method = 'GET') => serve({ method, path });
}

it('is there only where it is switched on, and then for everyone', async () => {
  const nothing = await links({})('/nothing');
  expect(await links({})('/sources.json')).toEqual(nothing);
  const list = await links({ sources: async () => SEEN })('/sources.json');
  expect(list).toMatchObject({
    status: 200,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'max-age=300',
      'x-content-type-options': 'nosniff',
    },
  });
  expect(JSON.parse(list.text)).toEqual({ schema: 'inbound-check/sources@1', ...SEEN });
  expect(await links({ sources: async () => SEEN })('/sources.json', 'POST')).toEqual(nothing);
});

it('asks the table once a minute, however many ask', async () => {
  const clock = { now: 0 };
  let reads = 0;
  const get = links(
    {
      sources: async () => {
        reads += 1;
        return SEEN;
      },
    },
    clock,
  );
  for (let request = 0; request < 50; request += 1) await get('/sources.json');
  expect(reads).toBe(1);
  clock.now = 60_000;
  await get('/sources.json');
  expect(reads).toBe(2);
});

it('says so when the table does not answer', async () => {
  const get = links({ sources: () => Promise.reject(failure('StoreFailed', 'throttled')) });
  expect(await get('/sources.json')).toMatchObject({ status: 503 });
});
