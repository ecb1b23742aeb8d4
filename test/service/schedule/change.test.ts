import { describe, expect, test } from 'vitest';
import type { Scheduler, SchedulerEntry } from '../../../lib/service/ports/scheduler.ts';
import { failure } from '../../../lib/service/runs/failure.ts';
import { removeSchedule, setSchedule, switchSchedule } from '../../../lib/service/schedule/change.ts';
import { driftOf } from '../../../lib/service/schedule/schedule.ts';
import type { ScheduleSpec } from '../../../lib/service/state/schedules.ts';
import { createScheduleStore } from '../../../lib/service/state/schedules.ts';
import { memoryItems } from '../state/memory-items.ts';

const HOURLY: ScheduleSpec = { kind: 'every', minutes: 60, startDate: '2026-07-01T08:01:00.000Z' };

function fleet() {
  const entries = new Map<string, SchedulerEntry>();
  const state = { now: Date.parse('2026-07-01T08:00:30.000Z'), down: false };
  const orDown = async <T>(work: () => T): Promise<T> => {
    if (state.down) throw failure('StoreFailed', 'the Scheduler is down');
    return work();
  };
  const scheduler: Scheduler = {
    put: (target, entry) => orDown(() => void entries.set(target, entry)),
    find: (target) => orDown(() => entries.get(target)),
    remove: (target) => orDown(() => void entries.delete(target)),
  };
  const schedules = createScheduleStore(memoryItems());
  return { ports: { schedules, scheduler, now: () => state.now }, entries, state, schedules };
}

/** What is in the table, what the Scheduler has, and what is said of the difference. */
async function standing({ schedules, entries }: ReturnType<typeof fleet>) {
  const item = await schedules.get('shop');
  const entry = entries.get('shop');
  return {
    listed: item?.state,
    runs: entry?.isEnabled === true && item?.state === 'active',
    drift: item && driftOf(item, entry),
  };
}

describe('a crash between the two writes', () => {
  test('of setting one leaves it listed, not running, and seen', async () => {
    const one = fleet();
    one.state.down = true;
    await expect(setSchedule(one.ports, 'shop', HOURLY, 'ada')).rejects.toThrow('down');
    expect(await standing(one)).toEqual({
      listed: 'active',
      runs: false,
      drift: expect.stringContaining('does not have it'),
    });
    one.state.down = false;
    await setSchedule(one.ports, 'shop', HOURLY, 'ada');
    expect(await standing(one)).toEqual({ listed: 'active', runs: true, drift: undefined });
  });

  test('of pausing one leaves calls that are refused', async () => {
    const one = fleet();
    await setSchedule(one.ports, 'shop', HOURLY, 'ada');
    one.state.down = true;
    await expect(switchSchedule(one.ports, 'shop', 'paused', 'ada')).rejects.toThrow('down');
    expect(await standing(one)).toEqual({
      listed: 'paused',
      runs: false,
      drift: expect.stringContaining('each call is refused'),
    });
  });

  test('of removing one leaves it listed', async () => {
    const one = fleet();
    await setSchedule(one.ports, 'shop', HOURLY, 'ada');
    one.state.down = true;
    await expect(removeSchedule(one.ports, 'shop')).rejects.toThrow('down');
    expect(await standing(one)).toMatchObject({ listed: 'active', runs: true });
    one.state.down = false;
    expect(await removeSchedule(one.ports, 'shop')).toBe('removed');
    expect(await standing(one)).toEqual({ listed: undefined, runs: false, drift: undefined });
    expect(await removeSchedule(one.ports, 'shop')).toBe('absent');
  });
});

describe('a rate', () => {
  test('keeps its interval when it is set again, paused and resumed', async () => {
    const one = fleet();
    await setSchedule(one.ports, 'shop', HOURLY, 'ada');
    expect(one.entries.get('shop')?.startDate).toBe('2026-07-01T08:01:00.000Z');
    one.state.now = Date.parse('2026-07-01T12:30:00.000Z');
    await setSchedule(one.ports, 'shop', { ...HOURLY, startDate: '2026-07-01T12:31:00.000Z' }, 'bob');
    expect(one.entries.get('shop')?.startDate).toBe('2026-07-01T13:01:00.000Z');
    await switchSchedule(one.ports, 'shop', 'paused', 'bob');
    one.state.now = Date.parse('2026-07-02T00:00:00.000Z');
    await switchSchedule(one.ports, 'shop', 'active', 'bob');
    expect(one.entries.get('shop')).toMatchObject({
      startDate: '2026-07-02T00:01:00.000Z',
      isEnabled: true,
    });
    expect(await one.schedules.get('shop')).toMatchObject({
      createdBy: 'ada',
      updatedBy: 'bob',
      activeSince: '2026-07-02T00:00:00.000Z',
      version: 4,
    });
  });

  test('begins again when it is another one', async () => {
    const one = fleet();
    await setSchedule(one.ports, 'shop', HOURLY, 'ada');
    one.state.now = Date.parse('2026-07-01T12:30:00.000Z');
    const spec: ScheduleSpec = { kind: 'every', minutes: 30, startDate: '2026-07-01T12:31:00.000Z' };
    await setSchedule(one.ports, 'shop', spec, 'ada');
    expect(one.entries.get('shop')?.startDate).toBe('2026-07-01T12:31:00.000Z');
    expect((await one.schedules.get('shop'))?.activeSince).toBe('2026-07-01T12:30:00.000Z');
  });
});

test('of two who change it at once, one gets an error', async () => {
  const one = fleet();
  await setSchedule(one.ports, 'shop', HOURLY, 'ada');
  const both = await Promise.all([
    switchSchedule(one.ports, 'shop', 'paused', 'ada'),
    switchSchedule(one.ports, 'shop', 'active', 'bob'),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual(['changed', 'conflict']);
});

test('what is not there can be neither paused nor resumed', async () => {
  const one = fleet();
  expect(await switchSchedule(one.ports, 'shop', 'paused', 'ada')).toEqual({ status: 'absent' });
});

test('a difference in the expression is named', () => {
  const entry = {
    expression: 'rate(5 minutes)',
    timezone: 'UTC',
    flexibleMinutes: 6,
    maxAgeSeconds: 900,
    isEnabled: true,
  };
  const same = { ...entry, expression: 'rate(60 minutes)', startDate: '2026-07-09T08:01:00.000Z' };
  const schedule = { spec: HOURLY, state: 'active' } as const;
  expect(driftOf(schedule, same)).toBeUndefined();
  expect(driftOf(schedule, { ...same, expression: 'rate(5 minutes)' })).toContain(
    'another expression: rate(5 minutes)',
  );
  // Half an hour off the beat.
  expect(driftOf(schedule, { ...same, startDate: '2026-07-09T08:31:00.000Z' })).toContain(
    'another startDate',
  );
});
