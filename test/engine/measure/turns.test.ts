import { describe, expect, it } from 'vitest';
import { createTurns, turnKey } from '../../../lib/engine/measure/turns.ts';
import type { ProbeSpec } from '../../../lib/model/plan.ts';

const spec = (kind: ProbeSpec['kind'], address: string): ProbeSpec => ({
  endpointId: 'x',
  kind,
  host: 'mx.example.com',
  port: 25,
  address,
  timeoutMs: 1_000,
  expect: 'open',
});

describe('turns', () => {
  it('makes probes of one mail server wait for each other, and lets other kinds and loopback go', () => {
    expect(turnKey(spec('smtp', '203.0.114.25'))).toBe(turnKey(spec('smtps', '203.0.114.25')));
    expect(turnKey(spec('smtp', '203.0.114.26'))).not.toBe(turnKey(spec('smtp', '203.0.114.25')));
    expect(turnKey(spec('https', '203.0.114.25'))).toBeUndefined();
    expect(turnKey(spec('smtp', '127.0.0.1'))).toBeUndefined();
  });

  it('passes a turn on in order and forgets a peer when the last one is through', async () => {
    const turns = createTurns();
    expect(turns.take('a')).toBeUndefined();
    expect(turns.take('b')).toBeUndefined();
    const order: number[] = [];
    const second = turns.take('a')?.then(() => order.push(2));
    const third = turns.take('a')?.then(() => order.push(3));
    turns.end('a');
    await second;
    expect(order).toEqual([2]);
    turns.end('a');
    await third;
    expect(order).toEqual([2, 3]);
    turns.end('a');
    expect(turns.take('a')).toBeUndefined();
  });
});
