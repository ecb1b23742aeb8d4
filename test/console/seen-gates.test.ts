import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keepGate, keptGates, type SeenGate } from '../../lib/console/gate/seen-gates.ts';

const kept = new Map<string, string>();
beforeEach(() => {
  kept.clear();
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
  });
});
afterEach(() => vi.unstubAllGlobals());

const NOW = Date.UTC(2026, 5, 1);
const gate = (target: string, seenAt = NOW): SeenGate => ({
  target,
  left: 1,
  count: 2,
  side: 'network',
  since: NOW - 60_000,
  seenAt,
});

it('names the boards that were followed, the newest first, and none that turned green', () => {
  keepGate('A', gate('A'), NOW);
  keepGate('B', gate('B'), NOW);
  keepGate('A', { ...gate('A'), left: 2 }, NOW);
  expect(keptGates(NOW).map(({ target, left }) => [target, left])).toEqual([
    ['A', 2],
    ['B', 1],
  ]);
  keepGate('A', undefined, NOW);
  expect(keptGates(NOW)).toEqual([gate('B')]);
});

it('forgets a board after a day, and keeps five', () => {
  keepGate('old', gate('old', NOW - 86_400_001), NOW);
  expect(keptGates(NOW)).toEqual([]);
  for (const name of 'ABCDEFG') keepGate(name, gate(name), NOW);
  expect(keptGates(NOW).map(({ target }) => target)).toEqual(['G', 'F', 'E', 'D', 'C']);
});

it.each(['', 'nonsense', '{}', '[1, null, {"target": 5}]', '[{"target":"A"}]'])(
  'reads nothing from %j',
  (text) => {
    kept.set('inbound-check.gates', text);
    expect(keptGates(NOW)).toEqual([]);
  },
);

it('does without, where the browser keeps nothing', () => {
  vi.stubGlobal('localStorage', undefined);
  expect(() => keepGate('A', gate('A'), NOW)).not.toThrow();
  expect(keptGates(NOW)).toEqual([]);
});
