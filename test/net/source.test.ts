import { describe, expect, it } from 'vitest';
import { sourceBySocket } from '../../lib/net/source.ts';

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
