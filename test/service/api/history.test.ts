import { expect, it } from 'vitest';
import { historyHandlers } from '../../../lib/service/api/history.ts';
import { isProblem } from '../../../lib/service/contracts/problem.ts';
import { keepRun } from '../../../lib/service/state/history.ts';
import { at, report } from '../changes/runs.ts';
import { memoryStore } from '../runs/ports.ts';
import { memoryItems } from '../state/memory-items.ts';

const ADA = 'arn:aws:iam::123456789012:user/ada';
const caller = { arn: ADA, principal: ADA };

async function shop(endpoints: number) {
  const items = memoryItems();
  for (let port = 1_000; port < 1_000 + endpoints; port += 1)
    await keepRun(items, 'shop', report({ port }), { runId: 'run-1', startedAt: at(1), retentionDays: 10 });
  const { getHistory } = historyHandlers({ items, store: memoryStore() });
  return (query: { endpoint?: string; after?: string }, name = 'shop') =>
    getHistory({ params: { name }, query, body: undefined, caller });
}

it('gives all endpoints of a target, page by page', async () => {
  const ask = await shop(120);
  const first = await ask({});
  if (!first.ok) throw new Error(first.problem.detail);
  expect(first.value.records).toHaveLength(100);
  const rest = await ask({ after: first.value.next ?? '' });
  expect(rest).toMatchObject({ ok: true, value: { records: { length: 20 } } });
  expect(rest.ok && rest.value.next).toBeUndefined();
});

it('gives one endpoint by its id', async () => {
  const ask = await shop(3);
  expect(await ask({ endpoint: 'tcp://www.example.com:1001' })).toMatchObject({
    ok: true,
    value: { records: [{ endpoint: 'tcp://www.example.com:1001', runs: [{ run: 'run-1' }] }] },
  });
});

it.each([
  ['a target', {}, 'other', 'params.name'],
  ['an endpoint', { endpoint: 'tcp://www.example.com:9' }, 'shop', 'query.endpoint'],
])('says that nothing is kept of %s', async (_what, query, name, where) => {
  const answer = await (await shop(1))(query, name);
  if (answer.ok) throw new Error('found');
  expect(isProblem(answer.problem, 'not-found')).toBe(true);
  expect(answer.problem.at).toBe(where);
});
