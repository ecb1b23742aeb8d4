import { describe, expect, it, vi } from 'vitest';
import { createLagWatch, type LagWatch, timely, toleratedLag } from '../../lib/net/lag.ts';

const { signal: never } = new AbortController();

/** Gives one of these stalls for each attempt, in order. */
function stalls(...given: number[]): LagWatch {
  return {
    begin() {
      const ms = given.shift() ?? 0;
      return { ms: () => ms, end: () => ms };
    },
  };
}
const outcomes = (...given: string[]) => {
  const made: string[] = [];
  return {
    made,
    attempt: async () => {
      const one = given[made.length] ?? 'none';
      made.push(one);
      return one;
    },
  };
};
const options = { budgetMs: 1_000, restsOnTime: (one: string) => one === 'silence', deadline: never };

describe('timely', () => {
  it.each([
    ['an answer stands, however late it was read', [900], ['answer'], { outcome: 'answer' }],
    ['silence stands when this process was not late', [250], ['silence'], { outcome: 'silence' }],
    ['silence that was seen late is looked at again', [251, 0], ['silence', 'answer'], { outcome: 'answer' }],
    [
      'a peer that is silent all the same is silent',
      [3_000, 250],
      ['silence', 'silence'],
      { outcome: 'silence' },
    ],
    [
      'late in each attempt: nothing is known of the peer',
      [3_000, 300],
      ['silence', 'silence'],
      { outcome: 'silence', late: { ms: 300, budgetMs: 1_000, attempts: 2 } },
    ],
  ])('%s', async (_, lags, seen, expected) => {
    const { made, attempt } = outcomes(...seen);
    const { thrownAway, ...found } = await timely(attempt, { ...options, watch: stalls(...lags) });
    expect(found).toEqual(expected);
    expect(made).toEqual(seen);
    expect(thrownAway).toEqual(lags.slice(0, made.length - 1));
  });

  it('tries nothing again when the run is over', async () => {
    const { made, attempt } = outcomes('silence', 'answer');
    const found = await timely(attempt, {
      ...options,
      deadline: AbortSignal.abort(),
      watch: stalls(3_000, 0),
    });
    expect(made).toEqual(['silence']);
    expect(found.late).toEqual({ ms: 3_000, budgetMs: 1_000, attempts: 1 });
  });

  it('a tenth of a long budget is borne, and a quarter of a second of a short one', () => {
    expect([100, 2_500, 10_000, 30_000].map(toleratedLag)).toEqual([250, 250, 1_000, 3_000]);
  });
});

describe('the watch', () => {
  it('adds up the turns that came late, and no others', () => {
    vi.useFakeTimers();
    try {
      let extra = 0;
      const clock = { now: Date.now, monotonic: () => performance.now() + extra };
      const watch = createLagWatch(clock);
      const first = watch.begin();
      vi.advanceTimersByTime(1_000);
      expect(first.ms()).toBe(0);
      // The process is stopped: time passes and no timer runs.
      extra += 2_000;
      const second = watch.begin();
      vi.advanceTimersByTime(50);
      expect(first.ms()).toBeGreaterThan(1_900);
      expect(second.ms()).toBeLessThan(100);
      // An everyday turn.
      extra += 90;
      vi.advanceTimersByTime(50);
      expect(second.end()).toBeLessThan(100);
      // What began with the last tick counts before the next one.
      extra += 500;
      expect(first.end()).toBeGreaterThan(2_300);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
