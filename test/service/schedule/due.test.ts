import { describe, expect, test } from 'vitest';
import { nextDue, previousDue, upcomingDue } from '../../../lib/service/schedule/due.ts';
import { instantOf, localTimeAt, zoneName } from '../../../lib/service/schedule/zone.ts';
import type { ScheduleSpec } from '../../../lib/service/state/schedules.ts';

const iso = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString().slice(0, 16);
const cron = (text: string, timezone: string): ScheduleSpec => ({ kind: 'cron', cron: text, timezone });
const following = (spec: ScheduleSpec, from: string, count: number): (string | undefined)[] => {
  const found: (string | undefined)[] = [];
  let at = Date.parse(`${from}:00Z`);
  for (let n = 0; n < count; n += 1) {
    at = nextDue(spec, at) ?? Number.NaN;
    found.push(iso(at));
  }
  return found;
};
const preceding = (spec: ScheduleSpec, from: string, count: number): (string | undefined)[] => {
  const found: (string | undefined)[] = [];
  let at = Date.parse(`${from}:00Z`);
  for (let n = 0; n < count; n += 1) {
    const due = previousDue(spec, at) ?? Number.NaN;
    found.push(iso(due));
    at = due - 1;
  }
  return found;
};

describe('a rate', () => {
  const spec: ScheduleSpec = { kind: 'every', minutes: 90, startDate: '2026-03-28T23:00:00.000Z' };

  test('counts from its start, which is the first run, whatever clocks do', () => {
    expect(following(spec, '2026-03-28T12:00', 3)).toEqual([
      '2026-03-28T23:00',
      '2026-03-29T00:30',
      '2026-03-29T02:00',
    ]);
  });

  test('was due at its start, and never before it', () => {
    const start = Date.parse(spec.kind === 'every' ? spec.startDate : '');
    expect(previousDue(spec, start - 1)).toBeUndefined();
    expect(previousDue(spec, start)).toBe(start);
    expect(iso(previousDue(spec, Date.parse('2026-03-29T01:59:59Z')))).toBe('2026-03-29T00:30');
  });
});

describe('cron on the day when clocks go forward', () => {
  // Berlin, 2026-03-29: 02:00 is 03:00 at 01:00 UTC.
  test('keeps the hour of the wall', () => {
    expect(following(cron('0 6 * * *', 'Europe/Berlin'), '2026-03-27T12:00', 3)).toEqual([
      '2026-03-28T05:00',
      '2026-03-29T04:00',
      '2026-03-30T04:00',
    ]);
  });

  test('leaves out what falls into the lost hour', () => {
    const spec = cron('30 2 * * *', 'Europe/Berlin');
    expect(following(spec, '2026-03-27T12:00', 2)).toEqual(['2026-03-28T01:30', '2026-03-30T00:30']);
    expect(preceding(spec, '2026-03-30T12:00', 2)).toEqual(['2026-03-30T00:30', '2026-03-28T01:30']);
  });

  test('goes on without a gap in true time', () => {
    expect(following(cron('*/30 * * * *', 'Europe/Berlin'), '2026-03-29T00:15', 3)).toEqual([
      '2026-03-29T00:30',
      '2026-03-29T01:00',
      '2026-03-29T01:30',
    ]);
  });
});

describe('cron on the day when clocks go back', () => {
  // New York, 2026-11-01: 02:00 is 01:00 again at 06:00 UTC.
  test('runs once in the hour that comes twice', () => {
    const spec = cron('30 1 * * *', 'America/New_York');
    expect(following(spec, '2026-10-31T12:00', 2)).toEqual(['2026-11-01T05:30', '2026-11-02T06:30']);
    expect(preceding(spec, '2026-11-02T12:00', 2)).toEqual(['2026-11-02T06:30', '2026-11-01T05:30']);
  });

  test('what is asked for often waits for the second hour to pass', () => {
    const spec = cron('*/30 * * * *', 'America/New_York');
    expect(following(spec, '2026-11-01T05:00', 3)).toEqual([
      '2026-11-01T05:30',
      '2026-11-01T07:00',
      '2026-11-01T07:30',
    ]);
    // Within that hour the last one was in the first.
    expect(iso(previousDue(spec, Date.parse('2026-11-01T06:10:00Z')))).toBe('2026-11-01T05:30');
  });
});

