import { describe, expect, test } from 'vitest';
import { createHeadline } from '../../../lib/engine/verdict/headline.ts';
import { concludeRun, judgeRun, type RunScope } from '../../../lib/engine/verdict/run.ts';
import { englishOf } from '../../../lib/kinds/messages.ts';
import type { Message } from '../../../lib/model/message.ts';
import { countVerdicts, type VerdictCounts } from '../../../lib/model/verdict-counts.ts';

const said = (of: VerdictCounts, scope: Omit<RunScope, 'headline'>): string => {
  const run = concludeRun(of, { headline: createHeadline(), ...scope });
  expect(run.message && englishOf(run.message as Message)).toBe(run.summary);
  return run.summary;
};
const counts = (over: Partial<VerdictCounts>): VerdictCounts => ({ ...countVerdicts(), ...over });

describe('a run', () => {
  test.each([
    ['fail', { fail: 1, inconclusive: 2, warn: 3, pass: 4 }],
    ['inconclusive', { inconclusive: 1, warn: 3, pass: 4 }],
    ['warn', { warn: 1, pass: 4 }],
    ['pass', { pass: 4 }],
    ['inconclusive', {}],
  ])('is %s by its most serious endpoint', (verdict, over) => expect(judgeRun(counts(over))).toBe(verdict));

  test('is described in one sentence with counts', () => {
    expect(said(counts({ fail: 1, pass: 2 }), { vantages: 1 })).toBe(
      'Expectations failed: 3 endpoints checked, seen from one vantage only: 1 failed, 2 passed.',
    );
    expect(said(counts({ pass: 1 }), { vantages: 5 })).toBe(
      'All expectations are met: 1 endpoint checked from 5 vantages: 1 passed.',
    );
    expect(said(countVerdicts(), { vantages: 1, partial: true })).toBe(
      'Nothing was checked; the run was cut short.',
    );
  });
});
