/** How often the last router is named wrong where packets are lost: thousands of walks, each with its own luck. */
import { describe, expect, it } from 'vitest';
import type { PathHop } from '../../lib/model/kernel-evidence.ts';
import { type Ask, walkPath } from '../../lib/net/path-walk.ts';

const router = (ttl: number): string => `203.0.113.${ttl}`;

/** A small generator of numbers from 0 to 1 that gives the same ones for a seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Way {
  /** The last router that answers. */
  readonly depth: number;
  /** Routers before it that never answer. */
  readonly mute: ReadonlySet<number>;
  /** From here to a router and back, ms a hop. */
  readonly msEach: number;
  readonly loss: number;
  readonly timeoutMs: number;
}

/** Packets are lost one by one, there and back; time goes by as in `tracePath`. */
function askOn({ depth, mute, msEach, loss, timeoutMs }: Way, next: () => number) {
  let now = 0;
  let slowest = 0;
  const ask: Ask = async (ttl, { leastMs, leaveMs }): Promise<PathHop | undefined> => {
    const wait = Math.min(800, Math.max(leastMs, 2 * slowest));
    if (timeoutMs - now - leaveMs < wait) return undefined;
    const ms = ttl * msEach;
    const answers = ttl <= depth && !mute.has(ttl) && ms < wait && next() >= loss && next() >= loss;
    now += answers ? ms : wait;
    if (!answers) return { ttl, answer: 'silent' };
    slowest = Math.max(slowest, ms);
    return { ttl, answer: 'passed', from: router(ttl), ms };
  };
  return { ask, spent: () => now };
}

/** Ways of one to twelve routers, of which some before the last are mute, at most two in a row. */
function anyWay(next: () => number, loss: number): Way {
  const depth = 1 + Math.floor(next() * 12);
  const mute = new Set<number>();
  for (let ttl = 1; ttl < depth; ttl += 1)
    if (next() < 0.1 && !(mute.has(ttl - 1) && mute.has(ttl - 2))) mute.add(ttl);
  return { depth, mute, msEach: 1 + next() * 9, loss, timeoutMs: 6_000 };
}

async function walks(many: number, loss: number, seed: number) {
  const next = random(seed);
  const found = { last: 0, wrong: 0, atLeast: 0, beyond: 0, tooLong: 0 };
  for (let walk = 0; walk < many; walk += 1) {
    const way = anyWay(next, loss);
    const { ask, spent } = askOn(way, next);
    const { last, reaches } = await walkPath(ask);
    if (last !== undefined) found.last += 1;
    if (last !== undefined && last.ttl !== way.depth) found.wrong += 1;
    if (reaches !== undefined) found.atLeast += 1;
    if (reaches !== undefined && reaches.ttl > way.depth) found.beyond += 1;
    if (spent() > way.timeoutMs) found.tooLong += 1;
  }
  return found;
}

describe('the last router that answers, in 20,000 walks', () => {
  const MANY = 20_000;

  it('is named wrong in less than one of a thousand where every tenth packet is lost', async () => {
    const { last, wrong, atLeast, beyond, tooLong } = await walks(MANY, 0.1, 16);
    expect(wrong / MANY).toBeLessThan(0.001);
    expect(last / MANY).toBeGreaterThan(0.5);
    // All but a few of the others have a device that packets get to.
    expect((last + atLeast) / MANY).toBeGreaterThan(0.98);
    expect([beyond, tooLong]).toEqual([0, 0]);
  });

  it('is named in nearly all, and never wrong, where none is lost', async () => {
    const { last, atLeast, ...bad } = await walks(MANY, 0, 17);
    expect(bad).toEqual({ wrong: 0, beyond: 0, tooLong: 0 });
    expect(last / MANY).toBeGreaterThan(0.98);
    expect(last + atLeast).toBe(MANY);
  });
});

describe('routers in a row that never answer', () => {
  it.each([3, 4])('%i of them hide no device behind them', async (many) => {
    const mute = new Set(Array.from({ length: many }, (_, index) => 2 + index));
    const depth = 2 + many;
    const { ask, spent } = askOn({ depth, mute, msEach: 5, loss: 0, timeoutMs: 6_000 }, random(1));
    const { last, reaches } = await walkPath(ask);
    expect((last ?? reaches)?.ttl).toBe(depth);
    expect(spent()).toBeLessThanOrEqual(6_000);
  });

  it('are no reason to ask more than thirty hops', async () => {
    const asked: number[] = [];
    await walkPath(async (ttl) => {
      asked.push(ttl);
      return ttl <= 28 ? { ttl, answer: 'passed', from: router(ttl), ms: 1 } : { ttl, answer: 'silent' };
    });
    expect(Math.max(...asked)).toBe(30);
  });
});

describe('a long way', () => {
  it('whose answers take their time is told as far as it was followed', async () => {
    const way: Way = { depth: 9, mute: new Set(), msEach: 45, loss: 0, timeoutMs: 6_000 };
    const { ask, spent } = askOn(way, random(1));
    expect(await walkPath(ask)).toMatchObject({ reaches: { ttl: 9, from: router(9) } });
    expect(spent()).toBeLessThanOrEqual(6_000);
  });
});
