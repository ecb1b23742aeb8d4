import { expect, it } from 'vitest';
import { createSlots } from '../../lib/net/slots.ts';

it('gives out as many slots as it has, and the next one when one comes back, first come first served', async () => {
  const slots = createSlots(2);
  const [first] = [await slots.acquire(), await slots.acquire()];
  const order: string[] = [];
  const third = slots.acquire().then((release) => {
    order.push('third');
    return release;
  });
  const fourth = slots.acquire().then(() => order.push('fourth'));
  await Promise.resolve();
  expect(order).toEqual([]);
  first();
  (await third)();
  await fourth;
  expect(order).toEqual(['third', 'fourth']);
});

it('counts a slot that is released twice once', async () => {
  const slots = createSlots(1);
  const release = await slots.acquire();
  release();
  release();
  await slots.acquire();
  let second = false;
  void slots.acquire().then(() => {
    second = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(second).toBe(false);
});
