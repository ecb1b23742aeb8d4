import { describe, expect, it } from 'vitest';
import { createResolve } from '../../../lib/engine/measure/resolution.ts';
import { fakeWorld } from '../run/fakes.ts';

const names = { 'a.example': ['203.0.114.1'], 'b.example': ['203.0.114.2'] };

describe('createResolve', () => {
  it('asks for a host once, also while the question is under way', async () => {
    const world = fakeWorld({ names });
    const resolve = createResolve(world.context.resolver, []);
    await Promise.all([
      resolve('a.example', 80, 1),
      resolve('a.example', 443, 1),
      resolve('b.example', 80, 1),
    ]);
    await resolve('a.example', 25, 1);
    expect(world.questions).toEqual(['a.example', 'b.example']);
  });

  it('asks again for a confirmation', async () => {
    const world = fakeWorld({ names });
    const resolve = createResolve(world.context.resolver, []);
    await resolve('a.example', 80, 1);
    await Promise.all([resolve('a.example', 80, 2), resolve('a.example', 443, 2)]);
    expect(world.questions).toEqual(['a.example', 'a.example']);
  });

  it('keeps the ports of a pinned host apart', async () => {
    const world = fakeWorld({ names });
    const pin = { host: 'A.example', port: 443, address: '127.0.0.1' };
    const resolve = createResolve(world.context.resolver, [pin]);
    await Promise.all([resolve('a.example', 80, 1), resolve('a.example', 443, 1)]);
    expect(world.questions).toHaveLength(2);
  });

  it('asks about an address each time, as a pin of it is for one port alone', async () => {
    const asked: string[] = [];
    const { resolver } = fakeWorld().context;
    const pin = { host: '203.0.113.9', port: 443, address: '127.0.0.1' };
    const resolve = createResolve(
      {
        ...resolver,
        addresses: (host, port) => {
          asked.push(`${host} ${port}`);
          return resolver.addresses(host, port);
        },
      },
      [pin],
    );
    await Promise.all([resolve('203.0.113.9', 80, 1), resolve('203.0.113.9', 443, 1)]);
    expect(asked).toEqual(['203.0.113.9 80', '203.0.113.9 443']);
  });

  it('forgets the oldest of very many hosts', async () => {
    const world = fakeWorld();
    const resolve = createResolve(world.context.resolver, []);
    for (let index = 0; index < 1_100; index += 1) await resolve(`h${index}.example`, 80, 1);
    await resolve('h1099.example', 80, 1);
    expect(world.questions).toHaveLength(1_100);
    await resolve('h0.example', 80, 1);
    expect(world.questions).toHaveLength(1_101);
  });
});
