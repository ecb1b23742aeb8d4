import { describe, expect, it } from 'vitest';
import { failure } from '../../../../lib/service/runs/failure.ts';
import { HOUR, MINUTE, type ScheduledStation, scheduledStation } from './scheduled-station.ts';

const START = '2026-07-01T00:00:10.000Z';
/** Due times of the runs, as they are in their ids. */
const dueOf = (station: ScheduledStation, target: string): string[] =>
  station.of(target).map(({ runId }) => runId.slice('scheduled-'.length, 'scheduled-20260701T0000'.length));

describe('schedules of a station', () => {
  it('start each due time once, within its window', async () => {
    const station = await scheduledStation(START);
    await station.set('shop', { every: '15m' });
    await station.pass(3 * HOUR);
    const runs = station.of('shop');
    expect(runs).toHaveLength(12);
    expect(new Set(runs.map(({ runId }) => runId)).size).toBe(12);
    for (const [index, { at }] of runs.entries()) {
      const due = Date.parse('2026-07-01T00:01:00.000Z') + index * 15 * MINUTE;
      expect(Date.parse(at) - due).toBeGreaterThanOrEqual(0);
      // The window of a minute, and up to one look at the clock.
      expect(Date.parse(at) - due).toBeLessThanOrEqual(75_000);
    }
    expect(station.events).toEqual([]);
  });

  it('go by the clock of their zone when it is put forward and back', async () => {
    const station = await scheduledStation('2026-03-29T00:45:00.000Z');
    await station.set('shop', { cron: '30 2,4 * * *', timezone: 'Europe/Zurich' });
    await station.pass(2 * HOUR + 15 * MINUTE);
    // 02:30 is left out on that day; 04:30 is in summer time.
    expect(dueOf(station, 'shop')).toEqual(['20260329T0230']);
    const autumn = await scheduledStation('2026-10-25T00:20:00.000Z');
    await autumn.set('shop', { cron: '30 2 * * *', timezone: 'Europe/Zurich' });
    await autumn.pass(2 * HOUR);
    // It comes twice on that day, and counts once.
    expect(dueOf(autumn, 'shop')).toEqual(['20261025T0030']);
    expect([...station.events, ...autumn.events]).toEqual([]);
  });

  it('follow what is set at once', async () => {
    const station = await scheduledStation(START);
    await station.set('shop', { every: '1h' });
    await station.pass(8 * MINUTE);
    expect(station.of('shop')).toHaveLength(1);
    await station.set('shop', { every: '5m' });
    await station.pass(11 * MINUTE);
    expect(station.of('shop').length).toBeGreaterThanOrEqual(3);
  });

  it('do not run a target twice side by side: the next due time takes the place of the one that waits', async () => {
    const station = await scheduledStation(START);
    station.held.add('shop');
    await station.set('shop', { every: '5m' });
    await station.pass(3 * MINUTE);
    const [run] = station.of('shop');
    await station.pass(10 * MINUTE);
    expect(station.of('shop')).toEqual([run]);
  });

  it('try again when the store refused a start, and lose no due time', async () => {
    let isBroken = false;
    const station = await scheduledStation(START, (items) => ({
      ...items,
      get: (key) =>
        isBroken ? Promise.reject(failure('StoreFailed', 'database or disk is full')) : items.get(key),
    }));
    await station.set('shop', { every: '1h' });
    await station.pass(30_000);
    isBroken = true;
    await station.pass(4 * MINUTE);
    expect(station.of('shop')).toEqual([]);
    isBroken = false;
    await station.pass(2 * MINUTE);
    expect(dueOf(station, 'shop')).toEqual(['20260701T0001']);
  });
});

