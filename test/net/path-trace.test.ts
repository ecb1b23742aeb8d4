/** What is said of the way to a port, by a fake kernel; real routers are in test/system/kernel.test.ts. */
import { describe, expect, it } from 'vitest';
import { tracePath } from '../../lib/net/path-trace.ts';
import { fakeKernel, type SynAnswer } from './kernel/fake-syscalls.ts';

const router = (ttl: number) => `203.0.113.${ttl}`;
const passed = (ttl: number): SynAnswer => ({ passedBy: router(ttl) });

/** The way of 4 routers that answer, and then `beyond`. */
async function trace(
  answer: (ttl: number, nth: number) => SynAnswer | undefined,
  { timeoutMs = 10_000, beyond = 'silent' as SynAnswer } = {},
) {
  const kernel = fakeKernel((ttl, nth) => answer(ttl, nth) ?? (ttl <= 4 ? passed(ttl) : beyond));
  const { calls, clock, open, sent } = kernel;
  const deadline = new AbortController().signal;
  const found = await tracePath('192.0.2.7', 443, { timeoutMs }, { calls, clock, deadline });
  expect(open).toEqual(new Set());
  return { ...found, sent };
}

const usual = () => undefined;

describe('the last router that answers', () => {
  it('is told where all hops behind it are silent five times, and it answers twice', async () => {
    const { last, sent } = await trace(usual);
    expect(last).toEqual({ ttl: 4, from: router(4) });
    const again = [5, 6, 7];
    // Three mute routers in a row are no end: those behind them are looked at, too.
    expect(sent).toEqual([1, 2, 3, 4, 5, 6, 7, ...again, 4, 8, ...again, ...again, ...again, 8, 9, 10]);
  });

  it('is told where its second answer is lost twice', async () => {
    const { last } = await trace((ttl, nth) => (ttl === 4 && nth > 1 && nth < 4 ? 'silent' : undefined));
    expect(last).toEqual({ ttl: 4, from: router(4) });
  });

  it.each([2, 3, 4, 5])(
    'is the same where the first %i packets to it, or those behind it, were lost',
    async (nth) => {
      const { last, hops } = await trace((ttl, time) => (ttl === 4 && time < nth ? 'silent' : undefined), {
        timeoutMs: 20_000,
      });
      expect(last).toEqual({ ttl: 4, from: router(4) });
      expect(hops[3]).toMatchObject({ answer: 'passed', from: router(4) });
    },
  );

  it.each([4, 3, 2])('is the same where the first packets from hop %i on were lost', async (from) => {
    const { last, hops } = await trace((ttl, nth) => (ttl >= from && nth === 1 ? 'silent' : undefined));
    expect(last).toEqual({ ttl: 4, from: router(4) });
    expect(hops.map(({ ttl }) => ttl)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it.each<[string, (ttl: number, nth: number) => SynAnswer | undefined]>([
    ['the port itself answered', (ttl) => (ttl > 4 ? 'refused' : undefined)],
    ['the port itself answered the second time', (ttl, nth) => (ttl > 4 && nth > 1 ? 'refused' : undefined)],
    ['packets go round and round', (ttl) => passed(ttl % 2)],
    ['its second answer is missing four times', (ttl, nth) => (ttl === 4 && nth > 1 ? 'silent' : undefined)],
    ['another has its place the second time', (ttl, nth) => (ttl === 4 && nth > 1 ? passed(9) : undefined)],
    ['no router answers at all', () => 'silent'],
  ])('is not told where %s', async (_, answer) => {
    const found = await trace(answer);
    expect(found).not.toHaveProperty('last');
    expect(found).not.toHaveProperty('reaches');
  });

  it.each([
    ['on the way', 1_500, [1, 2, 3, 4, 5, 6, 4]],
    ['before the silent hops were asked again', 2_000, [1, 2, 3, 4, 5, 6, 7, 4]],
    ['before they were asked often enough', 4_600, [1, 2, 3, 4, 5, 6, 7, 5, 6, 7, 4, 8, 5, 6, 7, 5, 6, 7]],
  ])('is where packets get at least, and no more, if the time is up %s', async (_, timeoutMs, asked) => {
    const { last, reaches, sent } = await trace(usual, { timeoutMs });
    expect(last).toBeUndefined();
    expect(reaches).toEqual({ ttl: 4, from: router(4) });
    expect(sent).toEqual(asked);
  });
});