describe('cron in zones of other kinds', () => {
  test.each([
    ['0 9 * * 1', 'Asia/Kathmandu', '2026-07-01T00:00', '2026-07-06T03:15'],
    ['0 9 1 * *', 'Pacific/Auckland', '2026-07-01T00:00', '2026-07-31T21:00'],
    ['0 0 29 2 *', 'UTC', '2026-07-01T00:00', '2028-02-29T00:00'],
    // Half an hour back: 02:00 is 01:30 again.
    ['45 1 * * *', 'Australia/Lord_Howe', '2026-04-04T12:00', '2026-04-04T14:45'],
  ])('%s in %s after %s: %s', (text, zone, from, expected) => {
    expect(following(cron(text, zone), from, 1)).toEqual([expected]);
  });

  test('what was due is what was next', () => {
    for (const zone of ['Europe/Zurich', 'America/New_York', 'Australia/Lord_Howe', 'UTC'])
      for (const text of ['*/20 * * * *', '30 2 * * *', '0 1-3 * * 0', '15 6 1 * *']) {
        const spec = cron(text, zone);
        for (const from of ['2026-03-07T00:00', '2026-03-28T12:00', '2026-10-24T12:00', '2026-10-31T20:00']) {
          let at = Date.parse(`${from}:00Z`);
          for (let n = 0; n < 40; n += 1) {
            const next = nextDue(spec, at) ?? Number.NaN;
            expect(next).toBeGreaterThan(at);
            expect(previousDue(spec, next), `${text} ${zone} ${iso(next)}`).toBe(next);
            const before = previousDue(spec, next - 1) ?? Number.NaN;
            expect(nextDue(spec, before), `${text} ${zone} before ${iso(next)}`).toBe(next);
            at = next;
          }
        }
      }
  });
});

describe('the clock on the wall', () => {
  test('shows no time in the lost hour, and the first of two', () => {
    expect(instantOf(Date.UTC(2026, 2, 29, 2, 30), 'Europe/Berlin')).toBeUndefined();
    const twice = Date.UTC(2026, 9, 25, 2, 30);
    expect(iso(instantOf(twice, 'Europe/Berlin'))).toBe('2026-10-25T00:30');
    for (const hour of ['00', '01'])
      expect(localTimeAt(Date.parse(`2026-10-25T${hour}:30:00Z`), 'Europe/Berlin')).toBe(twice);
  });

  test.each([
    ['Europe/Zurich', 'Europe/Zurich'],
    ['europe/zurich', 'Europe/Zurich'],
    ['UTC', 'UTC'],
    ['Europe/Atlantis', undefined],
    ['+01:00', undefined],
    ['', undefined],
    ['CET\n', undefined],
  ])('zone %j is %s', (text, name) => {
    expect(zoneName(text)).toBe(name);
  });
});

describe('the next times', () => {
  test('are the due times one after the other, by the clock on the wall of the zone', () => {
    const spec = { kind: 'cron', cron: '30 2 * * *', timezone: 'Europe/Zurich' } as const;
    // On 28 March 2027 the clock goes from 2:00 to 3:00, so that day has no 2:30.
    const found = upcomingDue(spec, Date.parse('2027-03-26T12:00:00Z'), 3);
    expect(found.map((at) => new Date(at).toISOString())).toEqual([
      '2027-03-27T01:30:00.000Z',
      '2027-03-29T00:30:00.000Z',
      '2027-03-30T00:30:00.000Z',
    ]);
  });
});
