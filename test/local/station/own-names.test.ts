import { expect, it } from 'vitest';
import { ownNames } from '../../../lib/local/station/http/own-names.ts';

it.each([
  ['127.0.0.1', 80, '127.0.0.1', true],
  ['127.0.0.1', 80, 'localhost', true],
  ['127.0.0.1', 80, '127.0.0.1:80', true],
  ['::1', 80, '[::1]', true],
  ['127.0.0.1', 8025, '127.0.0.1', false],
  ['127.0.0.1', 8080, '127.0.0.1:80', false],
  ['192.0.2.7', 8025, '192.0.2.7:8025', true],
  ['::ffff:192.0.2.7', 8025, '192.0.2.7:8025', true],
  ['192.0.2.7', 8025, 'localhost:8025', false],
  ['192.0.2.7', 8025, 'checks.example.com', false],
])('a connection to %s port %i that asks for %s: %s', (localAddress, localPort, host, isOwn) => {
  const names = ownNames({ isTls: false });
  const end = { localAddress, localPort };
  expect(names.isHost(host, end)).toBe(isOwn);
  expect(names.isOrigin(`http://${host}`, end)).toBe(isOwn);
});

it.each([
  ['checks.example.com', true],
  ['checks.example.com:443', true],
  ['CHECKS.example.com', true],
  ['192.0.2.7', true],
  ['checks.example.com:8025', false],
  ['checks.example.com.attacker.example', false],
])('a station with a base URL that is asked for %s: %s', (host, isOwn) => {
  const names = ownNames({ isTls: true, baseUrl: new URL('https://checks.example.com') });
  expect(names.isHost(host, { localAddress: '192.0.2.7', localPort: 443 })).toBe(isOwn);
});

it('takes pages of its base URL, over HTTPS alone', () => {
  const names = ownNames({ isTls: false, baseUrl: new URL('https://checks.example.com') });
  const end = { localAddress: '127.0.0.1', localPort: 8025 };
  expect(names.isOrigin('https://checks.example.com', end)).toBe(true);
  expect(names.isOrigin('http://checks.example.com', end)).toBe(false);
  expect(names.isOrigin('https://attacker.example', end)).toBe(false);
});
