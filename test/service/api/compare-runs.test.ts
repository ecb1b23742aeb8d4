import { expect, it } from 'vitest';
import { type EndpointReport, REPORT_SCHEMA } from '../../../lib/engine/report-schema.ts';
import type { Verdict } from '../../../lib/model/vocabulary.ts';
import { historyHandlers } from '../../../lib/service/api/history.ts';
import { phaseTimes } from '../../../lib/service/runs/phase-times.ts';
import { readTimes, writeTimes } from '../../../lib/service/state/phase-times.ts';
import { addTargetRun } from '../../../lib/service/state/target-runs.ts';
import { endpoint } from '../../engine/run/fakes.ts';
import { observation } from '../../report/sample-observation.ts';
import { memoryStore } from '../runs/ports.ts';
import { memoryItems } from '../state/memory-items.ts';

const caller = { arn: 'ada', principal: 'ada' };
const web = endpoint({ port: 443 });
const seen = (verdict: Verdict, ...times: { connect: number; total: number }[]): EndpointReport => ({
  ...web,
  verdict,
  ...(verdict === 'fail' && { cause: 'tcp.refused' as const }),
  summary: verdict,
  observations: times.map((timings, index) =>
    observation({
      vantage: 'eu-west-1',
      address: `192.0.2.${index}`,
      state: verdict === 'fail' ? 'closed' : 'open',
      summary: verdict,
      timings,
      attempt: 1,
      evidence: {},
    }),
  ),
});

async function kept(...verdicts: readonly Verdict[]) {
  const [items, store] = [memoryItems(), memoryStore()];
  for (const [index, verdict] of verdicts.entries()) {
    const [runId, startedAt] = [`run-${index}`, `2026-03-0${index + 1}T00:00:00.000Z`];
    const json = `runs/${runId}/0/report.json`;
    const endpoints = [
      seen(verdict, { connect: 10 + index, total: 20 }, { connect: 30.04 + index, total: 40 }),
    ];
    const whole = {
      schema: REPORT_SCHEMA,
      id: runId,
      startedAt,
      finishedAt: startedAt,
      verdict,
      summary: verdict,
    };
    await store.put(json, JSON.stringify({ ...whole, vantages: [], endpoints }), '');
    const times = writeTimes(phaseTimes(endpoints));
    await addTargetRun(
      items,
      'shop',
      { runId, startedAt, verdict, summary: verdict, keys: { json }, times },
      10,
    );
  }
  return historyHandlers({ items, store });
}
const ask = { params: { name: 'shop' }, body: undefined, caller };

it('compares the last run with the one before it, or those that are named', async () => {
  const { compareRuns } = await kept('pass', 'pass', 'fail');
  expect(await compareRuns({ ...ask, query: {} })).toMatchObject({
    ok: true,
    value: {
      before: { runId: 'run-1', verdict: 'pass' },
      after: { runId: 'run-2', verdict: 'fail' },
      differences: [
        { endpoint: web.id, what: 'verdict', before: 'pass', after: 'fail' },
        { endpoint: web.id, what: 'cause', after: 'tcp.refused' },
      ],
    },
  });
  expect(await compareRuns({ ...ask, query: { before: 'run-0', after: 'run-1' } })).toMatchObject({
    ok: true,
    value: { before: { runId: 'run-0' }, differences: [] },
  });
});

it.each([
  [['pass'], {}, 'no two runs of "shop" are kept yet: check it again'],
  [['pass', 'pass'], { after: 'other' }, '"other" is none of the last 100 runs of "shop"'],
] as const)('says what is missing of %j when asked for %j', async (verdicts, query, detail) => {
  const { compareRuns } = await kept(...verdicts);
  expect(await compareRuns({ ...ask, query })).toMatchObject({ ok: false, problem: { detail } });
});

it('says when a report is kept no longer', async () => {
  const items = memoryItems();
  for (const runId of ['a', 'b'])
    await addTargetRun(
      items,
      'shop',
      { runId, startedAt: '2026-03-01T00:00:00.000Z', verdict: 'pass', summary: '', keys: {} },
      10,
    );
  const { compareRuns } = historyHandlers({ items, store: memoryStore() });
  expect(await compareRuns({ ...ask, query: {} })).toMatchObject({ ok: false, problem: { status: 404 } });
});

it('tells how long the phases took, of several addresses the slowest, newest run first', async () => {
  const { getTimes } = await kept('pass', 'pass');
  const answer = await getTimes({ ...ask, query: { limit: 30 } });
  expect(answer.ok && answer.value.runs).toEqual([
    {
      runId: 'run-1',
      startedAt: '2026-03-02T00:00:00.000Z',
      endpoints: [{ endpoint: web.id, vantages: [{ vantage: 'eu-west-1', connect: 31 }] }],
    },
    {
      runId: 'run-0',
      startedAt: '2026-03-01T00:00:00.000Z',
      endpoints: [{ endpoint: web.id, vantages: [{ vantage: 'eu-west-1', connect: 30 }] }],
    },
  ]);
});

it('keeps as many endpoints as there is room for', () => {
  const vantages = [{ vantage: 'eu-west-1', connect: 1 }];
  const random = (index: number): string => `tcp://${(index * 2_654_435_761).toString(36)}.example:${index}`;
  const all = Array.from({ length: 2_000 }, (_, index) => ({ endpoint: random(index), vantages }));
  const written = writeTimes(all) ?? '';
  expect(written.length).toBeLessThanOrEqual(8_192);
  const back = readTimes(written);
  expect(back.length).toBeGreaterThan(100);
  expect(back).toEqual(all.slice(0, back.length));
  expect(readTimes('no gzip')).toEqual([]);
  expect(writeTimes([])).toBeUndefined();
});
