import { describe, expect, it } from 'vitest';
import { fitting, heldInPlace, inOrder, LIST_ORDERS } from '../../lib/console/targets/list-order.ts';
import { rowsInSight } from '../../lib/console/targets/rows-in-sight.ts';
import type { Verdict } from '../../lib/model/vocabulary.ts';
import type { ListedTarget } from '../../lib/service/contracts/targets.ts';

const target = (name: string, verdict?: Verdict, since = '', next?: string): ListedTarget => ({
  name,
  hosts: [`${name}.example`],
  ...(verdict !== undefined && { latest: { runId: 'r', startedAt: since, verdict, since } }),
  ...(next !== undefined && { schedule: { state: 'active', next } }),
});
const targets = [
  target('c', 'pass', '2026-03-03', '2026-04-02'),
  target('a', 'fail', '2026-03-01'),
  target('d'),
  target('b', 'warn', '2026-03-02', '2026-04-01'),
];
const names = (list: readonly ListedTarget[]): string => list.map(({ name }) => name).join('');

describe('the list of targets', () => {
  it.each([
    ['worst', 'abdc'],
    ['name', 'abcd'],
    ['state', 'abcd'],
    ['since', 'cbad'],
    ['next', 'bcad'],
  ] as const)('is sorted by %s', (order, expected) => {
    expect(names(inOrder(targets, order))).toBe(expected);
  });

  it('has no order that is not tested', () => {
    expect(LIST_ORDERS).toHaveLength(5);
  });

  it('finds all words of the search, in any of its texts', () => {
    expect(names(fitting(targets, ' B.EXAMPLE b '))).toBe('b');
    expect(fitting(targets, 'b c')).toEqual([]);
    expect(fitting(targets, ' ')).toBe(targets);
  });

  it('stays in place while somebody is in it, what is new at the end', () => {
    expect(names(heldInPlace(inOrder(targets, 'name'), ['c', 'a', 'b']))).toBe('cabd');
  });
});

describe('rows in sight', () => {
  it.each([
    ['at the top', { top: -200, height: 900, row: 60, count: 2_000 }, { from: 0, to: 30 }],
    ['in the middle', { top: 60_000, height: 900, row: 60, count: 2_000 }, { from: 990, to: 1_030 }],
    ['at the end', { top: 119_400, height: 900, row: 60, count: 2_000 }, { from: 1_980, to: 2_000 }],
    ['of few', { top: 0, height: 900, row: 60, count: 3 }, { from: 0, to: 3 }],
    ['below a list that became short', { top: 9_000, height: 900, row: 60, count: 5 }, { from: 0, to: 5 }],
  ])('%s', (_where, look, expected) => {
    expect(rowsInSight(look)).toEqual(expected);
  });
});
