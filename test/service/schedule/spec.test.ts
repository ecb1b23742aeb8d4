import { describe, expect, test } from 'vitest';
import { parseSchedule, specWords } from '../../../lib/service/schedule/spec.ts';
import { startToleranceMs, timingOf } from '../../../lib/service/schedule/timing.ts';

const NOW = Date.parse('2026-07-01T08:07:31.250Z');
const read = (written: Parameters<typeof parseSchedule>[0]) => {
  const result = parseSchedule(written, NOW);
  if (!result.ok) throw new Error(result.message);
  return result.value;
};

describe('what a person writes', () => {
  test.each([
    [{ every: '15m' }, 'every 15m'],
    [{ every: '120m' }, 'every 2h'],
    [{ every: '24h' }, 'every 1d'],
    [{ every: '31d' }, 'every 31d'],
    [{ cron: '0 6 * * 1-5', timezone: 'europe/zurich' }, 'cron 0 6 * * 1-5 (Europe/Zurich)'],
  ])('%j is %s', (written, words) => {
    expect(specWords(read(written))).toBe(words);
  });

  test.each([
    [{}, 'either every'],
    [{ every: '15m', cron: '0 6 * * *' }, 'either every'],
    [{ every: '15m', timezone: 'UTC' }, 'goes with a cron expression alone'],
    [{ every: '4m' }, 'every 5 min at most: mail servers'],
    [{ every: '32d' }, 'up to 31d'],
    [{ every: '1.5h' }, 'expected minutes, hours or days'],
    [{ cron: '*/3 * * * *', timezone: 'UTC' }, 'comes again after 3 min'],
    [{ cron: '0,58 * * * *', timezone: 'UTC' }, 'comes again after 2 min'],
    [{ cron: '0 6 * * *' }, 'needs a time zone'],
    [{ cron: '0 6 * * *', timezone: 'Mars/Olympus' }, 'is no time zone of the IANA database'],
  ])('%j is refused: %s', (written, message) => {
    expect(parseSchedule(written, NOW)).toMatchObject({
      ok: false,
      message: expect.stringContaining(message),
    });
  });
});

describe('what is sent to EventBridge Scheduler', () => {
  test('a rate starts at the next full minute', () => {
    expect(timingOf(read({ every: '15m' }), NOW)).toEqual({
      expression: 'rate(15 minutes)',
      timezone: 'UTC',
      startDate: '2026-07-01T08:08:00.000Z',
      flexibleMinutes: 1,
      maxAgeSeconds: 450,
    });
  });

  test('and keeps its interval when it is reported again, with a start that is not past', () => {
    const later = NOW + 3_600_000;
    expect(timingOf(read({ every: '15m' }), later).startDate).toBe('2026-07-01T09:08:00.000Z');
    expect(timingOf(read({ every: '15m' }), later + 60_000).startDate).toBe('2026-07-01T09:23:00.000Z');
  });

  test.each([
    [{ every: '5m' }, 1, 150],
    [{ every: '1h' }, 6, 900],
    [{ every: '1d' }, 15, 900],
    [{ cron: '0,20 8-18 * * *', timezone: 'UTC' }, 2, 600],
  ])('%j: %i minutes of window, %i s to try', (written, flexibleMinutes, maxAgeSeconds) => {
    const timing = timingOf(read(written), NOW);
    expect(timing).toMatchObject({ flexibleMinutes, maxAgeSeconds });
    expect(startToleranceMs(read(written))).toBe((flexibleMinutes * 60 + maxAgeSeconds + 300) * 1_000);
  });

  test('cron goes in its own zone and needs no start', () => {
    const timing = timingOf(read({ cron: '0 6 * * 1', timezone: 'Europe/Zurich' }), NOW);
    expect(timing).toMatchObject({ expression: 'cron(0 6 ? * MON *)', timezone: 'Europe/Zurich' });
    expect(timing).not.toHaveProperty('startDate');
  });
});
