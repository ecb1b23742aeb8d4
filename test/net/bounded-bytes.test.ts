import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedBytes } from '../../lib/net/bounded-bytes.ts';
import { createBufferBudget } from '../../lib/net/buffer-budget.ts';

const KB = 1_024;
const piece = (length: number, fill = 'x'): Buffer => Buffer.alloc(length, fill);

describe('bytes in pieces', () => {
  it('are kept in order up to the limit, however they are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 40 }),
        fc.integer({ min: 0, max: 500 }),
        (pieces, limit) => {
          const kept = new BoundedBytes(limit);
          const fits = pieces.map((one) => kept.push(Buffer.from(one)));
          const all = Buffer.concat(pieces);
          expect(kept.bytes()).toEqual(all.subarray(0, limit));
          expect(fits.every(Boolean)).toBe(all.length <= limit);
        },
      ),
    );
  });

  it('share the budget of the run, beyond an ordinary page for each', () => {
    const budget = createBufferBudget(100 * KB);
    const first = new BoundedBytes(256 * KB, budget);
    expect(first.push(piece(60 * KB)) && first.push(piece(4 * KB))).toBe(true);
    const second = new BoundedBytes(256 * KB, budget);
    expect(second.push(piece(10 * KB))).toBe(true);
    // 96 kB are taken for the first already.
    expect(second.push(piece(50 * KB, 'y'))).toBe(false);
    expect(second.outOfBudget).toBe(true);
    expect(second.length).toBeGreaterThanOrEqual(16 * KB);
    expect(second.bytes().subarray(0, 16 * KB)).toEqual(Buffer.concat([piece(10 * KB), piece(6 * KB, 'y')]));
    expect(first.outOfBudget).toBe(false);

    first.clear();
    const third = new BoundedBytes(256 * KB, budget);
    expect(third.push(piece(60 * KB)) && third.push(piece(1))).toBe(true);
  });

  it('give back all that they took', () => {
    const budget = createBufferBudget(1_000 * KB);
    for (let round = 0; round < 100; round += 1) {
      const kept = new BoundedBytes(256 * KB, budget);
      for (let count = 0; count < 30; count += 1) kept.push(piece(10 * KB));
      expect(kept.length).toBe(256 * KB);
      expect(kept.outOfBudget).toBe(false);
      kept.clear();
    }
    expect(budget.take(1_000 * KB)).toBe(true);
  });
});
