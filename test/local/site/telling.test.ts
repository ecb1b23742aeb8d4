import { expect, it } from 'vitest';
import { createTelling } from '../../../lib/local/site/telling.ts';

/** Calls and pauses that the test ends one by one. */
function rig(everyMs = 300) {
  const told: unknown[] = [];
  const waits: number[] = [];
  const open: ((wanted: boolean) => void)[] = [];
  const telling = createTelling({
    everyMs,
    tell: (soFar) => {
      told.push(soFar);
      return new Promise((resolve) => open.push(resolve));
    },
    wait: (ms) => {
      waits.push(ms);
      return new Promise((resolve) => open.push(() => resolve()));
    },
  });
  const news = (gzip: string, results: number): void => telling.news(() => ({ gzip }), results);
  const next = async (wanted = true): Promise<void> => {
    open.shift()?.(wanted);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { telling, told, waits, news, next };
}

it('tells the first at once, the newest of what came meanwhile after a pause, and nothing twice', async () => {
  const { told, waits, news, next } = rig();
  news('1', 1);
  news('2', 2);
  news('3', 3);
  expect(told).toEqual([{ gzip: '1' }]);
  await next();
  expect([told.length, waits]).toEqual([1, [320]]);
  await next();
  expect(told).toEqual([{ gzip: '1' }, { gzip: '3' }]);
  await next();
  await next();
  // A large batch is told less often.
  expect([told.length, waits]).toEqual([2, [320, 360]]);
  news('4', 100);
  await next();
  expect([told.length, waits.at(-1)]).toEqual([3, 2_300]);
});

it('is quiet when nobody wants to hear more, and after the answer', async () => {
  const unwanted = rig();
  unwanted.news('1', 1);
  await unwanted.next(false);
  unwanted.news('2', 2);
  expect([unwanted.told.length, unwanted.waits]).toEqual([1, []]);
  const ended = rig();
  ended.telling.end();
  ended.news('1', 1);
  expect(ended.told).toEqual([]);
});
