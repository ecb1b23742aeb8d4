import { describe, expect, it, vi } from 'vitest';
import { withinBudget } from '../../../lib/engine/measure/budget.ts';

const never = () => new Promise<string>(() => undefined);
const { signal } = new AbortController();

describe('withinBudget', () => {
  it('passes a value on', async () => {
    expect(await withinBudget(async () => 'seen', 100, signal)).toEqual({ ok: true, value: 'seen' });
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('a bug'))],
    [
      'throws at once',
      () => {
        throw new Error('a bug');
      },
    ],
  ])('makes a value of a probe that %s', async (_, probe) => {
    const ended = await withinBudget(probe, 100, signal);
    expect(ended).toMatchObject({ ok: false, error: { message: 'a bug' } });
  });

  it('gives up a probe that is not back 10 % and a second after its time', async () => {
    vi.useFakeTimers();
    try {
      const ended = withinBudget(never, 1_000, signal);
      let settled = false;
      void ended.then(() => {
        settled = true;
      });
      await vi.advanceTimersByTimeAsync(2_099);
      expect(settled).toBe(false);
      // What has arrived is read first.
      await vi.advanceTimersByTimeAsync(2);
      expect(await ended).toMatchObject({ ok: false, error: expect.stringContaining('1000 ms') });
    } finally {
      vi.useRealTimers();
    }
  });

  it('gives up a probe that does not stop when the run ends', async () => {
    vi.useFakeTimers();
    try {
      const ended = new AbortController();
      const result = withinBudget(never, 60_000, ended.signal);
      ended.abort();
      await vi.advanceTimersByTimeAsync(1_001);
      expect(await result).toMatchObject({ ok: false, error: expect.stringContaining('run ended') });
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
