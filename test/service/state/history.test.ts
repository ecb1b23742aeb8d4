import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { MAX_RUNS } from '../../../lib/engine/compare/advance.ts';
import type { EndpointReport } from '../../../lib/engine/report-schema.ts';
import { historyOf, historyPage, keepRun, recordsBefore } from '../../../lib/service/state/history.ts';
import { historyKey } from '../../../lib/service/state/keys.ts';
import { certificate, tls } from '../../report/sample-evidence.ts';
import { at, report } from '../changes/runs.ts';
import { memoryItems } from './memory-items.ts';

const run = (hour: number) => ({ runId: `run-${hour}`, startedAt: at(hour), retentionDays: 10 });
const id = report().id;

it('keeps the last runs in an item of a few kB that goes when the endpoint is checked no more', async () => {
  const items = memoryItems();
  const seen = report({ evidence: { tls: tls() } });
  for (let hour = 0; hour < MAX_RUNS + 5; hour += 1) await keepRun(items, 'shop', seen, run(hour));
  expect((await historyOf(items, 'shop', id))?.runs).toHaveLength(MAX_RUNS);
  const [item] = items.all();
  expect(item?.ttl).toBe(Date.parse(at(MAX_RUNS + 4)) / 1_000 + 10 * 86_400);
  // docs/cost.md counts two kB a write.
  expect(JSON.stringify(item).length).toBeLessThan(2_048);
});

it('gives a run what was before it, and nothing when a newer run has ended already', async () => {
  const items = memoryItems();
  await keepRun(items, 'shop', report(), run(1));
  await keepRun(items, 'shop', report(), run(3));
  expect((await recordsBefore(items, 'shop', run(4)).load(id))?.runs.map((one) => one.run)).toEqual([
    'run-1',
    'run-3',
  ]);
  expect(await recordsBefore(items, 'shop', run(2)).load(id)).toBeUndefined();
  expect(await recordsBefore(items, 'other', run(4)).load(id)).toBeUndefined();
});

it('takes both of two runs that write at the same time', async () => {
  const items = memoryItems();
  let between = true;
  const racing = {
    ...items,
    put: async (...given: Parameters<typeof items.put>) => {
      if (between) {
        between = false;
        await keepRun(items, 'shop', report(), run(1));
      }
      return items.put(...given);
    },
  };
  await keepRun(racing, 'shop', report({ verdict: 'fail' }), run(2));
  expect((await historyOf(items, 'shop', id))?.runs.map(({ state }) => state.verdict)).toEqual([
    'pass',
    'fail',
  ]);
});

it.each([
  ['another version', { record: 'H4sIAAAAAAAAA6uuBQBDv6ajAgAAAA==' }],
  ['rubbish', { record: 'rubbish' }],
  ['nothing', {}],
])('begins again where it finds %s', async (_what, given) => {
  const items = memoryItems([{ ...historyKey('shop', id), runId: 'run-0', startedAt: at(0), ...given }]);
  expect(await historyOf(items, 'shop', id)).toBeUndefined();
  await keepRun(items, 'shop', report(), run(1));
  expect((await historyOf(items, 'shop', id))?.runs).toHaveLength(1);
});

it('finds an endpoint whose id is longer than a sort key may be', async () => {
  const long = report({ over: { id: `https://www.example.com:443/${'ü'.repeat(600)}` } });
  const items = memoryItems();
  await keepRun(items, 'shop', long, run(1));
  expect(Buffer.byteLength(items.all()[0]?.sk ?? '')).toBeLessThan(1_024);
  expect((await historyOf(items, 'shop', long.id))?.endpoint).toBe(long.id);
});

/** Sixteen certificates that no two runs have in common, each with names of 2 kB that don't compress. */
const noisy = (): EndpointReport => report({ states: Array.from({ length: 16 }, () => 'open' as const) });
const withNoise = (seen: EndpointReport): EndpointReport => ({
  ...seen,
  observations: seen.observations.map((one) => {
    const noise = () => randomBytes(750).toString('hex');
    return {
      ...one,
      evidence: {
        kind: 'tls' as const,
        tls: tls({
          chain: [
            certificate({
              fingerprint256: randomBytes(32).toString('hex'),
              subject: noise(),
              issuer: noise(),
            }),
          ],
        }),
      },
    };
  }),
});

it('keeps fewer runs of an endpoint that shows something else every time', async () => {
  const items = memoryItems();
  for (let hour = 0; hour < 12; hour += 1) await keepRun(items, 'shop', withNoise(noisy()), run(hour));
  expect(JSON.stringify(items.all()[0]).length).toBeLessThan(150_000);
  const runs = (await historyOf(items, 'shop', id))?.runs ?? [];
  expect(runs.at(-1)?.run).toBe('run-11');
  expect(runs.length).toBeLessThan(12);
});

it('is read page by page, by endpoint', async () => {
  const items = memoryItems([{ pk: 'STATE#shop', sk: 'LATEST' }]);
  for (let port = 1_000; port < 1_250; port += 1) await keepRun(items, 'shop', report({ port }), run(1));
  const sizes: number[] = [];
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await historyPage(items, 'shop', after);
    sizes.push(page.records.length);
    seen.push(...page.records.map(({ endpoint }) => endpoint));
    after = page.next;
  } while (after !== undefined);
  expect(sizes).toEqual([100, 100, 50]);
  expect(seen).toEqual(Array.from({ length: 250 }, (_, index) => `tcp://www.example.com:${1_000 + index}`));
});

it('takes no cursor that leads out of the history', async () => {
  const items = memoryItems();
  await keepRun(items, 'shop', report(), run(1));
  expect((await historyPage(items, 'shop', 'RUN#')).records).toHaveLength(1);
});
