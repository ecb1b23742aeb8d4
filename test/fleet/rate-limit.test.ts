import { expect, it } from 'vitest';
import { countRun, mayRun } from '../../lib/fleet/rate-limit.ts';
import { memoryItems } from '../ports/memory-items.ts';

const AT = Date.parse('2026-03-01T23:59:59.999Z');
const run = (runId: string, targets: readonly string[], at = AT) => ({
  runId,
  requestedBy: 'ada',
  targets,
  at,
});
const limits = { perTarget: 1, perRequester: 10 };

it('lets whoever asks first look whether a run would be let in, without counting it', async () => {
  const items = memoryItems();
  expect(await mayRun(run('a', ['shop']), limits, items)).toBeUndefined();
  expect(await mayRun(run('b', ['shop']), limits, items)).toBeUndefined();
  expect(await countRun(run('a', ['shop']), limits, items)).toBeUndefined();
  expect(await mayRun(run('b', ['shop']), limits, items)).toMatchObject({
    message: expect.stringContaining('try again at 00:00 UTC'),
  });
  expect(await mayRun(run('a', ['shop']), limits, items)).toBeUndefined();
});

it('counts a run that one of its targets refuses for none of the others', async () => {
  const items = memoryItems();
  await countRun(run('a', ['shop']), limits, items);
  expect(await countRun(run('b', ['other', 'shop']), limits, items)).toBeDefined();
  expect(await countRun(run('c', ['other']), limits, items)).toBeUndefined();
});

it('goes by whom a run contacts where its targets have any name, and leaves the target of that name its runs', async () => {
  const items = memoryItems();
  const vouched = (runId: string, name: string) => ({ ...run(runId, [name]), hosts: ['www.example.com'] });
  expect(await countRun(vouched('a', 'shop'), limits, items)).toBeUndefined();
  expect(await mayRun(vouched('b', 'SHOP'), limits, items)).toMatchObject({
    message: expect.stringContaining('of the host www.example.com'),
  });
  expect(await countRun(vouched('b', 'another'), limits, items)).toBeDefined();
  expect(await countRun(run('c', ['shop']), limits, items)).toBeUndefined();
});

it('begins anew with each hour of the clock', async () => {
  const items = memoryItems();
  await countRun(run('a', ['shop']), limits, items);
  expect(await countRun(run('b', ['shop'], AT + 1), limits, items)).toBeUndefined();
});
