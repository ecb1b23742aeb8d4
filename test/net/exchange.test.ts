import { describe, expect, it } from 'vitest';
import { createExchange, EXCHANGE_LIMITS } from '../../lib/net/exchange.ts';
import type { Clock } from '../../lib/net/network-access.ts';

const clock: Clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6), monotonic: () => 0 };

describe('the record of an exchange', () => {
  it('says what was sent, what came and when', () => {
    const exchange = createExchange(clock);
    exchange.event('connected');
    exchange.received('220 hello\r\n');
    exchange.sent(Buffer.from('QUIT\r\n'));
    const at = '2026-01-02T03:04:05.006Z';
    expect(exchange.lines).toEqual([
      { at, dir: 'event', text: 'connected' },
      { at, dir: 'received', text: '220 hello\\r\\n' },
      { at, dir: 'sent', text: 'QUIT\\r\\n' },
    ]);
  });

  it('stays bounded in lines, and says that it does', () => {
    const exchange = createExchange(clock);
    for (let line = 0; line < 5_000; line += 1) exchange.received(`line ${line}`);
    expect(exchange.lines).toHaveLength(EXCHANGE_LIMITS.lines);
    expect(exchange.lines.at(-1)?.text).toBe('the rest of the exchange was not recorded');
  });

  it('stays bounded in characters', () => {
    const exchange = createExchange(clock);
    for (let line = 0; line < 90; line += 1) exchange.received('x'.repeat(65_536));
    const chars = exchange.lines.reduce((sum, line) => sum + line.text.length, 0);
    expect(chars).toBeLessThan(EXCHANGE_LIMITS.totalChars + 100);
    expect(Math.max(...exchange.lines.map((line) => line.text.length))).toBe(EXCHANGE_LIMITS.lineChars);
  });
});
