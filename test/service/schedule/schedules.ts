import type { Schedule } from '../../../lib/service/state/schedules.ts';

export const schedule = (given: Partial<Schedule> = {}): Schedule => ({
  target: 'shop',
  spec: { kind: 'every', minutes: 60, startDate: '2026-07-01T00:00:00.000Z' },
  state: 'active',
  activeSince: '2026-06-30T23:59:30.000Z',
  createdBy: 'arn:aws:iam::123456789012:user/ada',
  createdAt: '2026-06-30T23:59:30.000Z',
  updatedBy: 'arn:aws:iam::123456789012:user/ada',
  updatedAt: '2026-06-30T23:59:30.000Z',
  version: 1,
  ...given,
});
