import { expect, it } from 'vitest';
import { placeToCheckAgain, stoppedBy } from '../../lib/console/check/again.ts';
import type { RunStatus } from '../../lib/service/contracts/runs.ts';

const run: RunStatus = {
  runId: 'r',
  status: 'failed',
  startedAt: '2026-11-30T10:00:00Z',
  targets: ['Shop'],
  vantages: [],
  reports: [],
};

it('fills in the form with what a validation was asked, and leads to the page of a registered target', () => {
  const validated = { host: 'www.example.com', profile: 'web', ticket: 'T-1' };
  expect(placeToCheckAgain({ ...run, validated })).toEqual({ view: 'check', ...validated });
  expect(placeToCheckAgain({ ...run, validated: {} })).toEqual({ view: 'check' });
  expect(placeToCheckAgain(run)).toEqual({ view: 'target', name: 'Shop' });
  expect(placeToCheckAgain({ ...run, targets: ['Shop', 'Mail'] })).toBeUndefined();
  // Read from the table: it may have been a validation.
  expect(placeToCheckAgain({ ...run, status: 'finished' })).toBeUndefined();
});

it('says who stopped a run, where somebody did', () => {
  expect(stoppedBy({ error: { name: 'RunStopped', message: 'stopped by ada' } })).toBe('ada');
  expect(stoppedBy({ error: { name: 'unknown', message: '' } })).toBeUndefined();
  expect(stoppedBy({})).toBeUndefined();
});