it('a station whose own network is away starts nothing, and then each target once, as soon as it is back', async () => {
  const station = await scheduledStation(START);
  await station.set('shop', { every: '15m' });
  await station.set('mill', { cron: '30 0 * * *', timezone: 'UTC' });
  station.ownSide.value = 'our side since 00:00: the uplink';
  await station.pass(100 * MINUTE);
  expect(station.started).toEqual([]);
  expect((await station.trace('shop')).runs[0]).toMatchObject({
    status: 'refused',
    why: 'our-side',
    detail: 'our side since 00:00: the uplink',
  });
  // Told once by whoever found it, and not again for each target.
  expect(station.events).toEqual([]);
  station.ownSide.value = undefined;
  await station.pass(2 * MINUTE);
  expect([dueOf(station, 'shop'), dueOf(station, 'mill')]).toEqual([['20260701T0131'], ['20260701T0030']]);
  expect((await station.trace('shop')).watched.trouble).toBeUndefined();
});

it.each(['goes on', 'is started anew meanwhile'])(
  'the run that found the network away is made once more when it is back, in a station that %s',
  async (how) => {
    const station = await scheduledStation(START);
    await station.set('shop', { every: '1d' });
    await station.set('mill', { every: '1d' });
    station.cutOff.add('shop');
    while (station.of('shop').length === 0) await station.pass(MINUTE / 4);
    station.ownSide.value = 'our side since 00:00: the uplink';
    station.cutOff.clear();
    await station.pass(30 * MINUTE);
    if (how !== 'goes on') await station.restart(10_000);
    await station.pass(30 * MINUTE);
    expect(station.of('shop')).toHaveLength(1);
    station.ownSide.value = undefined;
    await station.pass(3 * MINUTE);
    // The same due time, in another run; and no more of either until tomorrow.
    expect(dueOf(station, 'shop')).toEqual(['20260701T0001', '20260701T0001']);
    expect(new Set(station.of('shop').map(({ runId }) => runId)).size).toBe(2);
    await station.pass(5 * HOUR);
    expect(station.of('shop')).toHaveLength(2);
    expect(station.of('mill').length).toBeLessThanOrEqual(1);
    expect(station.events).toEqual([]);
  },
);

describe('what goes by while the machine sleeps', () => {
  it('is on record from the first, told once for all targets, and made up for by one run of each', async () => {
    const station = await scheduledStation(START);
    const targets = Array.from({ length: 40 }, (_, n) => `t${n}`);
    for (const target of targets) await station.set(target, { every: '1h' });
    await station.pass(90 * MINUTE);
    expect(station.started).toHaveLength(80);
    station.time.jump(5 * HOUR);
    await station.pass(15_000);
    const { watched } = await station.trace('t7');
    expect(watched.trouble).toMatchObject({
      kind: 'missed',
      since: '2026-07-01T02:01:00.000Z',
      count: 5,
      detail: expect.stringContaining(
        'the machine slept, or its clock was put forward, from 2026-07-01 01:29:',
      ),
    });
    expect(station.events).toMatchObject([
      {
        kind: 'schedule-missed',
        target: 'station',
        side: 'prober',
        title: 'our side: no run came that was due, of 40 targets',
        text: expect.stringContaining('Reason: the machine slept'),
      },
    ]);
    // It is 06:30. They do not all start at the same moment, and not before the network had time to come back.
    await station.pass(2 * MINUTE);
    const late = station.started.slice(80);
    expect(late).toHaveLength(40);
    expect(new Set(late.map(({ target }) => target)).size).toBe(40);
    expect(new Set(late.map(({ at }) => at)).size).toBeGreaterThan(3);
    expect(new Set(late.map(({ runId }) => runId.slice(10, 25)))).toEqual(new Set(['20260701T060100']));
    // It goes on as before, the trouble is over, and nothing more is told.
    await station.pass(2 * HOUR);
    expect(station.started).toHaveLength(200);
    expect((await station.trace('t7')).watched.trouble).toBeUndefined();
    expect(station.events).toHaveLength(1);
  });

  it('is not made up for when the next is near, and a short sleep misses nothing', async () => {
    const station = await scheduledStation(START);
    await station.set('shop', { every: '1h' });
    await station.pass(10 * MINUTE);
    // To 03:58: the run of 04:01 is near.
    station.time.jump(3 * HOUR + 47 * MINUTE + 50_000);
    await station.pass(15 * MINUTE);
    expect(dueOf(station, 'shop')).toEqual(['20260701T0001', '20260701T0401']);
    const events = station.events.length;
    expect(events).toBe(1);
    // From 04:13 to 05:10: the run of 05:01 is late, and not missed.
    station.time.jump(57 * MINUTE);
    await station.pass(10 * MINUTE);
    expect(dueOf(station, 'shop')).toEqual(['20260701T0001', '20260701T0401', '20260701T0501']);
    expect(station.events).toHaveLength(events);
  });
});

