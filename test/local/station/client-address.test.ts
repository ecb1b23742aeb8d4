import { describe, expect, it } from 'vitest';
import { createAttemptLimit } from '../../../lib/local/station/access/attempt-limit.ts';
import { clientAddress } from '../../../lib/local/station/http/client-address.ts';
import { addressRanges } from '../../../lib/net/address-ranges.ts';

const read = addressRanges(['127.0.0.1', '10.0.0.0/8', '2001:db8:ffff::/48']);
if ('wrong' in read) throw new Error(read.wrong);
const { ranges: proxies } = read;
const from = (remoteAddress: string | undefined, forwarded?: string): string =>
  clientAddress(
    { socket: { remoteAddress }, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } },
    proxies,
  );

describe('the address of a client', () => {
  it.each([
    ['192.0.2.7', undefined, '192.0.2.7'],
    // Not a proxy of ours: what it says counts nothing.
    ['192.0.2.7', '198.51.100.1', '192.0.2.7'],
    ['127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['::ffff:127.0.0.1', '198.51.100.1', '198.51.100.1'],
    // What a client wrote itself stands before what the proxy saw.
    ['127.0.0.1', '203.0.113.9, 198.51.100.1', '198.51.100.1'],
    ['127.0.0.1', '203.0.113.9, 198.51.100.1, 10.1.1.1', '198.51.100.1'],
    ['127.0.0.1', '10.1.1.1, 10.2.2.2', '10.1.1.1'],
    ['127.0.0.1', '127.0.0.1, 198.51.100.1', '198.51.100.1'],
    // Nothing that can be read: the last proxy that was.
    ['127.0.0.1', 'unknown', '127.0.0.1'],
    ['127.0.0.1', '198.51.100.1, not-an-address, 10.1.1.1', '10.1.1.1'],
    ['127.0.0.1', '', '127.0.0.1'],
    ['127.0.0.1', '198.51.100.1:51234', '198.51.100.1'],
    ['2001:db8:ffff::1', '[2001:db8::7]:443', '2001:db8::7'],
    ['127.0.0.1', ' 2001:db8::7 ', '2001:db8::7'],
    [undefined, '198.51.100.1', 'unknown'],
  ])('of a connection from %s with "%s" is %s', (peer, forwarded, client) => {
    expect(from(peer, forwarded)).toBe(client);
  });

  it('is found in the last hops, however many are told', () => {
    expect(from('127.0.0.1', `198.51.100.1${', 10.1.1.1'.repeat(5_000)}`)).toBe('10.1.1.1');
  });
});

describe('the limit of attempts', () => {
  it('lets a client try so often, and again when the first of them is old', () => {
    let now = 0;
    const limit = createAttemptLimit({ most: 3, withinMs: 60_000, elapsed: () => now });
    for (const at of [0, 10_000, 20_000]) {
      now = at;
      expect(limit.waitOf('192.0.2.7')).toBe(0);
      limit.failed('192.0.2.7');
    }
    expect(limit.waitOf('192.0.2.7')).toBe(40);
    expect(limit.waitOf('192.0.2.8')).toBe(0);
    now = 59_999;
    expect(limit.waitOf('192.0.2.7')).toBe(1);
    now = 60_000;
    expect(limit.waitOf('192.0.2.7')).toBe(0);
    limit.failed('192.0.2.7');
    expect(limit.waitOf('192.0.2.7')).toBe(10);
  });

  it('counts a /64 of IPv6 as one client', () => {
    const limit = createAttemptLimit({ most: 1, withinMs: 60_000, elapsed: () => 0 });
    limit.failed('2001:db8:0:1::7');
    expect(limit.waitOf('2001:db8:0:1:ffff:1:2:3')).toBe(60);
    expect(limit.waitOf('2001:0db8::1:0:0:0:9')).toBe(60);
    expect(limit.waitOf('2001:db8:0:2::7')).toBe(0);
    limit.failed('::1');
    expect(limit.waitOf('::2')).toBe(60);
  });

  it('remembers ten thousand clients, and forgets who was quiet longest', () => {
    const limit = createAttemptLimit({ most: 1, withinMs: 60_000, elapsed: () => 0 });
    const name = (index: number): string => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
    for (let index = 0; index <= 10_000; index += 1) limit.failed(name(index));
    expect(limit.waitOf(name(0))).toBe(0);
    expect(limit.waitOf(name(1))).toBe(60);
    expect(limit.waitOf(name(10_000))).toBe(60);
  });
});
