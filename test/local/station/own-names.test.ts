import { expect, it } from 'vitest';
import { ownNames } from '../../../lib/local/station/http/own-names.ts';

it.each([
  ['127.0.0.1', 80, '127.0.0.1', true],
  ['127.0.0.1', 80, 'localhost', true],
  ['127.0.0.1', 80, '127.0.0.1:80', true],
  ['::1', 80, '[::1]', true],
  ['127.0.0.1', 8025, '127.0.0.1', false],
  ['127.0.0.1', 8080, '127.0.0.1:80', false],
])('a station on %s port %i that is asked as %s: %s', (address, port, host, isOwn) => {
  const names = ownNames(address, port);
  expect(names.isHost(host)).toBe(isOwn);
  expect(names.isOrigin(`http://${host}`)).toBe(isOwn);
});