describe('a station that was stopped', () => {
  it.each(['closed', 'killed'] as const)('(%s) knows at its next start what it missed', async (how) => {
    const station = await scheduledStation(START);
    await station.set('shop', { every: '1h' });
    await station.set('mill', { cron: '0 6 * * *', timezone: 'UTC' });
    await station.pass(90 * MINUTE);
    await station.restart(12 * HOUR, how);
    expect(station.events).toMatchObject([
      { target: 'station', text: expect.stringContaining('the station did not run from 2026-07-01 01:') },
    ]);
    expect((await station.trace('shop')).watched.trouble).toMatchObject({ kind: 'missed', count: 12 });
    await station.pass(2 * MINUTE);
    expect(dueOf(station, 'shop')).toEqual(['20260701T0001', '20260701T0101', '20260701T1301']);
    expect(dueOf(station, 'mill')).toEqual(['20260701T0600']);
    await station.restart(0, how);
    await station.pass(20 * MINUTE);
    expect(station.started).toHaveLength(4);
    expect(station.events).toHaveLength(1);
  });

  it('starts no due time twice, however often it is started again', async () => {
    const station = await scheduledStation(START);
    await station.set('shop', { every: '15m' });
    for (let n = 0; n < 60; n += 1) {
      await station.restart(5_000, n % 2 === 0 ? 'killed' : 'closed');
      await station.pass(55_000);
    }
    expect(dueOf(station, 'shop')).toEqual([
      '20260701T0001',
      '20260701T0016',
      '20260701T0031',
      '20260701T0046',
    ]);
    expect(station.events).toEqual([]);
  });
});

describe('a clock that is set', () => {
  it('back: goes on at once, and a time that comes twice is two runs', async () => {
    const station = await scheduledStation(START);
    await station.set('shop', { every: '15m' });
    await station.pass(2 * HOUR);
    const before = station.of('shop').length;
    expect(before).toBe(8);
    station.time.jump(-HOUR);
    await station.pass(HOUR);
    expect(station.of('shop')).toHaveLength(before + 3);
    expect(new Set(station.of('shop').map(({ runId }) => runId)).size).toBe(before + 3);
    expect(station.events).toEqual([]);
  });

  it('a year ahead and then right: nothing waits for a year', async () => {
    const station = await scheduledStation(START);
    await station.set('shop', { every: '15m' });
    await station.pass(30 * MINUTE);
    station.time.jump(365 * 24 * HOUR);
    await station.pass(10 * MINUTE);
    // Set by a clock that is wrong.
    await station.set('mill', { every: '1h' });
    await station.pass(10 * MINUTE);
    const [shop, mill] = [station.of('shop').length, station.of('mill').length];
    // One run in the place of 35,000.
    expect(shop).toBeLessThanOrEqual(5);
    station.time.jump(-365 * 24 * HOUR);
    await station.pass(HOUR + MINUTE);
    expect(station.of('shop').length).toBeGreaterThanOrEqual(shop + 4);
    expect(station.of('mill').length).toBeGreaterThanOrEqual(mill + 1);
  });

  it('right while the station was stopped', async () => {
    const station = await scheduledStation('2027-07-01T00:00:10.000Z');
    await station.set('shop', { every: '15m' });
    await station.pass(20 * MINUTE);
    await station.restart(-365 * 24 * HOUR);
    await station.pass(HOUR);
    expect(station.of('shop').length).toBeGreaterThanOrEqual(5);
  });
});
