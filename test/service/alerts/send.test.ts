import { describe, expect, it } from 'vitest';
import type { Posted } from '../../../lib/service/alerts/post.ts';
import { MAX_TRIES, send, TRY_MS } from '../../../lib/service/alerts/send.ts';

const code = (number: number, retryAfterMs?: number): Posted => ({
  status: 'answered',
  code: number,
  excerpt: '',
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});
const unanswered = (passing: boolean): Posted => ({
  status: 'unanswered',
  message: 'no connection',
  passing,
});

/** Sends with a clock that only pauses and tries move. */
async function sending(answers: readonly Posted[], { budget = 60_000, takes = 0, random = 0.5 } = {}) {
  let now = 0;
  const pauses: number[] = [];
  const budgets: number[] = [];
  const delivery = await send({
    attempt: async (timeoutMs) => {
      budgets.push(timeoutMs);
      now += takes;
      return answers[Math.min(budgets.length, answers.length) - 1] ?? code(200);
    },
    now: () => now,
    deadline: budget,
    pause: async (ms) => {
      pauses.push(ms);
      now += ms;
    },
    random: () => random,
  });
  return { delivery, pauses, budgets };
}

describe('sending', () => {
  it.each([200, 201, 202, 204])('is done with an answer of %i', async (number) => {
    expect(await sending([code(number)])).toMatchObject({
      delivery: { status: 'delivered', code: number, tries: 1 },
      pauses: [],
    });
  });

  it.each([400, 401, 403, 404, 405, 410, 413, 422])('does not try again after %i', async (number) => {
    const { delivery } = await sending([code(number), code(200)]);
    expect(delivery).toEqual({ status: 'refused', code: number, reason: `answered ${number}`, tries: 1 });
  });

  it.each([301, 302, 307, 308])('takes a redirect of %i for a refusal', async (number) => {
    const { delivery } = await sending([code(number), code(200)]);
    expect(delivery).toMatchObject({ status: 'refused', reason: expect.stringContaining('not followed') });
  });

  it.each([408, 425, 429, 500, 502, 503, 504])('tries again after %i', async (number) => {
    const { delivery } = await sending([code(number), code(number), code(200)]);
    expect(delivery).toEqual({ status: 'delivered', code: 200, tries: 3 });
  });

  it('tries again what was not reached, unless it never will be', async () => {
    expect((await sending([unanswered(true), code(200)])).delivery).toMatchObject({
      status: 'delivered',
      tries: 2,
    });
    expect((await sending([unanswered(false), code(200)])).delivery).toMatchObject({
      status: 'refused',
      tries: 1,
    });
  });

  it('pauses longer each time, by chance, and leaves the rest to a later invocation', async () => {
    const { delivery, pauses } = await sending([code(503)]);
    expect(delivery).toEqual({ status: 'postponed', code: 503, reason: 'answered 503', tries: MAX_TRIES });
    expect(pauses).toEqual([500, 1_000, 2_000]);
    expect((await sending([code(503)], { random: 0 })).pauses).toEqual([0, 0, 0]);
  });

  it('waits as long as Retry-After asks, and gives up at once what that would put beyond its time', async () => {
    expect((await sending([code(429, 7_000), code(200)])).pauses).toEqual([7_000]);
    const { delivery, pauses } = await sending([code(429, 70_000), code(200)]);
    expect(delivery).toEqual({ status: 'postponed', code: 429, reason: 'answered 429', tries: 1 });
    expect(pauses).toEqual([]);
  });

  it('gives each try its time and no more than is left', async () => {
    const { delivery, budgets } = await sending([unanswered(true)], { budget: 15_000, takes: TRY_MS });
    expect(budgets[0]).toBe(TRY_MS);
    expect(budgets[1]).toBeLessThan(5_000);
    expect(delivery).toMatchObject({ status: 'postponed' });
    expect(await sending([code(200)], { budget: 500 })).toMatchObject({
      delivery: { status: 'postponed', reason: 'no time left', tries: 0 },
      budgets: [],
    });
  });
});
