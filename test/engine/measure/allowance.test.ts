import { describe, expect, it } from 'vitest';
import { createAllowance } from '../../../lib/engine/measure/allowance.ts';

describe('the time that evidence may take', () => {
  function allowance() {
    let now = 500;
    const made = createAllowance({ now: () => now, monotonic: () => now }, 6_000);
    const take = (ms: number) => async () => {
      now += ms;
      return made.left();
    };
    return { ...made, take };
  }

  it('is used up by work, while it is done and after that', async () => {
    const { left, spend, take } = allowance();
    expect(await spend(take(2_000))).toBe(4_000);
    expect(left()).toBe(4_000);
    expect(await spend(take(3_000))).toBe(1_000);
    expect(await spend(take(9_000))).toBe(0);
    expect(left()).toBe(0);
  });

  it('is not used up by what is done beside it, and by work that throws it is', async () => {
    const { left, spend, take } = allowance();
    await take(10_000)();
    expect(left()).toBe(6_000);
    await expect(
      spend(async () => {
        await take(1_000)();
        throw new Error('x');
      }),
    ).rejects.toThrow('x');
    expect(left()).toBe(5_000);
  });
});
