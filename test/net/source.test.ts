import { describe, expect, it } from 'vitest';
import { fixedSource, sourceBySocket } from '../../lib/net/source.ts';

describe('the source of a connection, by the address of its socket', () => {
  it.each([
    ['198.51.101.7', '203.0.114.10', '198.51.101.7'],
    ['2a00:1450::7', '2a00:1450::1', '2a00:1450::7'],
    ['127.0.0.1', '127.0.0.2', '127.0.0.1'],
    ['10.0.0.7', '10.9.9.9', '10.0.0.7'],
  ])('is %s towards %s', (local, to, source) => {
    expect(sourceBySocket(local, to)).toBe(source);
  });

  it.each(['169.254.76.1', '10.0.0.7', '192.168.1.5', '100.64.0.9', undefined])(
    'is not known by %s towards a public address',
    (local) => {
      expect(sourceBySocket(local, '203.0.114.10')).toBeUndefined();
    },
  );
});

it.each([
  ['198.51.100.7', '203.0.113.10', '198.51.100.7'],
  ['198.51.100.7', '2001:db8::10', undefined],
  ['2001:db8::7', '203.0.113.10', undefined],
  ['198.51.100.7', '', '198.51.100.7'],
  [undefined, '203.0.113.10', undefined],
])('a fixed address %s towards %j is %s', (fixed, to, source) => {
  expect(fixedSource(fixed, to)).toBe(source);
});
