import { expect, it } from 'vitest';
import { addressRanges, plainAddress } from '../../lib/net/address-ranges.ts';

function ranges(...texts: string[]) {
  const read = addressRanges(texts);
  if ('wrong' in read) throw new Error(read.wrong);
  return read.ranges;
}

it.each([
  ['10.0.0.0/8', '10.255.0.1', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['10.0.0.0/8', '::ffff:10.0.0.1', true],
  ['192.0.2.7', '192.0.2.7', true],
  ['192.0.2.7', '192.0.2.8', false],
  ['2001:db8::/32', '2001:db8:1::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['fe80::/10', 'fe80::1%eth0', true],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['0.0.0.0/0', 'localhost', false],
])('%s has %s: %s', (range, address, is) => {
  expect(ranges(range).has(address)).toBe(is);
});

it.each([
  '10.0.0.0/33',
  '2001:db8::/129',
  '10.0.0/8',
  'proxy.example.com',
  '',
  '10.0.0.0/',
  '10.0.0.0/-1',
  'fe80::1%eth0/64',
])('takes "%s" for no range', (text) => {
  expect(addressRanges(['192.0.2.0/24', text])).toEqual({ wrong: text });
});

it.each([
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:192.0.2.7', '192.0.2.7'],
  ['fe80::1%eth0', 'fe80::1'],
  ['192.0.2.07', undefined],
  ['unknown', undefined],
])('%s as an address: %s', (text, plain) => {
  expect(plainAddress(text)).toBe(plain);
});
