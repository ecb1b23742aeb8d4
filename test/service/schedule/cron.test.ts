import { describe, expect, test } from 'vitest';
import { parseCron } from '../../../lib/service/schedule/cron.ts';

const cron = (text: string) => {
  const read = parseCron(text);
  if (!read.ok) throw new Error(read.message);
  return read.value;
};

describe('cron in the words of EventBridge Scheduler', () => {
  test.each([
    ['0 6 * * *', 'cron(0 6 * * ? *)', 1_440],
    ['*/15 * * * *', 'cron(0,15,30,45 * * * ? *)', 15],
    ['0 6 * * 1-5', 'cron(0 6 ? * MON,TUE,WED,THU,FRI *)', 1_440],
    ['0 6 * * mon-fri', 'cron(0 6 ? * MON,TUE,WED,THU,FRI *)', 1_440],
    ['0 6 * * 0', 'cron(0 6 ? * SUN *)', 1_440],
    ['0 6 * * 7', 'cron(0 6 ? * SUN *)', 1_440],
    ['0 6 * * 5-7', 'cron(0 6 ? * SUN,FRI,SAT *)', 1_440],
    ['0 6 * * FRI-SUN', 'cron(0 6 ? * SUN,FRI,SAT *)', 1_440],
    ['0 6 * * 0-6', 'cron(0 6 * * ? *)', 1_440],
    ['30 8-18/2 1 JAN,JUL *', 'cron(30 8,10,12,14,16,18 1 1,7 ? *)', 120],
    ['5,50 8-9 * * *', 'cron(5,50 8-9 * * ? *)', 15],
    ['0,58 9 * * *', 'cron(0,58 9 * * ? *)', 58],
    ['  0   6 * *  * ', 'cron(0 6 * * ? *)', 1_440],
    ['59 23 31 12 *', 'cron(59 23 31 12 ? *)', 1_440],
  ])('%s is %s', (text, scheduler, gapMinutes) => {
    expect(cron(text)).toMatchObject({ scheduler, gapMinutes });
  });

  test.each([
    ['0 6 * *', 'expected the five fields'],
    ['0 6 * * * *', 'expected the five fields'],
    ['0 6 1 * 1', 'names days of the month and days of the week'],
    ['60 6 * * *', '"60" is no minute of cron: expected *, 0-59'],
    ['0 6 0 * *', '"0" is no day of month'],
    ['0 6 * 13 *', '"13" is no month of cron: expected *, 1-12 or JAN-DEC'],
    ['0 6 * * 8', '"8" is no day of week'],
    ['0 6 * * MONDAY', '"MONDAY" is no day of week'],
    ['0 18-8 * * *', '"18-8" is no hour'],
    ['5/15 * * * *', '"5/15" is no minute'],
    ['*/0 * * * *', '"*/0" is no minute'],
    ['0 6 L * *', '"L" is no day of month'],
    ['0 6 ? * 1', '"?" is no day of month'],
    ['0 6 * * 1#2', '"1#2" is no day of week'],
    ['@daily', 'expected the five fields'],
    ['0 6 31 2 *', 'never comes'],
    [', * * * *', 'is no minute'],
    [`${'0,'.repeat(200)}0 * * * *`, 'expected the five fields'],
  ])('%s is refused: %s', (text, message) => {
    const read = parseCron(text);
    expect(read).toMatchObject({ ok: false, message: expect.stringContaining(message) });
    if (!read.ok) expect(read.message).not.toContain('\n');
  });

  test('what is longer than the Scheduler takes is refused', () => {
    const all = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, n) => n + from).join(',');
    expect(parseCron(`*/2 ${all(0, 22)} ${all(1, 30)} ${all(1, 11)} *`)).toMatchObject({
      ok: false,
      message: expect.stringContaining('too long for EventBridge Scheduler'),
    });
  });
});
