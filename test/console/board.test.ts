import { describe, expect, it } from 'vitest';
import { boardAfter, boardOf, filledOf } from '../../lib/console/board/board.ts';
import { findingsOf, inOrderOfArrival } from '../../lib/console/board/findings.ts';
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
const WAITING = { is: 'waiting' };
const filtered = { endpoint: 'tcp://a:22', state: 'filtered' as const, cause: 'tcp.filtered' as const };
const open = { endpoint: 'https://a:443/', state: 'open' as const };

describe('the board', () => {
  it('has all rows and columns of the plan before anything was seen, and keeps their order when cells fill', () => {
    const empty = boardOf(run({ planned, plannedVantages: ['one', 'two'] }));
    expect(empty.columns).toEqual([
      { id: 'one', status: 'waiting' },
      { id: 'two', status: 'waiting' },
    ]);
    expect(empty.rows.map(({ endpoint, cells }) => [endpoint, cells])).toEqual([
      ['https://a:443/', [WAITING, WAITING]],
      ['tcp://a:22', [WAITING, WAITING]],
    ]);
    expect([findingsOf(empty), filledOf(empty)]).toEqual([[], { filled: 0, all: 4 }]);
    const filled = boardOf(
      run({
        planned,
        plannedVantages: ['one', 'two'],
        vantages: [{ id: 'two', attempt: 1, status: 'probing', seen: [filtered] }],
      }),
    );
    expect(filled.columns.map(({ id, status }) => [id, status])).toEqual([
      ['one', 'waiting'],
      ['two', 'probing'],
    ]);
    expect(filled.rows[1]?.cells).toEqual([WAITING, { is: 'seen', seen: filtered, isFinding: true }]);
    expect(findingsOf(filled)).toEqual([{ ...filtered, vantage: 'two' }]);
    expect(filledOf(filled)).toEqual({ filled: 1, all: 4 });
  });

  it('waits for nothing that will not come: of a vantage that was not asked, or is lost', () => {
    const { columns, rows } = boardOf(
      run({
        planned,
        vantages: [
          { id: 'one', attempt: 1, status: 'lost', error: 'VantageSilent', seen: [open] },
          { id: 'two', attempt: 1, status: 'answered', seen: [filtered] },
          { id: 'three', attempt: 2, status: 'probing', seen: [filtered] },
        ],
      }),
    );
    expect(columns[0]).toEqual({ id: 'one', status: 'lost', error: 'VantageSilent' });
    expect(rows.map(({ cells }) => cells.map(({ is }) => is))).toEqual([
      ['seen', 'none', 'none'],
      ['none', 'seen', 'seen'],
    ]);
  });

  it('of a run that is over waits for nothing: what has no result was not measured', () => {
    const { columns, rows } = boardOf(
      run({
        status: 'stopped',
        planned,
        plannedVantages: ['one', 'two', 'three', 'four'],
        vantages: [
          { id: 'one', attempt: 1, status: 'probing', seen: [open] },
          { id: 'two', attempt: 1, status: 'lost', error: 'VantageSilent' },
          { id: 'three', attempt: 2, status: 'probing', seen: [filtered] },
        ],
      }),
    );
    expect(columns.map(({ status }) => status)).toEqual(['unfinished', 'lost', 'unfinished', 'unmeasured']);
    expect(rows.map(({ cells }) => cells.map(({ is }) => is))).toEqual([
      ['seen', 'unmeasured', 'none', 'unmeasured'],
      ['unmeasured', 'unmeasured', 'seen', 'unmeasured'],
    ]);
  });

  it('takes an open port for a finding where it must be closed, and a closed one for none', () => {
    const endpoints = ['tcp://a:22', 'tcp://a:3306'];
    const board = boardOf(
      run({
        planned: endpoints.map((endpoint) => ({ endpoint, target: 'shop', expect: 'closed' })),
        vantages: [
          {
            id: 'one',
            attempt: 1,
            status: 'answered',
            seen: [filtered, { endpoint: 'tcp://a:3306', state: 'open' }],
          },
        ],
      }),
    );
    expect(findingsOf(board)).toEqual([{ endpoint: 'tcp://a:3306', vantage: 'one', state: 'open' }]);
  });

  it('of an API that tells no plan, shows what was seen', () => {
    const board = boardOf(run({ vantages: [{ id: 'one', attempt: 1, status: 'answered', seen: [open] }] }));
    expect(board.rows).toEqual([
      { endpoint: open.endpoint, cells: [{ is: 'seen', seen: open, isFinding: false }] },
    ]);
  });

  it('keeps the rows that a later run does not measure, and empties those that it does', () => {
    const first = boardOf(
      run({
        planned,
        plannedVantages: ['one'],
        vantages: [{ id: 'one', attempt: 1, status: 'answered', seen: [open, filtered] }],
      }),
    );
    const again = boardAfter(first, boardOf(run({ planned: planned.slice(1), plannedVantages: ['one'] })));
    expect(again.columns).toEqual([{ id: 'one', status: 'waiting' }]);
    expect(again.rows).toEqual([
      { endpoint: open.endpoint, cells: [{ is: 'seen', seen: open, isFinding: false }] },
      { endpoint: filtered.endpoint, cells: [WAITING] },
    ]);
  });
});

it('keeps the finding that came first on top while it holds, and says each endpoint and cause once', () => {
  const one = { endpoint: 'tcp://b:22', vantage: 'two', state: 'filtered', cause: 'tcp.filtered' } as const;
  const higher = { endpoint: 'tcp://a:22', vantage: 'one', state: 'closed', cause: 'tcp.refused' } as const;
  const first = inOrderOfArrival([], [one]);
  const both = inOrderOfArrival(first, [higher, { ...one, vantage: 'one' }]);
  expect(both).toEqual([one, higher]);
  // It was seen once and not again.
  expect(inOrderOfArrival(both, [higher])).toEqual([higher]);
});
