import { expect, it } from 'vitest';
import { boardOf, firstFinding } from '../../lib/console/check/board.ts';
import type { RunStatus } from '../../lib/service/contracts/runs.ts';

const run = (change: Partial<RunStatus>): RunStatus => ({
  runId: 'r',
  status: 'running',
  startedAt: '2026-11-30T10:00:00Z',
  targets: ['shop'],
  vantages: [],
  reports: [],
  ...change,
});
const planned = ['https://a:443/', 'tcp://a:22'].map((endpoint) => ({
  endpoint,
  target: 'shop',
  expect: 'open' as const,
}));

it('has all rows of the plan before anything was seen, and keeps their order when cells fill', () => {
  const empty = boardOf(run({ planned, vantages: [{ id: 'one', attempt: 1, status: 'probing' }] }));
  expect(empty.rows.map(({ endpoint, cells }) => [endpoint, cells])).toEqual([
    ['https://a:443/', [undefined]],
    ['tcp://a:22', [undefined]],
  ]);
  expect(firstFinding(empty)).toBeUndefined();
  const seen = { endpoint: 'tcp://a:22', state: 'filtered' as const, cause: 'tcp.filtered' as const };
  const filled = boardOf(
    run({
      planned,
      vantages: [
        { id: 'one', attempt: 1, status: 'probing' },
        { id: 'two', attempt: 1, status: 'answered', seen: [seen] },
      ],
    }),
  );
  expect(filled.rows.map(({ endpoint }) => endpoint)).toEqual(['https://a:443/', 'tcp://a:22']);
  expect(filled.rows[1]?.cells).toEqual([undefined, seen]);
  expect(firstFinding(filled)).toEqual({ endpoint: 'tcp://a:22', vantage: 'two', seen });
});

it('of an API that tells no plan, shows what was seen', () => {
  const seen = [{ endpoint: 'tcp://a:22', state: 'open' as const }];
  const board = boardOf(run({ vantages: [{ id: 'one', attempt: 1, status: 'answered', seen }] }));
  expect(board.rows).toEqual([{ endpoint: 'tcp://a:22', cells: seen }]);
  expect(firstFinding(board)).toBeUndefined();
});
