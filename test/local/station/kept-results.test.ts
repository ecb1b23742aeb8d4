import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createKeptResults } from '../../../lib/local/station/runs/kept-results.ts';
import { createLiveCells } from '../../../lib/local/station/runs/live-cells.ts';
import type { RunPlan } from '../../../lib/service/runs/run-plan.ts';
import { endpoint, seenRefused, settings } from '../../engine/run/fakes.ts';
import { vantage } from '../../service/runs/ports.ts';
import { batchResult } from '../../service/runs/results.ts';
import { newFolder } from './running-station.ts';

const RUN = 'run-1';
const web = endpoint({ port: 443 });
const mail = endpoint({ port: 25 });
const plan: RunPlan = {
  runId: RUN,
  execution: 'station:run-1',
  requestedBy: 'ada',
  startedAt: '2026-03-01T09:00:00.000Z',
  settings: settings(),
  vantages: [vantage('local'), vantage('branch')],
  targets: [{ name: 'shop', endpoints: [web, mail], unprobed: [] }],
};
const at = (id: string) => ({ runId: RUN, attempt: 1, vantage: id });

it('has what each vantage measured, as it would have answered it by then', async () => {
  const kept = createKeptResults(newFolder());
  expect(await kept.read(at('local'))).toBeUndefined();
  const [first] = batchResult('local', [web]).results;
  if (first !== undefined) kept.keep(RUN, 1, first);
  await kept.put(at('branch'), batchResult('branch', [web]));
  await kept.put(at('branch'), batchResult('branch', [web, mail]));
  expect((await kept.read(at('local')))?.results.map(({ endpointId }) => endpointId)).toEqual([web.id]);
  const branch = await kept.read(at('branch'));
  expect(branch?.results.map(({ endpointId }) => endpointId)).toEqual([web.id, mail.id]);
  expect(branch).toMatchObject({ partial: true, vantage: { id: 'branch' } });
  expect(await kept.read({ ...at('branch'), attempt: 2 })).toBeUndefined();
  // A line for each, however often it was told.
  expect((await kept.after(RUN, 1, 0)).results).toHaveLength(3);
});

it('shows each cell once it is whole, and reads nothing twice', async () => {
  const folder = newFolder();
  const kept = createKeptResults(folder);
  const read: number[] = [];
  const seeEarly = createLiveCells({
    after: async (...of) => {
      const found = await kept.after(...of);
      read.push(found.results.length);
      return found;
    },
  });
  expect(await seeEarly(at('branch'), plan)).toEqual([]);
  await kept.put(at('branch'), batchResult('branch', [web]));
  const cell = { endpoint: web.id, state: 'open' };
  expect(await Promise.all([seeEarly(at('branch'), plan), seeEarly(at('local'), plan)])).toEqual([
    [cell],
    [],
  ]);
  const [refused] = batchResult('branch', [mail], { seen: seenRefused }).results;
  const line = JSON.stringify(refused);
  const path = join(folder, 'runs', RUN, 'measured', '1.ndjson');
  appendFileSync(path, line.slice(0, 20));
  expect(await seeEarly(at('branch'), plan)).toEqual([cell]);
  appendFileSync(path, `${line.slice(20)}\n`);
  expect(await seeEarly(at('branch'), plan)).toEqual([
    cell,
    { endpoint: mail.id, state: 'closed', cause: 'tcp.refused' },
  ]);
  expect(read.filter((count) => count > 0)).toEqual([1, 1]);
});
