import { expect, test } from 'vitest';
import type { ScheduleView } from '../../../lib/service/contracts/schedules.ts';
import { scheduleDetails, scheduleLines, windowLines } from '../../../lib/service/schedule/lines.ts';

const view = (given: Partial<ScheduleView> = {}): ScheduleView => ({
  target: 'shop',
  cron: '0 6 * * 1-5',
  timezone: 'Europe/Zurich',
  state: 'active',
  next: '2026-07-02T04:00:00.000Z',
  flexibleMinutes: 15,
  createdBy: 'ada',
  createdAt: '2026-06-01T08:00:00.000Z',
  updatedBy: 'bob',
  updatedAt: '2026-06-02T08:00:00.000Z',
  ...given,
});
const scheduledAt = '2026-07-01T04:00:00.000Z';

test('a schedule at a glance: in UTC and by the clock on the wall', () => {
  const last = { scheduledAt, status: 'finished', verdict: 'pass', runId: 'r1' } as const;
  expect(scheduleLines(view({ last }))).toEqual([
    'shop  cron 0 6 * * 1-5 (Europe/Zurich)',
    '    next 2026-07-02 04:00:00 UTC (2026-07-02 06:00 Europe/Zurich)',
    '    last 2026-07-01 04:00:00 UTC: PASS (run r1)',
  ]);
});

test('a paused one has no next run', () => {
  const { next: _, cron: __, timezone: ___, ...rest } = view();
  expect(scheduleLines({ ...rest, every: '15m', state: 'paused' })).toEqual([
    'shop  every 15m  paused',
    '    last none yet',
  ]);
});

test.each([
  [{ status: 'running', runId: 'r1' }, 'under way (run r1)'],
  [{ status: 'failed', runId: 'r1' }, 'failed (run r1)'],
  [{ status: 'refused', detail: 'no proof' }, 'not started: no proof'],
] as const)('the last run: %j', (last, words) => {
  expect(scheduleLines(view({ last: { scheduledAt, ...last } }))).toContain(
    `    last 2026-07-01 04:00:00 UTC: ${words}`,
  );
});

test.each([
  ['missed', 'MISSED since 2026-07-01 04:00:00 UTC, 3 in a row: why'],
  ['failed', 'FAILED since 2026-07-01 04:00:00 UTC, 3 in a row: why'],
  ['refused', 'NOT ALLOWED since 2026-07-01 04:00:00 UTC, 3 in a row: why'],
] as const)('trouble: %s', (kind, line) => {
  const trouble = { kind, since: scheduledAt, count: 3, detail: 'why' };
  expect(scheduleLines(view({ trouble }))).toContain(`    ${line}`);
});

test('who made it, who changed it, and what else is to be known', () => {
  const maintenance = { reason: 'new firewall', until: '2026-07-01T10:00:00.000Z' };
  expect(scheduleDetails(view({ maintenance, drift: 'it is off' })).slice(3)).toEqual([
    '    differs: it is off; set it again',
    '    maintenance until 2026-07-01 10:00:00 UTC: new firewall',
    '    starts within 15 min after it is due',
    '    made 2026-06-01 08:00:00 UTC by ada',
    '    changed 2026-06-02 08:00:00 UTC by bob',
  ]);
});

test.each([
  ['09:00', 'to come'],
  ['10:00', 'open'],
  ['12:00', 'over'],
])('a window at %s is %s', (at, state) => {
  const window = {
    id: 'w1',
    from: '2026-07-01T10:00:00.000Z',
    to: '2026-07-01T12:00:00.000Z',
    reason: 'new firewall',
    by: 'ada',
  };
  expect(windowLines([window], Date.parse(`2026-07-01T${at}:00.000Z`))).toEqual([
    `w1  2026-07-01 10:00:00 UTC to 2026-07-01 12:00:00 UTC  ${state}`,
    '    new firewall (ada)',
  ]);
});
