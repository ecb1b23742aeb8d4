import { describe, expect, test } from 'vitest';
import { emptyCounts, judgeRun, runSummary, type VerdictCounts } from '../../lib/verdict/run.ts';

const counts = (over: Partial<VerdictCounts>): VerdictCounts => ({ ...emptyCounts(), ...over });

describe('a run', () => {
  test.each([
    ['fail', { fail: 1, inconclusive: 2, warn: 3, pass: 4 }],
    ['inconclusive', { inconclusive: 1, warn: 3, pass: 4 }],
    ['warn', { warn: 1, pass: 4 }],
    ['pass', { pass: 4 }],
    ['inconclusive', {}],
  ])('is %s by its gravest endpoint', (verdict, over) => expect(judgeRun(counts(over))).toBe(verdict));

  test('is told in one sentence with counts', () => {
    expect(runSummary(counts({ fail: 1, pass: 2 }), { vantages: 1 })).toBe(
      'Expectations failed: 3 endpoints checked, seen from one vantage only: 1 failed, 2 passed.',
    );
    expect(runSummary(counts({ pass: 1 }), { vantages: 5 })).toBe(
      'All expectations are met: 1 endpoint checked from 5 vantages: 1 passed.',
    );
    expect(runSummary(emptyCounts(), { vantages: 1, partial: true })).toBe(
      'Nothing was checked; the run was cut short.',
    );
  });
});
