import { describe, expect, it } from 'vitest';
import { createEvidenceBudget, EVIDENCE_LIMITS } from '../../../lib/engine/measure/evidence-budget.ts';

function budget(over: Partial<typeof EVIDENCE_LIMITS> = {}) {
  let now = 1_000;
  const clock = { now: () => now, monotonic: () => now };
  const limits = { most: 100, mostAtOneAddress: 100, mostMs: 30_000, eachMs: 6_000, ...over };
  const { take } = createEvidenceBudget(clock, limits);
  /** Takes shares, one after the other, each of which needs so long; how many there were. */
  const oneByOne = (ms: number, tries: number): number => {
    let got = 0;
    for (let n = 0; n < tries; n += 1) {
      const giveBack = take(`192.0.2.${n}`);
      if (giveBack === undefined) continue;
      got += 1;
      now += ms;
      giveBack();
    }
    return got;
  };
  return { take, oneByOne, spent: () => now - 1_000 };
}

describe('the budget of a run for evidence', () => {
  it('sets aside what those that run at the same time may take', () => {
    const { take } = budget();
    const running = Array.from({ length: 10 }, (_, n) => take(`192.0.2.${n}`));
    expect(running.filter((one) => one !== undefined)).toHaveLength(5);
  });

  it('is spent by time: a thousand that take their full time get no more than it', () => {
    const { oneByOne, spent } = budget();
    expect(oneByOne(6_000, 1_000)).toBe(5);
    expect(spent()).toBe(30_000);
  });

  it('gives more where each takes less, up to the number of them', () => {
    expect(budget().oneByOne(1_000, 1_000)).toBe(25);
    expect(budget({ most: 7 }).oneByOne(0, 1_000)).toBe(7);
  });

  it('is not overdrawn for long by those that take more than was set aside', () => {
    const { oneByOne, spent } = budget();
    expect(oneByOne(20_000, 1_000)).toBe(2);
    expect(spent()).toBe(40_000);
  });

  it('leaves some to other addresses', () => {
    const { take } = budget({ mostAtOneAddress: 2 });
    expect([take('192.0.2.1'), take('192.0.2.1'), take('192.0.2.1')].filter(Boolean)).toHaveLength(2);
    expect(take('192.0.2.2')).toBeDefined();
  });

  it('counts a share that is given back twice once', () => {
    const { take, oneByOne } = budget();
    const giveBack = take('192.0.2.1');
    giveBack?.();
    giveBack?.();
    expect(oneByOne(6_000, 10)).toBe(5);
  });

  it('is minutes at most, for any number of endpoints and one probe at a time', () => {
    const { oneByOne, spent } = budget(EVIDENCE_LIMITS);
    expect(oneByOne(EVIDENCE_LIMITS.eachMs, 1_000)).toBe(40);
    expect(spent()).toBeLessThanOrEqual(240_000);
  });
});
