import { expect, it } from 'vitest';
import { ruleOf } from '../../../lib/console/registration/schedule-rule.ts';

it.each([
  ['  ', undefined],
  [' 15m ', { every: '15m' }],
  ['0 7 * * 1-5', { cron: '0 7 * * 1-5', timezone: 'Europe/Zurich' }],
])('%j is %j', (text, rule) => {
  expect(ruleOf(text, ' Europe/Zurich ')).toEqual(rule);
});
