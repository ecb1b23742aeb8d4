import { expect, it } from 'vitest';
import { countVerdicts } from '../../lib/model/verdict-counts.ts';

it('counts each verdict, and those that did not occur as 0', () => {
  expect(countVerdicts()).toEqual({ pass: 0, warn: 0, fail: 0, inconclusive: 0 });
  const items = (['fail', 'pass', 'fail', 'inconclusive'] as const).map((verdict) => ({ verdict }));
  expect(countVerdicts(new Set(items))).toEqual({ pass: 1, warn: 0, fail: 2, inconclusive: 1 });
});
